#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "e2e/ajar_command.h"
#include "objfile/testing/fake_minidump.h"

// `ajar console`, and --windbg, as their users meet them.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::Running;
using harness::TempDir;
using harness::write_file;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;

const std::string kDump = std::filesystem::path(AJAR_TEST_DUMPS) / "keyleak-scenario.dmp";

class Console : public testing::Test {
 protected:
  Outcome ask(const std::string& of, const std::string& commands) {
    return harness::run(alone({"console", of, "-c", commands}));
  }
  std::string text_of(const Outcome& outcome) {
    EXPECT_EQ(outcome.exit_status, 0) << how_it_ended(outcome) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    return outcome.out;
  }
  Outcome pipe(const std::string& of, const std::string& input) {
    harness::Command command = alone({"console", of});
    command.input = input;
    return harness::run(command);
  }
  Json json(std::vector<std::string> words) {
    return Json::parse(text_of(harness::run(alone(std::move(words)))));
  }

  // Sessions of other tests are out of sight.
  harness::Command alone(std::vector<std::string> words) {
    harness::Command command = ajar(directory_, std::move(words));
    command.environment["XDG_RUNTIME_DIR"] = directory_.path().string();
    return command;
  }

  TempDir directory_;
};

constexpr std::string_view kCounts =
    "248 Handles\n"
    "Type           \tCount\n"
    "Event          \t20\n"
    "Section        \t1\n"
    "File           \t7\n"
    "Directory      \t1\n"
    "Mutant         \t1\n"
    "Semaphore      \t2\n"
    "Key            \t206\n"
    "Token          \t6\n"
    "Process        \t1\n"
    "Thread         \t2\n"
    "KeyedEvent     \t1\n";

TEST_F(Console, AnswersAboutADumpAsWinDbgDoes) {
  EXPECT_EQ(text_of(ask(kDump, "!handle 0 0")), kCounts);
  EXPECT_EQ(text_of(ask(kDump, "!handle 3c f")),
            "Handle 000000000000003c\n"
            "  Type         \tEvent\n"
            "  Attributes   \t0\n"
            "  GrantedAccess\t0x1f0003:\n"
            "         Delete,ReadControl,WriteDac,WriteOwner,Synch\n"
            "         QueryState,ModifyState\n"
            "  HandleCount  \t2\n"
            "  PointerCount \t3\n"
            "  Name         \t\\Sessions\\1\\BaseNamedObjects\\Request0\n"
            "  No object specific information available\n");
  EXPECT_THAT(text_of(ask(kDump, "!handle 0 1 token")), EndsWith("6 handles of type Token\n"));
}

TEST_F(Console, ShowsADumpsStacksWithTheNamesThatTheReportFinds) {
  const std::string leaks = text_of(ask(kDump, "!htrace -diff"));
  EXPECT_THAT(leaks,
              HasSubstr("\nOutstanding handles opened since the previous snapshot:\n"
                        "--------------------------------------\nHandle = 0x00000000000003bc - OPEN\n"));
  EXPECT_THAT(leaks, HasSubstr(": keyleak!ReadSettings+0x"));
  EXPECT_THAT(leaks, HasSubstr("keyleak.cpp @ 5]\n"));
  EXPECT_THAT(leaks, EndsWith("Displayed 0xe2 stack traces for outstanding handles opened since the previous "
                              "snapshot.\n"));
  EXPECT_THAT(text_of(ask(kDump, "!htrace 0 3")),
              EndsWith("Parsed 0x169 stack traces.\nDumped 0x3 stack traces.\n"));
}

TEST_F(Console, TakesCommandsFromAPipeWithoutPrompts) {
  const Outcome outcome = pipe(kDump, "!handle 0 0\n!foo\nq\n!handle 0 0\n");
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_EQ(outcome.out, kCounts);
  EXPECT_EQ(outcome.err, "unknown command '!foo'; ? lists those that there are\n");
  EXPECT_EQ(pipe(kDump, "!handle 0 0").out, kCounts) << "the last line may lack its end";
}

TEST_F(Console, OfCommandsThatFailSaysSoInTheExitStatus) {
  EXPECT_EQ(ask(kDump, "!handle 0 0; !foo").exit_status, 1);
  EXPECT_EQ(ask(kDump, "!handle 999").exit_status, 1);
  EXPECT_EQ(harness::run(alone({"console"})).exit_status, 2);
  EXPECT_THAT(harness::run(alone({"console", "no such program"})).err,
              HasSubstr("no process matches 'no such program', and it is no recording or dump"));
}

