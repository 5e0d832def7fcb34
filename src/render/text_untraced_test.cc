#include "render/text_untraced.h"

#include <gtest/gtest.h>

#include <sstream>

namespace ajar::render {
namespace {

report::Process untraced(std::int64_t pid, const std::string& name, const std::string& reason) {
  report::Process process;
  process.pid = pid;
  process.name = name;
  process.not_traced = reason;
  return process;
}

std::string lines(const std::vector<report::Process>& processes) {
  std::ostringstream out;
  untraced_lines(processes, out);
  return out.str();
}

TEST(UntracedLines, SayTheReason) {
  EXPECT_EQ(lines({untraced(12, "busybox", "statically linked")}),
            "ajar: busybox (pid 12) was not traced: statically linked; nothing is known of its handles\n");
}

TEST(UntracedLines, AreSilentOnWhatWasTraced) {
  EXPECT_EQ(lines({untraced(12, "sh", "")}), "");
}

TEST(UntracedLines, AreOneForProcessesOfOneNameAndReason) {
  EXPECT_EQ(
      lines({untraced(12, "tool", "static"), untraced(13, "tool", "setuid"), untraced(14, "tool", "static"),
             untraced(15, "tool", "static")}),
      "ajar: tool (pid 12) and 2 more processes of that name were not traced: static; nothing is known of "
      "their handles\n"
      "ajar: tool (pid 13) was not traced: setuid; nothing is known of its handles\n");
}

TEST(UntracedLines, TellWhenATracedProcessBecameWhatCannotBe) {
  report::Process process = untraced(12, "tool", "static");
  process.started_s = 1;
  process.traced_until_s = 2.5;
  EXPECT_EQ(lines({process}),
            "ajar: tool (pid 12) was not traced since it became this program, 1.5 s after its start: static; "
            "nothing is known of its handles\n");
  EXPECT_EQ(
      lines({process, process, untraced(13, "tool", "static")}),
      "ajar: tool (pid 12) and 1 more process of that name were not traced since they became this program: "
      "static; nothing is known of their handles\n"
      "ajar: tool (pid 13) was not traced: static; nothing is known of its handles\n");
}

TEST(UntracedLines, AdmitThatANumberIsNotKnown) {
  EXPECT_EQ(lines({untraced(0, "sh", "static")}),
            "ajar: sh (pid ?) was not traced: static; nothing is known of its handles\n");
}

}  // namespace
}  // namespace ajar::render
