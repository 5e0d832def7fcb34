#include "cli/attach_screen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "render/fake_report.h"

namespace ajar::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string progress(const platform::Terminal& terminal) {
  std::ostringstream out;
  AttachScreen screen(out, terminal, "server");
  screen.progress(render::fake::leaking_server(), 10);
  return out.str();
}

std::string on_terminal(unsigned columns, bool color) {
  return progress({.interactive = true, .columns = columns, .color = color});
}

std::string without_colors(const std::string& text) {
  return std::regex_replace(text, std::regex("\033\\[[0-9;]*m"), "");
}

TEST(AttachScreen, CutsAColoredLineWhereItCutsAPlainOne) {
  for (unsigned columns = 2; columns < 120; ++columns) {
    const std::string colored = on_terminal(columns, true);
    EXPECT_EQ(without_colors(colored), on_terminal(columns, false)) << columns;
  }
}

TEST(AttachScreen, EndsTheColorThatItBegins) {
  for (unsigned columns = 2; columns < 120; ++columns) {
    const std::string colored = on_terminal(columns, true);
    const std::size_t begin = colored.find("\033[1;31m");
    EXPECT_EQ(begin == std::string::npos, colored.find("\033[0m") == std::string::npos) << columns;
  }
  EXPECT_THAT(on_terminal(120, true), HasSubstr("\033[1;31mLEAK\033[0m +13.0/s"));
}

TEST(AttachScreen, WritesWholeLinesWhereThereIsNoTerminal) {
  const std::string line = progress({.interactive = false, .columns = 40});
  EXPECT_THAT(line, EndsWith("pricing.cpp:41\n"));
  EXPECT_THAT(line, Not(HasSubstr("\033")));
}

std::string begun(const session::AttachBegun& how) {
  std::ostringstream out;
  AttachScreen screen(out, {}, "server");
  screen.begin(how);
  return out.str();
}

TEST(AttachScreen, SaysHowMuchOfAProcessWasMissed) {
  EXPECT_EQ(
      begun({.pids = {812}, .inner_pid = {}, .way = "eBPF", .open_before = 3, .age = {}}),
      "attached to server (pid 812) by eBPF; 3 handles were open before, they count as 'before tracking'\n");
  EXPECT_EQ(begun({.pids = {812},
                   .inner_pid = {},
                   .way = "eBPF",
                   .open_before = 0,
                   .age = std::chrono::nanoseconds(0)}),
            "attached to server (pid 812) by eBPF as it began: nothing of it was missed\n");
  EXPECT_EQ(begun({.pids = {812},
                   .inner_pid = {},
                   .way = "ptrace",
                   .open_before = 1,
                   .age = std::chrono::milliseconds(40)}),
            "attached to server (pid 812) by ptrace, 0.040 s after it began; 1 handle was open before, it "
            "counts as "
            "'before tracking'\n");
}

TEST(AttachScreen, SaysBothNumbersOfAProcessInAContainer) {
  EXPECT_EQ(begun({.pids = {812}, .inner_pid = 7, .way = "eBPF", .open_before = 3, .age = {}}),
            "attached to server (pid 812, 7 inside its container) by eBPF; 3 handles were open before, they "
            "count as "
            "'before tracking'\n");
}

TEST(AttachScreen, OfSeveralProcessesNamesTheFirstAndSpeaksOfAll) {
  std::ostringstream out;
  AttachScreen screen(out, {}, "server");
  screen.begin({.pids = {812, 813}, .inner_pid = {}, .way = "eBPF", .open_before = 3, .age = {}});
  screen.end(false);
  screen.end(true);
  EXPECT_EQ(
      out.str(),
      "attached to 2 processes, the first of them server (pid 812), by eBPF; 3 handles were open before, "
      "they count as 'before tracking'\n"
      "detached; those that live run on as before\n"
      "the 2 processes have ended\n");
}

}  // namespace
}  // namespace ajar::cli
