#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "import/events/fake_evtx.h"
#include "import/importer.h"
#include "recording/reader.h"

// From a log's bytes to what a recording of it tells.
namespace ajar::import::events {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNoon = 1'794'225'600 * kSecond;  // 2026-11-09 12:00:00

class Told : public model::Observer {
 public:
  void on_events(const model::World&, std::span<const model::Event>) override {}
  void on_snapshot(const model::World&, const model::Snapshot&) override {}
  void on_loss(const model::World&, const model::Loss&) override {}
  void on_counts(const model::World&, std::span<const model::CountSample> some) override {
    counts.insert(counts.end(), some.begin(), some.end());
  }
  void on_system_log(const model::World&, const model::SystemLog& log) override { logs.push_back(log); }

  std::vector<model::SystemLog> logs;
  std::vector<model::CountSample> counts;
  model::World world;
  model::Time end{};
  std::string error;
};

Told read(std::span<const std::byte> bytes) {
  Told told;
  const auto made = as_recording({.name = "system.evtx", .bytes = bytes});
  if (!made.ok()) {
    told.error = made.error().message();
    return told;
  }
  if (!made.value()) {
    told.error = "of no kind";
    return told;
  }
  auto reader = recording::Reader::open(*made.value());
  EXPECT_TRUE(reader.ok());
  model::Cursor cursor;
  reader.value()->read(cursor, told);
  EXPECT_EQ(reader.value()->damage(), model::Damage());
  told.world = reader.value()->world();
  told.end = reader.value()->end();
  return told;
}

Told read(const std::string& text) {
  return read(std::as_bytes(std::span(text)));
}

std::string event(std::string_view source, int id, std::string_view time, std::string_view more = {},
                  std::string_view channel = "System", std::string_view host = "SERVER7") {
  std::string xml =
      "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='";
  xml.append(source)
      .append("'/><EventID>")
      .append(std::to_string(id))
      .append("</EventID><TimeCreated SystemTime='");
  xml.append(time).append("'/><Channel>").append(channel).append("</Channel><Computer>").append(host);
  return xml.append("</Computer></System>").append(more).append("</Event>\r\n");
}

std::string utf16(std::string_view ascii) {
  std::string text;
  for (const char c : ascii) text.append({c, '\0'});
  return text;
}

std::string some_events() {
  return event("srv", 2020, "2026-11-09T12:00:10Z", "<EventData><Data>x</Data></EventData>") +
         event("Service Control Manager", 7036, "2026-11-09T12:00:20Z") +
         event("SRV", 2019, "2026-11-09T12:00:05Z") + event("other", 2020, "2026-11-09T12:00:00Z");
}

void expect_some_events(const Told& told) {
  ASSERT_EQ(told.error, "");
  ASSERT_EQ(told.logs.size(), 1U);
  const model::SystemLog& log = told.logs.front();
  EXPECT_EQ(log.channel, "System");
  EXPECT_EQ(log.host, "SERVER7");
  EXPECT_EQ(log.looked_at, 4U);
  EXPECT_EQ(log.not_read, 0U);
  EXPECT_FALSE(log.cut_off);
  EXPECT_EQ(log.from, seconds(0));
  EXPECT_EQ(log.until, seconds(20));
  ASSERT_EQ(log.events.size(), 2U);
  EXPECT_EQ(log.events[0], (model::SystemEvent{.time = seconds(5), .source = "srv", .id = 2019}));
  EXPECT_EQ(log.events[1],
            (model::SystemEvent{.time = seconds(10), .source = "srv", .id = 2020, .text = "x"}));
  EXPECT_TRUE(told.world.origin.shows_only_system_events());
  EXPECT_EQ(told.world.origin.started_unix_ns, kNoon);
  EXPECT_EQ(told.end, seconds(20));
}

TEST(XmlLog, KeepsWhatMattersAndCountsTheRestWithOrWithoutARoot) {
  expect_some_events(read(some_events()));
  expect_some_events(
      read("<?xml version=\"1.0\" encoding=\"utf-8\"?><Events>" + some_events() + "</Events>"));
}

TEST(XmlLog, IsReadAsPowerShellAndWevtutilWriteIt) {
  expect_some_events(read("\xff\xfe" + utf16(some_events())));
  expect_some_events(read(utf16(some_events())));
  expect_some_events(read("\xef\xbb\xbf" + some_events()));
}

TEST(XmlLog, OfAnEventWithoutATimeSaysThatItWasNotRead) {
  const Told told = read(some_events() + event("srv", 2020, "yesterday"));
  EXPECT_EQ(told.logs.at(0).looked_at, 4U);
  EXPECT_EQ(told.logs.at(0).not_read, 1U);
}

TEST(XmlLog, ThatIsCutOffSaysSo) {
  const std::string text = some_events();
  const Told told = read(text.substr(0, text.size() - 20));
  EXPECT_EQ(told.logs.at(0).looked_at, 3U);
  EXPECT_TRUE(told.logs.at(0).cut_off);
}

TEST(XmlLog, KeepsApartWhatIsOfSeveralLogsAndMachines) {
  const Told told = read(event("srv", 2020, "2026-11-09T12:00:00Z") +
                         event("srv", 2020, "2026-11-09T12:00:01Z", {}, "System", "SERVER8") +
                         event("srv", 2020, "2026-11-09T12:00:02Z", {}, "Application"));
  ASSERT_EQ(told.logs.size(), 3U);
  EXPECT_EQ(told.logs[0].channel, "Application");
  EXPECT_EQ(told.logs[2].host, "SERVER8");
}

TEST(XmlLog, OfMemoryThatIsUsedUpHasTheProcessesHandlesAsCounts) {
  const auto of = [](const std::string& handles) {
    return "<UserData><MemoryExhaustionInfo><ProcessInfo><Process_1><Name>w3wp.exe</Name><ID>5404</"
           "ID><HandleCount>" +
           handles + "</HandleCount></Process_1></ProcessInfo></MemoryExhaustionInfo></UserData>";
  };
  constexpr std::string_view kDetector = "Microsoft-Windows-Resource-Exhaustion-Detector";
  const Told told = read(event(kDetector, 2004, "2026-11-09T12:00:00Z", of("1002")) +
                         event(kDetector, 2004, "2026-11-09T12:05:00Z", of("66316")));
  ASSERT_EQ(told.counts.size(), 2U);
  EXPECT_EQ(told.counts[1].handles, 66'316U);
  EXPECT_EQ(told.counts[1].time, seconds(300));
  ASSERT_EQ(told.world.processes.size(), 1U);
  EXPECT_EQ(told.world.processes.begin()->pid, 5404);
}

TEST(XmlLog, APopupMattersOnlyIfItIsAboutMemory) {
  const auto popup = [](const std::string& caption) {
    return event("Application Popup", 26, "2026-11-09T12:00:00Z",
                 "<EventData><Data Name='Caption'>" + caption + "</Data></EventData>");
  };
  const Told told = read(popup("Windows - Out of Virtual Memory") + popup("setup.exe - Wrong Disk"));
  ASSERT_EQ(told.logs.at(0).events.size(), 1U);
  EXPECT_EQ(told.logs.at(0).events[0].text, "Windows - Out of Virtual Memory");
}

TEST(PlainLog, IsAnErrorThatSaysWhatToWriteInstead) {
  EXPECT_THAT(read("Event[0]:\r\n  Log Name: System\r\n  Source: srv\r\n").error,
              HasSubstr("wevtutil qe System /f:xml"));
}

std::vector<FakeEvent> fake_events(int count) {
  std::vector<FakeEvent> events;
  for (int i = 0; i < count; ++i) {
    FakeEvent event{.unix_ns = kNoon + i * kSecond,
                    .source = "Service Control Manager",
                    .id = 7036,
                    .data = {"a", "stopped"}};
    if (i % 10 == 7) event = {.unix_ns = event.unix_ns, .source = "srv", .id = 2020, .data = {"\\Device\\x"}};
    if (i == 8)
      event = {.unix_ns = event.unix_ns,
               .source = "Microsoft-Windows-Resource-Exhaustion-Detector",
               .id = 2004,
               .processes = {{.name = "w3wp.exe", .pid = 5404, .handles = 66'316}}};
    events.push_back(event);
  }
  return events;
}

TEST(EvtxLog, IsReadFromItsBinaryFormat) {
  const Told told = read(fake_evtx(fake_events(1'000)));
  ASSERT_EQ(told.error, "");
  ASSERT_EQ(told.logs.size(), 1U);
  const model::SystemLog& log = told.logs.front();
  EXPECT_EQ(log.channel, "System");
  EXPECT_EQ(log.host, "SERVER7");
  EXPECT_EQ(log.looked_at, 1'000U);
  EXPECT_EQ(log.not_read, 0U);
  EXPECT_FALSE(log.cut_off);
  EXPECT_EQ(log.until, seconds(999));
  ASSERT_EQ(log.events.size(), 101U);
  EXPECT_EQ(log.events[0],
            (model::SystemEvent{.time = seconds(7), .source = "srv", .id = 2020, .text = "\\Device\\x"}));
  ASSERT_EQ(told.counts.size(), 1U);
  EXPECT_EQ(told.counts[0].handles, 66'316U);
}

TEST(EvtxLog, WithoutAnEventIsAnErrorThatSaysSo) {
  EXPECT_THAT(read(fake_evtx({})).error, HasSubstr("Windows event log"));
}

// What is whole in it is read; where nothing is, it is an error in words.
TEST(EvtxLog, OfAnyLengthIsReadAsFarAsItGoesOrRefused) {
  const std::vector<std::byte> whole = fake_evtx(fake_events(450));
  std::size_t read_some = 0;
  for (std::size_t length = 8; length < whole.size(); length += length < 9'000 ? 97 : 4'001) {
    const Told told = read(std::span(whole).first(length));
    if (!told.error.empty()) {
      EXPECT_THAT(told.error, HasSubstr("Windows event log")) << length;
      continue;
    }
    ++read_some;
    ASSERT_EQ(told.logs.size(), 1U) << length;
    EXPECT_LE(told.logs[0].looked_at, 450U);
    EXPECT_TRUE(told.logs[0].cut_off) << length;
    EXPECT_EQ(told.logs[0].host, "SERVER7");
  }
  EXPECT_GT(read_some, 5U);
}

TEST(EvtxLog, WithDamageInIsReadAroundIt) {
  std::vector<std::byte> bytes = fake_evtx(fake_events(1'000));
  std::fill_n(bytes.begin() + 4096 + 65'536 + 5'000, 300, std::byte{0x5a});
  const Told told = read(bytes);
  ASSERT_EQ(told.error, "");
  EXPECT_GE(told.logs.at(0).looked_at, 400U);
  EXPECT_LT(told.logs.at(0).looked_at, 1'000U);
  EXPECT_TRUE(told.logs.at(0).cut_off);
}

}  // namespace
}  // namespace ajar::import::events
