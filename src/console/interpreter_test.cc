#include "console/interpreter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace ajar::console {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Two processes, of which the second has a handle; remembers what it was asked.
class Fake final : public Subject {
 public:
  [[nodiscard]] Style style() const override { return now; }
  [[nodiscard]] const std::vector<ProcessRow>& processes() const override { return rows; }
  base::Result<model::Snapshot> table(std::size_t process, bool facts) override {
    asked.push_back(facts ? "facts" : "table");
    model::Snapshot snapshot;
    if (process == 1)
      snapshot.handles.push_back({.value = 0x10, .type = "tcp socket", .name = {}, .facts = {}});
    return snapshot;
  }
  base::Result<std::vector<ModuleRow>> modules(std::size_t /*process*/) override {
    return base::Error("no modules here");
  }
  [[nodiscard]] Times times(std::size_t /*process*/) override { return {}; }
  base::Result<Traces> traces(std::size_t /*process*/, std::uint64_t handle, std::uint64_t most) override {
    asked.push_back("traces " + std::to_string(handle) + " " + std::to_string(most));
    return Traces{};
  }
  base::Result<Traces> outstanding(std::size_t /*process*/, const std::string& label) override {
    asked.push_back("diff " + label);
    return Traces{};
  }
  base::Result<void> set_mark(std::size_t /*process*/) override {
    asked.emplace_back("mark");
    return {};
  }
  base::Result<void> stop_tracing(std::size_t /*process*/) override { return base::Error("it goes on"); }

  Style now;
  std::vector<ProcessRow> rows{{.pid = 4, .path = "a.exe"}, {.pid = 0x1c, .path = "b.exe"}};
  std::vector<std::string> asked;
};

class Commands : public testing::Test {
 protected:
  bool run(std::string_view line) { return interpreter_.run(line); }
  std::string answer(std::string_view line) {
    out_.str("");
    run(line);
    return out_.str();
  }
  void expect_refused(std::string_view line, const std::string& why) {
    err_.str("");
    EXPECT_FALSE(run(line)) << line;
    EXPECT_THAT(err_.str(), HasSubstr(why));
    EXPECT_EQ(std::ranges::count(err_.str(), '\n'), 1) << err_.str();
  }

  Fake fake_;
  std::ostringstream out_, err_;
  Interpreter interpreter_{fake_, out_, err_};
};

TEST_F(Commands, AreCarriedOutOneAfterTheOtherAndAllEvenIfOneFails) {
  EXPECT_TRUE(run("!htrace ; !htrace -diff;;"));
  EXPECT_FALSE(run("!foo; !HTRACE -SNAPSHOT"));
  EXPECT_THAT(fake_.asked, ElementsAre("traces 0 0", "diff ", "mark"));
}

TEST_F(Commands, ThatAreUnknownAreNamedAndTheWayOutIsSaid) {
  expect_refused("!foo 1", "unknown command '!foo'; ? lists those that there are");
  expect_refused("x\x1b[2J", "unknown command 'x\\x1b[2J'");
  expect_refused("!htrace -foo", "!htrace has no '-foo'; there is: ");
  expect_refused("!handle zz", "'zz' is no hexadecimal number");
  expect_refused("|7s", "there is no process '7s'");
  expect_refused("lm", "no modules here");
  expect_refused(".time", "no times are known of it");
  expect_refused("!htrace -disable", "it goes on");
}

TEST_F(Commands, TakeNumbersInHexadecimalAndOfDescriptorsInDecimal) {
  run("!htrace 10 0x10");
  fake_.now.has_descriptors = true;
  run("!htrace 10 0x10");
  EXPECT_THAT(fake_.asked, ElementsAre("traces 16 16", "traces 10 16"));
}

TEST_F(Commands, AskForNoMoreThanIsShown) {
  run("!handle 0 0; !handle; !handle 0 7; !handle 0 ff; !handle -1 4");
  EXPECT_THAT(fake_.asked, ElementsAre("table", "table", "facts", "facts", "table"));
}

TEST_F(Commands, MayNameATypeOfTwoWords) {
  EXPECT_EQ(answer("|1s; !handle 0 0 tcp socket"), "1 handles of type tcp socket\n");
  EXPECT_EQ(answer("!handle 0 0 \"TCP Socket\""), "1 handles of type tcp socket\n");
}

TEST_F(Commands, AreAboutTheProcessThatWasChosen) {
  EXPECT_EQ(interpreter_.prompt(), "0:000> ");
  expect_refused("!handle 10", "handle 10 is not in the table");
  EXPECT_EQ(answer("|1 s; !handle 10"), "Handle 10\n  Type         \ttcp socket\n");
  EXPECT_EQ(interpreter_.prompt(), "1:000> ");
  EXPECT_EQ(answer("|"), "   0\tid: 4\texamine\tname: a.exe\n.  1\tid: 1c\texamine\tname: b.exe\n");
}

TEST_F(Commands, EnableAndSnapshotSetAMarkAndDiffTakesOne) {
  EXPECT_EQ(answer("!htrace -enable"),
            "Handle tracing enabled.\nHandle tracing information snapshot successfully taken.\n");
  EXPECT_EQ(answer("!htrace -snapshot"), "Handle tracing information snapshot successfully taken.\n");
  run("!htrace -diff before login");
  EXPECT_THAT(fake_.asked, ElementsAre("mark", "mark", "diff before login"));
}

TEST_F(Commands, EndWithQ) {
  EXPECT_TRUE(run("q; !foo"));
  EXPECT_TRUE(interpreter_.has_ended());
}

TEST_F(Commands, AreListedByAQuestionMark) {
  for (const char* const name : {"!handle", "!htrace", ".time", "lm", "|", "?", "q"})
    EXPECT_THAT("\n" + answer("?"), HasSubstr(std::string("\n") + name));
}

}  // namespace
}  // namespace ajar::console
