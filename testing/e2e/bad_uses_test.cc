// Uses of descriptors that are not open, by the ways in that are told of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "e2e/attaching.h"
#include "harness/reported.h"
#include "harness/victims.h"

namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::ReportedBadClose;
using harness::ReportedProcess;
using harness::Running;
using testing::HasSubstr;

class BadUse : public Attaching {
 protected:
  [[nodiscard]] ReportedProcess process() const {
    const harness::Reported all = harness::parse_report(report().dump());
    return all.processes.empty() ? ReportedProcess() : all.processes[0];
  }
};

// It reads what it has closed, forever; what is open, and asks whether numbers are open, in between.
constexpr const char* kReader =
    "import fcntl, os, select, time\n"
    "loop = select.epoll()\n"
    "def close_it(fd): os.close(fd)\n"
    "def ask(call, *what):\n"
    "  try: call(*what)\n"
    "  except OSError: pass\n"
    "def use_it(fd): ask(os.read, fd, 1)\n"
    "print('ready', flush=True)\n"
    "while True:\n"
    "  fd = os.open('/etc/passwd', os.O_RDONLY)\n"
    "  ask(os.write, fd, b'x')\n"  // EBADF as well: it is open, but not for that
    "  close_it(fd)\n"
    "  use_it(fd)\n"
    "  ask(fcntl.fcntl, fd, fcntl.F_GETFD)\n"
    "  ask(loop.unregister, fd)\n"
    "  ask(os.read, -1, 1)\n"
    "  time.sleep(0.02)\n";

TEST_P(BadUse, OfWhatWasClosedShowsWhoUsesItAndWhoClosedIt) {
  const harness::TempDir here;
  Running reader({.words = {"/usr/bin/python3", "-c", kReader}, .directory = here.path()});
  ASSERT_TRUE(reader.wait_until([&] { return reader.out().find("ready") != std::string::npos; }));
  const Outcome seen = harness::run(attach({std::to_string(reader.pid()), "--for", "1s"}));
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("USED AFTER CLOSE  fd "));
  const ReportedProcess told = process();
  EXPECT_TRUE(told.bad_closes.empty());
  const auto found = std::ranges::find(told.bad_uses, "used closed", &ReportedBadClose::kind);
  ASSERT_NE(found, told.bad_uses.end()) << seen.out;
  const ReportedBadClose& use = *found;
  // Attached to between the close and the use, ajar knows of no close.
  EXPECT_LE(told.bad_uses.size(), 2U) << seen.out;
  for (const ReportedBadClose& other : told.bad_uses)
    EXPECT_TRUE(other.kind == use.kind || other.count == 1) << seen.out;
  EXPECT_GT(use.count, 5U);
  EXPECT_TRUE(harness::has(use.stack, "use_it")) << seen.out;
  EXPECT_TRUE(harness::has(use.closed_by, "close_it")) << seen.out;
}

// What is open already when it is attached to has no history.
TEST_P(BadUse, OfWhatNeverWasOpenShowsWhoTried) {
  const harness::TempDir here;
  Running reader({.words = {"/usr/bin/python3", "-c",
                            "import os, time\n"
                            "def guess():\n"
                            "  try: os.write(4711, b'x')\n"
                            "  except OSError: pass\n"
                            "print('ready', flush=True)\n"
                            "while True: guess(); time.sleep(0.02)\n"},
                  .directory = here.path()});
  ASSERT_TRUE(reader.wait_until([&] { return reader.out().find("ready") != std::string::npos; }));
  const Outcome seen = harness::run(attach({std::to_string(reader.pid()), "--for", "1s"}));
  EXPECT_THAT(seen.out, HasSubstr("USED, NOT OPEN  fd 4711"));
  const ReportedProcess told = process();
  ASSERT_EQ(told.bad_uses.size(), 1U) << seen.out;
  EXPECT_EQ(told.bad_uses[0].kind, "not open");
  EXPECT_EQ(told.bad_uses[0].handle, 4711U);
  EXPECT_TRUE(harness::has(told.bad_uses[0].stack, "guess")) << seen.out;
  EXPECT_TRUE(told.bad_uses[0].closed_by.empty());
}

class BadUseInARun : public BadUse {};

TEST_P(BadUseInARun, HasItsStackWhateverTheCall) {
  const std::vector<std::string> victim = harness::victim_command("lives use_after_close");
  const Outcome seen = harness::run(ajar_run(directory(), victim, {"--via", GetParam()}));
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  const ReportedProcess told = process();
  ASSERT_EQ(told.bad_uses.size(), 2U) << seen.err;
  for (const ReportedBadClose& use : told.bad_uses)
    EXPECT_TRUE(harness::has(use.stack, "use_after_close")) << seen.err;
  const Outcome answer = harness::run(ajar(directory(), {"who-closed", "3", "x.ajar"}));
  EXPECT_THAT(answer.out, HasSubstr("USED, NOT OPEN"));
  EXPECT_THAT(answer.out, HasSubstr("not open: using it by read() failed: EBADF"));
}

INSTANTIATE_TEST_SUITE_P(ByWay, BadUseInARun, testing::Values("ebpf"), name_of_way);
INSTANTIATE_TEST_SUITE_P(ByWay, BadUse, testing::Values("ebpf", "ptrace"), name_of_way);

}  // namespace
}  // namespace ajar::e2e