// The layouts are read back by the reader of WinDbg's texts.
TEST_F(Console, WhatItPrintsOfADumpIsReadBackAsTheSame) {
  write_file(directory_ / "printed.txt", pipe(kDump, "|\n!handle 0 f\n!htrace\n").out);
  const Json dump = json({"report", kDump, "--json"})["processes"][0];
  const Json text = json({"report", "printed.txt", "--json"})["processes"][0];
  for (const char* const key : {"pid", "open", "name"}) EXPECT_EQ(text[key], dump[key]) << key;
  for (const char* const key : {"operations", "ring_is_full"})
    EXPECT_EQ(text["dump"][key], dump["dump"][key]);
  const auto counts = [](const Json& process) {
    std::map<std::string, int> by_type;
    for (const Json& row : process["dump"]["types"]) by_type[row["type"]] = row["count"];
    return by_type;
  };
  EXPECT_EQ(counts(text), counts(dump));
  ASSERT_EQ(text["groups"].size(), dump["groups"].size());
  for (std::size_t i = 0; i < dump["groups"].size(); ++i) {
    const Json& printed = text["groups"][i];
    const Json& group = dump["groups"][i];
    for (const char* const key : {"verdict", "type", "outstanding", "opened", "closed"})
      EXPECT_EQ(printed[key], group[key]) << key;
    EXPECT_EQ(printed["stack"].size(), group["stack"].size());
    for (const char* const key : {"function", "line"})
      EXPECT_EQ(printed["culprit"][key].dump().substr(0, 10), group["culprit"][key].dump().substr(0, 10));
  }
  EXPECT_EQ(text["bad_closes"].size(), dump["bad_closes"].size());
}

TEST_F(Console, TwicePrintedIsTheSame) {
  const std::string once = pipe(kDump, "!handle 0 7\n").out;
  write_file(directory_ / "printed.txt", "0:000> !handle 0 7\n" + once);
  std::string twice = pipe("printed.txt", "!handle 0 7\n").out;
  std::string without_zeros = once;
  for (std::size_t at = 0; (at = without_zeros.find("Handle 0", at)) != std::string::npos;)
    without_zeros.erase(at + 7, 1);
  EXPECT_EQ(twice, without_zeros);
}

TEST_F(Console, OfATextShowsItsCountsAndSaysWhatIsMissing) {
  write_file(directory_ / "mail.txt",
             "51204 Handles\nType\tCount\nEvent\t604\nKey\t50600\n"
             "0:031>!handle 0 ff Key\nHandle 00000a1c\nType Key\nName <none>\n");
  const std::string text = text_of(ask("mail.txt", "!handle 0 0; !handle 0 1"));
  EXPECT_THAT(text, StartsWith("51204 Handles\nType           \tCount\nEvent          \t604\nKey            "
                               "\t50600\nHandle a1c\n  Type         \tKey\n"));
  EXPECT_THAT(text, EndsWith("Only 1 of 51204 are listed: the source counts the others without listing "
                             "them.\n"));
  EXPECT_THAT(ask("mail.txt", "!htrace").err, HasSubstr("handle tracing was off"));
}

