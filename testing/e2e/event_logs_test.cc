#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "e2e/ajar_command.h"
#include "import/events/fake_evtx.h"

// What ajar makes of Windows' event logs.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using harness::write_file;
using import::events::FakeEvent;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::int64_t kSecond = 1'000'000'000, kHour = 3600 * kSecond;
constexpr std::int64_t kNoon = 1'794'225'600 * kSecond;  // 2026-11-09 12:00:00

// A system that starts, empties its paged pool three days later, and is started anew.
std::vector<FakeEvent> events_of_a_leak() {
  std::vector<FakeEvent> events;
  events.push_back({.unix_ns = kNoon - 72 * kHour, .source = "Microsoft-Windows-Kernel-General", .id = 12});
  for (int i = 0; i < 500; ++i)
    events.push_back({.unix_ns = kNoon - (500 - i) * kSecond,
                      .source = "Service Control Manager",
                      .id = 7036,
                      .data = {"Some Service", "running"}});
  for (int i = 0; i < 14; ++i)
    events.push_back({.unix_ns = kNoon + i * 60 * kSecond,
                      .source = "srv",
                      .id = 2020,
                      .data = {"\\Device\\LanmanServer"}});
  events.push_back({.unix_ns = kNoon + kHour,
                    .source = "Microsoft-Windows-Resource-Exhaustion-Detector",
                    .id = 2004,
                    .processes = {{.name = "w3wp.exe", .pid = 5404, .handles = 66'316}}});
  events.push_back({.unix_ns = kNoon + 2 * kHour, .source = "Microsoft-Windows-Kernel-General", .id = 12});
  events.push_back({.unix_ns = kNoon + 2 * kHour + 60 * kSecond, .source = "EventLog", .id = 6008});
  return events;
}

std::string evtx(const std::vector<FakeEvent>& events) {
  const std::vector<std::byte> bytes = import::events::fake_evtx(events);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// As 'wevtutil qe System /f:xml' writes it.
std::string xml_event(const std::string& source, int id, const std::string& time) {
  return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='" +
         source + "'/><EventID Qualifiers='49152'>" + std::to_string(id) +
         "</EventID><TimeCreated SystemTime='" + time +
         "'/><Channel>System</Channel><Computer>SERVER7</Computer></System></Event>\r\n";
}

class EventLog : public testing::Test {
 protected:
  Outcome run(std::vector<std::string> words) { return harness::run(ajar(directory_, std::move(words))); }

  TempDir directory_;
};

TEST_F(EventLog, SaysWhatWasUsedUpWhenAndHowLongAfterTheStart) {
  write_file(directory_.path() / "system.evtx", evtx(events_of_a_leak()));
  const Outcome outcome = run({"report", "system.evtx", "--error-exitcode", "9"});
  EXPECT_EQ(outcome.exit_status, 9);
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(
      outcome.out,
      StartsWith("system.evtx: the System log of SERVER7: 518 events, 2026-11-06 12:00:00 to 2026-11-09 "
                 "14:01:00 (UTC)\n"));
  EXPECT_THAT(outcome.out,
              testing::ContainsRegex("USED UP  paged pool is empty \\(srv 2020\\) +14 times  2026-11-09 "
                                     "12:00:00 to 12:13:00, first 3 d after the system's start\n"));
  EXPECT_THAT(outcome.out,
              HasSubstr("the system was started anew at 2026-11-09 14:00:00, after it had gone down "
                        "without a shutdown\n"));
  EXPECT_THAT(outcome.out, HasSubstr("w3wp.exe (pid 5404): 66,316\n"));
  EXPECT_THAT(outcome.out, HasSubstr("ajar report counts.csv"));
}

TEST_F(EventLog, IsReadAsXmlToo) {
  write_file(directory_.path() / "system.xml", xml_event("srv", 2019, "2026-11-09T12:00:00.000Z") +
                                                   xml_event("EventLog", 6013, "2026-11-09T12:00:01.000Z"));
  const Outcome outcome = run({"report", "system.xml", "--json", "--error-exitcode", "9"});
  EXPECT_EQ(outcome.exit_status, 9);
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json.at("schema"), "ajar-system-logs/1");
  EXPECT_EQ(json.at("logs").at(0).at("events"), 2);
  EXPECT_EQ(json.at("logs").at(0).at("runs").at(0).at("troubles").at(0).at("id"), 2019);
}

TEST_F(EventLog, WithoutSuchEventsSaysSoAndInWhichTimeItLooked) {
  write_file(directory_.path() / "system.xml",
             xml_event("Tcpip", 1014, "2026-11-09T12:00:00Z") + xml_event("x", 2020, "2026-11-10T12:00:00Z"));
  const Outcome outcome = run({"report", "system.xml", "--error-exitcode", "9", "--error-on", "any"});
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(outcome.out,
              StartsWith("system.xml: the System log of SERVER7: 2 events, 2026-11-09 12:00:00 to "
                         "2026-11-10 12:00:00 (UTC)\n"
                         "   nothing in it says that pools, ports or memory were used up\n"
                         "     looked for: srv 2020, srv 2019,"));
}

TEST_F(EventLog, FailsAScriptByDefaultOnlyOverWhatHandlesUseUp) {
  write_file(directory_.path() / "system.xml", xml_event("Application Popup", 333, "2026-11-09T12:00:00Z"));
  EXPECT_EQ(run({"report", "system.xml", "--error-exitcode", "9"}).exit_status, 0);
  EXPECT_EQ(run({"report", "system.xml", "--error-exitcode", "9", "--error-on", "suspect"}).exit_status, 9);
}

TEST_F(EventLog, HasNoHandlesAndSaysWhatShowsIt) {
  write_file(directory_.path() / "system.evtx", evtx(events_of_a_leak()));
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"handles", "system.evtx"},
                                             {"diff", "system.evtx"},
                                             {"who-closed", "4", "system.evtx"},
                                             {"console", "system.evtx", "-c", "!handle"},
                                             {"symbols", "system.evtx"}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.exit_status, 2) << words.front();
    EXPECT_EQ(outcome.err,
              "ajar: " + words.front() +
                  ": system.evtx: it is a log of the system's events, and has no handles; see it "
                  "with: ajar report system.evtx\n");
  }
}

TEST_F(EventLog, HasNeitherMarksNorTypes) {
  write_file(directory_.path() / "system.evtx", evtx(events_of_a_leak()));
  for (const char* option : {"--since", "--windbg", "--type=file"}) {
    const Outcome outcome = run({"report", "system.evtx", option});
    EXPECT_EQ(outcome.exit_status, 2) << option;
    EXPECT_THAT(outcome.err, HasSubstr("leave out --since, --type and --windbg")) << option;
  }
}

TEST_F(EventLog, ThatIsCutOffIsReadAsFarAsItGoes) {
  const std::string whole = evtx(events_of_a_leak());
  write_file(directory_.path() / "cut.evtx", whole.substr(0, 4096 + 65'536 + 300));
  const Outcome outcome = run({"report", "cut.evtx"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, testing::ContainsRegex("SERVER7: [1-4][0-9][0-9] events"));
  EXPECT_THAT(outcome.out,
              HasSubstr("there is more in it that could not be read: it is damaged or cut off\n"));
  write_file(directory_.path() / "cut.evtx", whole.substr(0, 3000));
  const Outcome none = run({"report", "cut.evtx"});
  EXPECT_EQ(none.exit_status, 2);
  EXPECT_THAT(none.err, StartsWith("ajar: report: cut.evtx: a Windows event log"));
}

TEST_F(EventLog, AsTextIsAnErrorThatNamesTheWayOut) {
  write_file(directory_.path() / "system.txt", "Event[0]:\r\n  Log Name: System\r\n");
  const Outcome outcome = run({"report", "system.txt"});
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("wevtutil qe System /f:xml > system.xml"));
}

}  // namespace
}  // namespace ajar::e2e
