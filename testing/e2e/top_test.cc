#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "e2e/ajar_command.h"
#include "e2e/screen.h"
#include "e2e/ways.h"
#include "harness/needs.h"
#include "harness/victims.h"

// `ajar top`, by somebody who sits before a terminal: on processes that grow and others.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Running;
using harness::TempDir;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class Top : public testing::Test {
 protected:
  void SetUp() override { AJAR_NEEDS("tmux", "tmux"); }

  // Opens a log file for each request, 40 in a second, and closes none; it may have 4,096.
  void begin_leaking() {
    leaker_.emplace(
        Command{.words = {"sh", "-c", "ulimit -n 4096; exec " + harness::victim("leak_files") + " 20000"},
                .directory = victims_.path()});
  }
  [[nodiscard]] std::string leaker() const { return std::to_string(leaker_->pid()); }
  [[nodiscard]] std::string idle() const { return std::to_string(idle_.pid()); }

  // `ajar top words…`, begun by a shell that tells what the terminal was like before and is after.
  void begin(const std::string& words, Screen::Size size = {},
             const std::map<std::string, std::string>& more_environment = {}) {
    std::map<std::string, std::string> environment = {
        {"LC_ALL", "C.UTF-8"}, {"NO_COLOR", ""}, {"TMPDIR", temporary_.path().string()}};
    for (const auto& [name, value] : more_environment) environment[name] = value;
    std::string variables;
    for (const auto& [name, value] : environment) variables += name + "='" + value + "' ";
    screen_.emplace("cd " + directory_.path().string() + " && stty -g > before && (" + variables +
                        "sh -c 'echo $$ > pid; exec " AJAR_PROGRAM " top " + words +
                        "'; echo \"it ended with $?\"; stty -g > after; sleep 1000)",
                    size);
  }
  [[nodiscard]] const Screen& screen() const { return *screen_; }
  [[nodiscard]] pid_t top() const { return std::stoi(harness::read_file(directory_ / "pid")); }

  void expect_that_it_ended_well() const {
    ASSERT_TRUE(screen().shows("it ended with 0")) << screen().seen();
    ASSERT_TRUE(leaker_wait([&] { return !harness::read_file(directory_ / "after").empty(); }));
    EXPECT_EQ(harness::read_file(directory_ / "before"), harness::read_file(directory_ / "after"));
    EXPECT_THAT(screen().seen(), Not(HasSubstr("HANDLES"))) << "the screen from before is back";
  }

  // Anything that goes on can say whether it takes too long.
  [[nodiscard]] bool leaker_wait(const std::function<bool()>& condition) const {
    return idle_.wait_until(condition);
  }

  void close_screen() { screen_.reset(); }

  TempDir victims_, directory_, temporary_;
  std::optional<Running> leaker_;
  Running idle_{Command{.words = {"sleep", "1000"}}};
  std::optional<Screen> screen_;
};

TEST_F(Top, ShowsWhichProcessGrowsHowFastAndWhenItIsFull) {
  begin_leaking();
  begin(leaker() + " " + idle() + " --every 200ms", {.columns = 110, .lines = 9});
  ASSERT_TRUE(screen().shows("(file +")) << screen().seen();
  ASSERT_TRUE(screen().shows("full in")) << screen().seen();
  EXPECT_EQ(masked(screen().seen()),
            " CLOCK # processes, # handles (# of # open files)\n"
            " # growing\n"
            " HANDLES ↓GROWTH USED FULL IN VERDICT COUNTS PID NAME\n"
            " # +#/s # % TIME growing ~ # leak_files\n"
            " # # % steady ~ # sleep\n"
            "\n"
            "\n"
            " leak_files (pid #): +#/s for TIME (file +#/s), # of # handles (# %), full in TIME\n"
            " ? help q quit Enter look inside t who opens? / filter Space freeze\n");
}

TEST_F(Top, ShowsGrowthInRedUnlessColoursAreNotWanted) {
  begin_leaking();
  begin(leaker() + " --every 200ms");
  ASSERT_TRUE(screen().shows("1 growing"));
  EXPECT_THAT(screen().seen(true), ContainsRegex("\033\\[[0-9;]*31m"));
  begin(leaker() + " --every 200ms", {}, {{"NO_COLOR", "1"}});
  ASSERT_TRUE(screen().shows("1 growing"));
  EXPECT_THAT(screen().seen(true), Not(ContainsRegex("\033\\[[0-9;]*3[0-7]m")));
  EXPECT_THAT(screen().seen(true), ContainsRegex("\033\\[[0-9;]*7m"))
      << "the chosen line is reversed all the same";
}

