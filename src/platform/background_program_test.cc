#include "platform/background_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

namespace ajar::platform {
namespace {

using testing::HasSubstr;
using Finished = BackgroundProgram::Finished;

Finished end_of(BackgroundProgram& program) {
  for (;;) {
    if (auto finished = program.poll()) return *std::move(finished);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

TEST(BackgroundProgram, TellsWhatItPrintedAndHowItEndedOnce) {
  auto program = BackgroundProgram::start(BackgroundProgram::shell("echo said; echo wrong >&2; exit 7"));
  ASSERT_TRUE(program.ok());
  const Finished finished = end_of(program.value());
  EXPECT_EQ(finished.status, 7);
  EXPECT_EQ(finished.out, "said\n");
  EXPECT_EQ(finished.err, "wrong\n");
  EXPECT_FALSE(program.value().poll().has_value());
}

TEST(BackgroundProgram, TellsAllThatAShellsProgramsPrintedAtOnce) {
  const std::string writer = "{ i=0; while [ $i -lt 5000 ]; do echo line; i=$((i+1)); done; }";
  auto program =
      BackgroundProgram::start(BackgroundProgram::shell(writer + " & " + writer + " & " + writer + "; wait"));
  ASSERT_TRUE(program.ok());
  EXPECT_EQ(std::ranges::count(end_of(program.value()).out, '\n'), 15000);
}

TEST(BackgroundProgram, HasItsOwnVariablesBesideThoseOfAjar) {
  BackgroundProgram::Request request =
      BackgroundProgram::shell("echo $AJAR_TEST; test -n \"$PATH\" && echo path");
  request.environment = {"AJAR_TEST=a b"};
  auto program = BackgroundProgram::start(std::move(request));
  ASSERT_TRUE(program.ok());
  EXPECT_EQ(end_of(program.value()).out, "a b\npath\n");
}

TEST(BackgroundProgram, EndsWhereItIsAskedTo) {
  auto program = BackgroundProgram::start(BackgroundProgram::shell("exec sleep 60"));
  ASSERT_TRUE(program.ok());
  program.value().ask_to_end();
  EXPECT_EQ(end_of(program.value()).status, -1);
}

TEST(BackgroundProgram, OfAShellEndsWithAllThatTheShellHasStarted) {
  auto program = BackgroundProgram::start(BackgroundProgram::shell("sleep 60; echo never"));
  ASSERT_TRUE(program.ok());
  program.value().ask_to_end();
  const auto end = end_of(program.value());
  EXPECT_NE(end.status, 0);
  EXPECT_EQ(end.out, "");
}

TEST(BackgroundProgram, IsNotInAjarsProcessGroup) {
  auto program = BackgroundProgram::start(BackgroundProgram::shell("exec sleep 60"));
  ASSERT_TRUE(program.ok());
  const auto pid = static_cast<pid_t>(program.value().pid());
  EXPECT_EQ(getpgid(pid), pid);
  program.value().ask_to_end();
  end_of(program.value());
}

TEST(BackgroundProgram, ThatIsNotThereIsNamed) {
  const auto program =
      BackgroundProgram::start({.path = "/no/such/program", .arguments = {"x"}, .environment = {}});
  ASSERT_FALSE(program.ok());
  EXPECT_THAT(program.error().message(), HasSubstr("/no/such/program"));
}

TEST(BackgroundProgram, ThatIsKilledHasNoStatus) {
  auto program = BackgroundProgram::start(BackgroundProgram::shell("kill -9 $$"));
  ASSERT_TRUE(program.ok());
  EXPECT_EQ(end_of(program.value()).status, -1);
}

}  // namespace
}  // namespace ajar::platform