TEST_F(Console, OfADumpOf32BitsHasShortNumbers) {
  objfile::FakeMinidump fake;
  fake.processor = 0;
  fake.modules = {{.base = 0x40'0000, .name = "C:\\app\\old.exe"}};
  fake.handles = {{.value = 4, .type = "Key"}};
  fake.operations = {{.handle = 4, .frames = {0x40'0010}}};
  write_file(directory_ / "old.dmp", fake.build());
  EXPECT_EQ(text_of(ask("old.dmp", "!handle 4")), "Handle 00000004\n  Type         \tKey\n");
  EXPECT_THAT(text_of(ask("old.dmp", "!htrace 4; lm")),
              StartsWith("--------------------------------------\nHandle = 0x00000004 - OPEN\n"
                         "Thread ID = 0x00000008, Process ID = 0x00001092\n\n0x00400010: old+0x00000010\n"));
}

TEST_F(Console, OfAProcessShowsItsDescriptors) {
  const Running victim({.words = {"sleep", "60"}});
  const std::string pid = std::to_string(victim.pid());
  EXPECT_THAT(text_of(ask(pid, "!handle 0 0")), StartsWith("3 Handles\nType           \tCount\n"));
  EXPECT_THAT(text_of(ask(pid, "!handle 2 5")),
              StartsWith("Handle 2\n  Type         \tmemfd\n  Name         \t/memfd:"));
  EXPECT_THAT(text_of(ask(pid, "|; lm; .time")), HasSubstr("\nDebug session time: "));
  const Outcome trace = ask(pid, "!htrace -enable");
  EXPECT_EQ(trace.exit_status, 1);
  EXPECT_THAT(trace.err, HasSubstr("records " + pid + " (sleep); start one with: "));
}

// Opens a file each time that a line comes.
harness::Command opener(const TempDir& directory) {
  const std::string script =
      "import sys, os\n"
      "kept = []\n"
      "while not os.path.exists('end'):\n"
      "  n = len([f for f in os.listdir('.') if f.startswith('open')])\n"
      "  while len(kept) < n: kept.append(open('/etc/passwd')); open('seen%d' % len(kept), 'w').close()\n"
      "  import time; time.sleep(0.01)\n"
      "os._exit(0)\n";
  return ajar_run(directory, {"python3", "-c", script});
}

TEST_F(Console, OfAProcessThatIsRecordedTellsWhatWasOpenedSince) {
  harness::Command command = opener(directory_);
  command.environment["XDG_RUNTIME_DIR"] = directory_.path().string();
  Running session(command);
  const auto open_another = [&](const std::string& number) {
    write_file(directory_ / ("open" + number), "");
    ASSERT_TRUE(session.wait_until([&] { return std::filesystem::exists(directory_ / ("seen" + number)); }))
        << session.err();
  };
  open_another("1");
  const std::string pid = harness::child_of(session.pid());
  EXPECT_THAT(text_of(ask(pid, "!htrace -enable")), HasSubstr("Handle tracing enabled.\n"));
  EXPECT_THAT(text_of(ask(pid, "!htrace -diff")), HasSubstr("\nNo outstanding handles opened since"));
  open_another("2");
  const std::string since = text_of(ask(pid, "!htrace -diff"));
  EXPECT_THAT(since, HasSubstr("\nDisplayed 0x1 stack traces for outstanding handles"));
  EXPECT_THAT(since, HasSubstr(" - OPEN\nThread ID = " + pid + ", Process ID = " + pid + "\n\n0x"));
  EXPECT_THAT(text_of(ask(pid, "!htrace")), HasSubstr("Parsed 0x"));
  EXPECT_THAT(ask(pid, "!htrace -disable").err,
              HasSubstr("ajar " + std::to_string(session.pid()) + " goes on"));
  write_file(directory_ / "end", "");
  session.finish();
  EXPECT_THAT(text_of(ask("x.ajar", "!htrace -diff mark-1")), HasSubstr("Displayed 0x1 stack traces"));
  EXPECT_THAT(ask("x.ajar", "!htrace -snapshot").err, HasSubstr("gets no marks any more"));
}

TEST_F(Console, HandlesAndReportAnswerInItsLayout) {
  const auto told = [&](std::vector<std::string> words) {
    return text_of(harness::run(alone(std::move(words))));
  };
  EXPECT_EQ(told({"handles", kDump, "--windbg"}), kCounts);
  EXPECT_EQ(told({"handles", kDump, "--windbg", "-v"}), text_of(ask(kDump, "!handle 0 f")));
  EXPECT_EQ(told({"handles", kDump, "--windbg", "--type", "Tok*"}), "6 handles of type Token\n");
  EXPECT_EQ(told({"report", kDump, "--windbg"}), text_of(ask(kDump, "!htrace -diff")));
  EXPECT_THAT(told({"report", kDump, "--windbg", "--type", "Token"}),
              HasSubstr("Displayed 0x6 stack traces"));
  EXPECT_THAT(told({"handles", kDump, kDump, "--windbg"}), StartsWith("   0\tid: 20\texamine\tname: "));
  EXPECT_THAT(harness::run(alone({"report", kDump, "--windbg", "--json"})).err, HasSubstr("one of them"));
}

}  // namespace
}  // namespace ajar::e2e