TEST_F(Top, WritesAsciiWhereTheLocaleHasNothingElse) {
  begin_leaking();
  begin(leaker() + " --every 200ms", {}, {{"LC_ALL", "C"}});
  ASSERT_TRUE(screen().shows("growing")) << screen().seen();
  EXPECT_TRUE(screen().shows("#")) << screen().seen();
  EXPECT_THAT(screen().seen(), HasSubstr("vGROWTH"));
  EXPECT_TRUE(
      std::ranges::all_of(screen().seen(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

TEST_F(Top, TheFilterLeavesWhatHasItsText) {
  begin_leaking();
  begin(leaker() + " " + idle());
  ASSERT_TRUE(screen().shows("sleep"));
  screen().type("/LEAK");
  EXPECT_TRUE(screen().shows(" filter: LEAK_"));
  EXPECT_TRUE(screen().shows_no_more("sleep"));
  screen().press({"Enter"});
  EXPECT_TRUE(screen().shows("1 process with 'LEAK'"));
  screen().press({"Escape"});
  EXPECT_TRUE(screen().shows("sleep"));
  screen().type("/" + idle());
  EXPECT_TRUE(screen().shows_no_more("leak_files")) << screen().seen();
  EXPECT_THAT(screen().seen(), HasSubstr("sleep"));
}

TEST_F(Top, BeginsWithTheFilterAndTheOrderOfItsOptions) {
  begin("--filter " + idle() + " --sort name");
  ASSERT_TRUE(screen().shows("sleep")) << screen().seen();
  EXPECT_THAT(screen().seen(), HasSubstr("↑NAME"));
  EXPECT_THAT(screen().seen(), HasSubstr("with '" + idle() + "'"));
}

TEST_F(Top, EnterShowsTheHandlesOfAProcessByTypeAndName) {
  begin_leaking();
  begin(leaker() + " --every 200ms", {.columns = 100, .lines = 20});
  ASSERT_TRUE(screen().shows("(file +"));
  screen().press({"Enter"});
  ASSERT_TRUE(screen().shows("request-004.log"));
  ASSERT_TRUE(screen().shows("growing +"));
  EXPECT_THAT(masked(screen().seen()), HasSubstr(" TYPE HANDLES GROWTH IN TIME FORGOTTEN?\n file # +#/s"));
  EXPECT_THAT(screen().seen(), HasSubstr(victims_.path().string() + "/request-000.log"));
  screen().press({"End"});
  EXPECT_TRUE(screen().shows("(+: came since you look)")) << screen().seen();
  EXPECT_THAT(screen().seen(), ContainsRegex("\n\\+ +[0-9]+  file "));
  screen().type("/request-000");
  EXPECT_TRUE(screen().shows_no_more("request-004.log"));
  screen().press({"Escape", "Escape"});
  EXPECT_TRUE(screen().shows("VERDICT"));
}

TEST_F(Top, OfAProcessThatEndsItShowsWhatItHad) {
  begin_leaking();
  begin(leaker() + " " + idle() + " --every 200ms");
  ASSERT_TRUE(screen().shows("1 growing"));
  screen().press({"Enter"});
  ASSERT_TRUE(screen().shows("request-000.log"));
  leaker_->send(SIGKILL);
  EXPECT_TRUE(screen().shows("the process has ended")) << screen().seen();
  EXPECT_THAT(screen().seen(), HasSubstr("request-000.log"));
  screen().press({"t"});
  EXPECT_TRUE(screen().shows_no_more("request-000.log")) << screen().seen();
  EXPECT_THAT(screen().seen(), HasSubstr("the process has ended"));
  screen().press({"Escape", "q"});
  EXPECT_TRUE(screen().shows_no_more("leak_files")) << screen().seen();
}

// By eBPF, the way that attach takes.
class TopAttached : public Top {
 protected:
  void SetUp() override {
    Top::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    if (const std::string why = why_not_by("ebpf"); !why.empty()) GTEST_SKIP() << why;
    begin_leaking();
    begin(leaker() + " --every 200ms");
    if (!screen().shows("leak_files")) FAIL() << screen().seen();
    screen().press({"t"});
    if (!screen().shows("LEAK")) FAIL() << screen().seen();
  }

  // With what it had recorded.
  [[nodiscard]] bool nothing_is_left() const {
    return leaker_wait([&] { return std::filesystem::is_empty(temporary_.path()); });
  }
  [[nodiscard]] bool nobody_is_attached(const std::string& other) const {
    return leaker_wait([&] { return harness::count_descriptors(other) == 0; });
  }
};

TEST_F(TopAttached, NamesTheFunctionThatLeaksWhileItDoes) {
  EXPECT_TRUE(screen().shows("leak_files  open_log()  leak_files.c:18")) << screen().seen();
  EXPECT_THAT(screen().seen(), HasSubstr("attached to leak_files (pid " + leaker() + ") by eBPF"));
  EXPECT_THAT(masked(screen().seen()), HasSubstr("\n #. LEAK # × file, #/s and growing\n"));
  EXPECT_THAT(screen().seen(), ContainsRegex("handle_request +leak_files.c:[0-9]+ +leak_files"));
  const std::string before = screen().seen();
  EXPECT_TRUE(leaker_wait([&] { return screen().seen() != before; })) << "it goes on";
}

TEST_F(TopAttached, DetachesAtTheSameKey) {
  const std::string other = harness::child_of(top());
  ASSERT_NE(other, "");
  screen().press({"t"});
  EXPECT_TRUE(screen().shows("VERDICT"));
  EXPECT_TRUE(nobody_is_attached(other));
  EXPECT_TRUE(nothing_is_left());
  EXPECT_TRUE(screen().shows("growing")) << "the process goes on";
  screen().press({"q"});
  expect_that_it_ended_well();
}

TEST_F(TopAttached, DetachesWhenItIsEndedBySIGTERM) {
  const std::string other = harness::child_of(top());
  ::kill(top(), SIGTERM);
  expect_that_it_ended_well();
  EXPECT_TRUE(nobody_is_attached(other));
}

TEST_F(TopAttached, LeavesNothingBehindWhenItsWindowIsClosed) {
  const std::string other = harness::child_of(top());
  EXPECT_FALSE(std::filesystem::is_empty(temporary_.path()));
  close_screen();
  EXPECT_TRUE(nobody_is_attached(other));
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(TopAttached, DetachesWhenItIsKilled) {
  const std::string other = harness::child_of(top());
  ::kill(top(), SIGKILL);
  EXPECT_TRUE(screen().shows("it ended with 137"));
  EXPECT_TRUE(nobody_is_attached(other));
  EXPECT_EQ(::kill(leaker_->pid(), 0), 0);
}

TEST_F(TopAttached, GoesOnWhenTheAjarThatAttachedIsKilled) {
  ASSERT_TRUE(screen().shows("open_log()"));
  ::kill(std::stoi(harness::child_of(top())), SIGKILL);
  EXPECT_TRUE(screen().shows("the ajar that attached was killed")) << screen().seen();
  EXPECT_THAT(screen().seen(), HasSubstr("open_log()")) << "what it found stays";
  screen().press({"Escape", "q"});
  expect_that_it_ended_well();
}

TEST_F(Top, IsRightOnEverySizeOfScreen) {
  begin_leaking();
  begin(leaker() + " " + idle() + " --every 200ms");
  ASSERT_TRUE(screen().shows("1 growing"));
  screen().resize({.columns = 120, .lines = 40});
  EXPECT_TRUE(screen().shows("COUNTS                           PID NAME")) << screen().seen();
  EXPECT_EQ(std::ranges::count(screen().seen(), '\n'), 40);
  screen().resize({.columns = 40, .lines = 10});
  EXPECT_TRUE(screen().shows("GROWTH     PID NAME")) << screen().seen();
  EXPECT_THAT(screen().seen(), Not(HasSubstr("COUNTS")));
  EXPECT_THAT(screen().seen(), HasSubstr("leak_files\n"));
  EXPECT_THAT(screen().seen(), HasSubstr("? help   q quit"));
  screen().resize({.columns = 25, .lines = 4});
  EXPECT_TRUE(screen().shows("needs at least 30 x 8")) << screen().seen();
  screen().resize({.columns = 80, .lines = 24});
  EXPECT_TRUE(screen().shows("VERDICT")) << screen().seen();
  screen().press({"q"});
  expect_that_it_ended_well();
}

TEST_F(Top, TheHelpTellsTheKeysAndGoesAway) {
  begin(idle());
  ASSERT_TRUE(screen().shows("sleep"));
  screen().press({"?"});
  EXPECT_TRUE(screen().shows("attach, and show which code opens what stays open"));
  EXPECT_THAT(screen().seen(), HasSubstr("\n  COUNTS       the last counts, a bar each\n"))
      << "to its last line";
  screen().press({"?"});
  EXPECT_TRUE(screen().shows("VERDICT"));
}

TEST_F(Top, WhatIsFrozenStaysAsItIs) {
  begin_leaking();
  begin(leaker() + " --every 200ms");
  ASSERT_TRUE(screen().shows("1 growing"));
  screen().press({"Space"});
  ASSERT_TRUE(screen().shows("frozen"));
  const std::string frozen = screen().seen();
  const std::size_t had = harness::count_descriptors(leaker());
  EXPECT_TRUE(leaker_wait([&] { return harness::count_descriptors(leaker()) > had + 30; }));
  EXPECT_EQ(screen().seen(), frozen);
  screen().press({"Space"});
  EXPECT_TRUE(screen().shows_no_more("frozen"));
}

TEST_F(Top, GivesTheTerminalBackHoweverItEnds) {
  begin(idle());
  ASSERT_TRUE(screen().shows("sleep"));
  screen().press({"q"});
  expect_that_it_ended_well();
  begin(idle());
  ASSERT_TRUE(screen().shows("sleep"));
  screen().press({"C-c"});
  expect_that_it_ended_well();
  begin(idle());
  ASSERT_TRUE(screen().shows("sleep"));
  ::kill(top(), SIGTERM);
  expect_that_it_ended_well();
}

TEST_F(Top, ComesBackFromBeingStopped) {
  screen_.emplace("set -m; " AJAR_PROGRAM " top " + idle() + "; echo it waits; read line; fg; sleep 1000",
                  Screen::Size{});
  ASSERT_TRUE(screen().shows("sleep"));
  screen().press({"C-z"});
  ASSERT_TRUE(screen().shows("it waits")) << screen().seen();
  EXPECT_THAT(screen().seen(), Not(HasSubstr("VERDICT")));
  screen().press({"Enter"});
  EXPECT_TRUE(screen().shows("VERDICT"));
}

TEST_F(Top, SaysThatAllHaveEnded) {
  Running brief(Command{.words = {"sleep", "1000"}});
  begin(std::to_string(brief.pid()) + " --every 200ms");
  ASSERT_TRUE(screen().shows("sleep"));
  brief.send(SIGKILL);
  EXPECT_TRUE(screen().shows("ended: all that was to be watched")) << screen().seen();
}

TEST_F(Top, WithoutATerminalThatItCanUseItNamesTheWayOut) {
  const harness::Outcome none = harness::run(ajar(directory_, {"top"}));
  EXPECT_EQ(none.exit_status, 2);
  EXPECT_THAT(none.err,
              HasSubstr("there is no terminal here; ajar watch says line by line which processes grow\n"));
  EXPECT_EQ(none.out, "");
  begin(idle(), {}, {{"TERM", "dumb"}});
  EXPECT_TRUE(screen().shows("it ended with 2")) << screen().seen();
  EXPECT_THAT(screen().seen(), HasSubstr("'dumb' (TERM)"));
}

TEST_F(Top, WhatCanNotBeWatchedIsSaid) {
  EXPECT_THAT(harness::run(ajar(directory_, {"top", "999999999"})).err, HasSubstr("999999999"));
  EXPECT_THAT(harness::run(ajar(directory_, {"top", "--every", "1ms"})).err, HasSubstr("at least 100ms"));
  EXPECT_THAT(harness::run(ajar(directory_, {"top", "--sort", "color"})).err, HasSubstr("growth"));
}

}  // namespace
}  // namespace ajar::e2e
