#include "platform/process_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/testing/temp_tree.h"
#include "platform/user_names.h"

namespace ajar::platform {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string stat_of(int pid, const std::string& name) {
  return std::to_string(pid) + " (" + name + ") S 1 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 99 23 24\n";
}

// Two servers, an editor of the server's source, and a thread of the kernel's.
TempTree some_processes() {
  return TempTree{{"10/cmdline", std::string("/opt/gateway\0--port\0"
                                             "443\0",
                                             24)},
                  {"10/stat", stat_of(10, "gateway")},
                  {"9/cmdline", std::string("/opt/gateway\0--port\0"
                                            "8443\0",
                                            25)},
                  {"9/stat", stat_of(9, "gateway")},
                  {"11/cmdline", std::string("vim\0gateway.cc\0", 15)},
                  {"11/stat", stat_of(11, "vim")},
                  {"2/cmdline", ""},
                  {"2/stat", stat_of(2, "kthreadd")},
                  {"2/status", "Uid:\t0\t0\t0\t0\n"},
                  {"9/status", "Uid:\t0\t0\t0\t0\n"},
                  {"10/status", "Uid:\t0\t0\t0\t0\n"},
                  {"11/status", "Uid:\t0\t0\t0\t0\n"}};
}

std::vector<std::int64_t> matches(const TempTree& tree, const std::string& pattern) {
  const auto found = match_processes(ProcFs(tree.root()), pattern);
  EXPECT_TRUE(found.ok());
  return found.ok() ? found.value() : std::vector<std::int64_t>{};
}

TEST(ProcessMatch, FindsThePatternAnywhereInTheCommandLine) {
  const TempTree tree = some_processes();
  EXPECT_THAT(matches(tree, "gateway"), ElementsAre(9, 10, 11));
  EXPECT_THAT(matches(tree, "^/opt/gateway"), ElementsAre(9, 10));
  EXPECT_THAT(matches(tree, "--port 443$"), ElementsAre(10)) << "words have one blank between them";
  EXPECT_THAT(matches(tree, "vim|8443"), ElementsAre(9, 11));
  EXPECT_THAT(matches(tree, "Gateway"), IsEmpty());
}

TEST(ProcessMatch, GoesByTheNameWhereThereAreNoWords) {
  EXPECT_THAT(matches(some_processes(), "kthread"), ElementsAre(2));
  EXPECT_THAT(matches(some_processes(), "^\\[kthreadd\\]$"), ElementsAre(2));
  EXPECT_THAT(matches(some_processes(), "^kthreadd"), IsEmpty());
}

TEST(ProcessMatch, ATitleThatWasWrittenOverTheWordsEndsWhereItEnds) {
  const TempTree tree{{"12/cmdline", std::string("worker: idle\nnow\0\0\0\0", 20)},
                      {"12/stat", stat_of(12, "worker")},
                      {"12/status", "Uid:\t0\t0\t0\t0\n"}};
  EXPECT_THAT(matches(tree, "^worker: idle now$"), ElementsAre(12));
}

TEST(ProcessMatch, SaysWhatIsWrongWithAPattern) {
  const auto found = match_processes(ProcFs(some_processes().root()), "gate(");
  ASSERT_FALSE(found.ok());
  EXPECT_THAT(found.error().message(), HasSubstr("'gate('"));
}

TEST(ProcessMatch, ThisProcessAndItsAncestorsByTheirWordsAreNotMeant) {
  const auto all = match_processes(ProcFs(), ".");
  ASSERT_TRUE(all.ok());
  EXPECT_THAT(all.value(), Not(Contains(getpid())));
  const auto words = ProcFs().command_line(getppid());
  ASSERT_TRUE(words.has_value());
  const auto name = ProcFs().process(getppid());
  ASSERT_TRUE(name.has_value());
  EXPECT_THAT(match_processes(ProcFs(), "^" + name->name + "$").value(), Contains(getppid()))
      << "its name is meant";
}

TEST(ProcessMatch, AProcessIsFoundByAllOfALongCommandLine) {
  const std::string marker = "ajar-needle-" + std::to_string(getpid());
  const pid_t child = fork();
  if (child == 0) {
    const std::string hay(100'000, 'x');
    execl("/bin/sh", "sh", "-c", "kill -STOP $$", hay.c_str(), marker.c_str(), nullptr);
    _exit(127);
  }
  std::vector<std::int64_t> found;
  for (int i = 0; i < 500 && found.empty(); ++i) {
    usleep(10'000);
    found = match_processes(ProcFs(), marker + "$").value();
  }
  EXPECT_THAT(found, ElementsAre(child));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST(UserNames, AreThoseOfTheFileAndElseNumbers) {
  const TempTree tree{
      {"passwd",
       "root:x:0:0:root:/root:/bin/sh\nbroken\n:x:5:5::/:\nwww:x:33:33::/:/bin/false\nalias:x:0:0::/:\n"}};
  const UserNames names(tree.root() + "/passwd");
  EXPECT_EQ(names.of(0), "root");
  EXPECT_EQ(names.of(33), "www");
  EXPECT_EQ(names.of(5), "5");
  EXPECT_EQ(UserNames("/nowhere").of(7), "7");
}

}  // namespace
}  // namespace ajar::platform
