#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "e2e/attaching.h"
#include "harness/needs.h"
#include "harness/truth.h"
#include "harness/victims.h"

// What is peculiar to the agent in a process that runs already.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;

std::string text(pid_t pid) {
  return std::to_string(pid);
}

// Words in the data of the process's files that point into the agent's code.
int references_to_the_agent(pid_t pid) {
  struct Range {
    unsigned long begin = 0, end = 0;
  };
  std::vector<Range> data;
  Range agent;
  std::istringstream maps(harness::read_file("/proc/" + text(pid) + "/maps"));
  for (std::string line; std::getline(maps, line);) {
    Range range;
    char permissions[5] = {};
    std::sscanf(line.c_str(), "%lx-%lx %4s", &range.begin, &range.end, permissions);
    const bool is_agents = line.find("libajar-agent.so") != std::string::npos;
    if (is_agents && permissions[2] == 'x') agent = range;
    if (!is_agents && permissions[0] == 'r' && permissions[3] == 'p' && line.find(" /") != std::string::npos)
      data.push_back(range);
  }
  std::ifstream memory("/proc/" + text(pid) + "/mem", std::ios::binary);
  int found = 0;
  for (const Range& range : data) {
    std::vector<unsigned long> words((range.end - range.begin) / sizeof(unsigned long));
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(range.begin));
    memory.read(reinterpret_cast<char*>(words.data()), static_cast<std::streamsize>(range.end - range.begin));
    for (const unsigned long word : words) found += word >= agent.begin && word < agent.end ? 1 : 0;
  }
  return found;
}

class Injection : public Attaching {
 protected:
  // Waits in every way, and counts what went wrong.
  void expect_nothing_went_wrong(Running& waits) {
    waits.send(SIGTERM);
    const Outcome end = waits.finish();
    EXPECT_EQ(end.exit_status, 0) << how_it_ended(end);
    EXPECT_THAT(end.out, testing::StartsWith("0 failures\n"));
    EXPECT_EQ(harness::parse_truths(end.out).back().open, 3U);
  }
  static Command waits() { return Command{.words = {harness::victim("waits")}}; }

  void expect_refused(pid_t pid, const std::string& why) {
    const Outcome outcome = harness::run(attach({text(pid), "--for", "1s"}));
    EXPECT_EQ(outcome.exit_status, 2) << how_it_ended(outcome);
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("process " + text(pid) + " can't be entered: "));
    EXPECT_THAT(outcome.err, HasSubstr(why));
    EXPECT_EQ(outcome.out, "");
  }
};

TEST_P(Injection, AProgramOfManyThreadsNoticesNothingOfFiftyTimes) {
  Running victim(waits());
  for (int i = 0; i < 50; ++i) {
    const Outcome seen = harness::run(attach({text(victim.pid()), "--for", "20ms"}));
    ASSERT_EQ(seen.exit_status, 0) << i << ": " << seen.err;
  }
  expect_nothing_went_wrong(victim);
}

// Whatever it was at: also in the midst of it.
TEST_P(Injection, AProgramOfManyThreadsNoticesNothingWhenAjarIsKilled) {
  Running victim(waits());
  for (int i = 0; i < 40; ++i) {
    Running attached(attach({text(victim.pid())}));
    ::usleep(static_cast<useconds_t>(2'000 * i));
    attached.send(SIGKILL);
    attached.finish();
  }
  EXPECT_TRUE(victim.wait_until([&] {  // the last one may not be over yet
    return harness::run(attach({text(victim.pid()), "--for", "100ms"})).exit_status == 0;
  }));
  EXPECT_THAT(harness::run(ajar(directory(), {"report", "x.ajar"})).out, HasSubstr(" 0 events lost"));
  expect_nothing_went_wrong(victim);
}

TEST_P(Injection, NothingLeadsToTheAgentAfterwards) {
  const TempDir victims;
  Running victim{Command{.words = {harness::victim("leak_files"), "20000"}, .directory = victims.path()}};
  Running attached(attach({text(victim.pid())}));
  ASSERT_TRUE(has_attached(attached)) << attached.err();
  EXPECT_GT(references_to_the_agent(victim.pid()), 0);
  attached.send(SIGINT);
  EXPECT_EQ(attached.finish().exit_status, 0);
  const std::size_t open = harness::count_descriptors(text(victim.pid()));
  ASSERT_TRUE(victim.wait_until([&] { return harness::count_descriptors(text(victim.pid())) > open; }));
  EXPECT_EQ(references_to_the_agent(victim.pid()), 0);
}

TEST_P(Injection, SeesAPluginThatIsLoadedLater) {
  Running victim(Command{.words = {harness::victim("plugin_later")}});
  Running attached(attach({text(victim.pid())}));
  ASSERT_TRUE(has_attached(attached)) << attached.err();
  victim.send(SIGUSR1);
  ASSERT_TRUE(victim.wait_until([&] { return harness::count_descriptors(text(victim.pid())) > 20; }));
  attached.send(SIGINT);
  EXPECT_EQ(attached.finish().exit_status, 0);
  const Json group = report().at("processes").at(0).at("groups").at(0);
  EXPECT_EQ(group.at("culprit").at("function"), "leak_in_first");
  EXPECT_GE(group.at("outstanding").get<int>(), 16);
}

// However the linker has bound it.
TEST_P(Injection, SeesEveryCallWithTheFunctionThatMadeIt) {
  for (const char* const name : {"slots_lazy", "slots_now", "slots_without_plt", "slots_fixed"}) {
    Running victim(Command{.words = {harness::victim(name)}});
    Running attached(attach({text(victim.pid())}));
    ASSERT_TRUE(has_attached(attached)) << name << attached.err();
    victim.send(SIGUSR1);
    ASSERT_TRUE(victim.wait_until([&] { return harness::count_descriptors(text(victim.pid())) == 43; }))
        << name;
    attached.send(SIGINT);
    EXPECT_EQ(attached.finish().exit_status, 0);
    const Json told = report();
    const Json& coverage = told.at("processes").at(0).at("coverage");
    EXPECT_EQ(coverage.at("explained"), 40) << name;
    EXPECT_EQ(coverage.at("unseen"), 0) << name;
  }
}

TEST_P(Injection, FollowsForkedChildrenAndSaysOfProgramsThatThereIsNoAgent) {
  Running shell(Command{.words = {"sh", "-c", "while :; do (exec 9</etc/passwd; sleep 0.1); done"}});
  const Outcome seen = harness::run(attach({text(shell.pid()), "--for", "1s"}));
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  EXPECT_THAT(seen.out, HasSubstr("not traced"));
  EXPECT_THAT(seen.out, HasSubstr("without ajar's agent in LD_PRELOAD"));
}

TEST_P(Injection, EntersAProcessOfItsOwnUserWithoutPrivileges) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  AJAR_NEEDS("setpriv", "util-linux");
  std::filesystem::permissions(directory().path(), std::filesystem::perms::all);
  const std::vector<std::string> nobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  Command sleeper{.words = nobody};
  sleeper.words.insert(sleeper.words.end(), {"sleep", "60"});
  Running victim(sleeper);
  ASSERT_TRUE(victim.wait_until(
      [&] { return harness::read_file("/proc/" + text(victim.pid()) + "/comm") == "sleep\n"; }));
  Command command = attach({text(victim.pid()), "--for", "100ms"});
  command.words.insert(command.words.begin(), nobody.begin(), nobody.end());
  const Outcome seen = harness::run(command);
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
}

TEST_P(Injection, RefusesAStaticProgram) {
  Running victim(Command{.words = {harness::victim("leak_threads_static")}});
  expect_refused(victim.pid(), "statically linked");
}

TEST_P(Injection, RefusesAProgramOfMusls) {
  if (::access(harness::victim("musl/leak_files").c_str(), X_OK) != 0)
    GTEST_SKIP() << "there is no musl here";
  const TempDir victims;
  Running victim{Command{.words = {harness::victim("musl/leak_files"), "2000"}, .directory = victims.path()}};
  expect_refused(victim.pid(), "it has musl's C library");
}

TEST_P(Injection, RefusesAProgramThatFiltersItsCalls) {
  AJAR_NEEDS("/usr/bin/python3", "python3");
  const std::string filters =
      "import ctypes, struct, time\n"
      "class Filter(ctypes.Structure): _fields_ = [('size', ctypes.c_ushort), ('rows', ctypes.c_void_p)]\n"
      "allow = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0x7fff0000))\n"
      "rows = ctypes.cast(allow, ctypes.c_void_p)\n"
      "c = ctypes.CDLL(None)\n"
      "c.prctl(38, 1, 0, 0, 0)\n"
      "assert c.prctl(22, 2, ctypes.byref(Filter(1, rows)), 0, 0) == 0\n"
      "print('filters', flush=True)\n"
      "time.sleep(60)\n";
  Running victim(Command{.words = {"/usr/bin/python3", "-c", filters}});
  ASSERT_TRUE(victim.wait_until([&] { return victim.out() == "filters\n"; }));
  expect_refused(victim.pid(), "it filters its system calls (seccomp)");
}

TEST_P(Injection, RefusesAProcessThatIsTraced) {
  Running victim(Command{.words = {"sleep", "60"}});
  ASSERT_EQ(::ptrace(PTRACE_SEIZE, victim.pid(), nullptr, nullptr), 0);
  expect_refused(victim.pid(), "process " + text(::getpid()) + " traces it already");
}

TEST_P(Injection, RefusesAProcessThatIsStopped) {
  Running victim(Command{.words = {"sleep", "1"}});
  victim.send(SIGSTOP);
  expect_refused(victim.pid(), "it is stopped");
  victim.send(SIGCONT);
  EXPECT_EQ(victim.finish().exit_status, 0);
}

TEST_P(Injection, RefusesAProgramThatHasTheAgentFromItsStart) {
  const TempDir elsewhere;
  Running run(ajar_run(elsewhere, {"sleep", "60"}, {"--via", "preload"}));
  ASSERT_TRUE(run.wait_until([&] { return !harness::child_of(run.pid()).empty(); }));
  const std::string child = harness::child_of(run.pid());
  ASSERT_TRUE(run.wait_until([&] {
    return harness::read_file("/proc/" + child + "/syscall").starts_with("230 ");  // clock_nanosleep
  }));
  expect_refused(std::stoi(child), "it was started by ajar run");
}

TEST_P(Injection, RefusesAProcessThatAnotherAjarRecords) {
  Running victim(Command{.words = {"sleep", "60"}});
  const TempDir elsewhere;
  Running first(ajar(elsewhere, {"attach", "--via", "inject", "-o", "y.ajar", text(victim.pid())}));
  ASSERT_TRUE(has_attached(first)) << first.err();
  expect_refused(victim.pid(), "another ajar records it");
}

// It runs all the time.
TEST_P(Injection, SaysWhereNoThreadStandsAtASafePlace) {
  Running victim(Command{.words = {"sh", "-c", "while :; do :; done"}});
  const Outcome outcome = harness::run(attach({text(victim.pid()), "--for", "1s"}));
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("no thread of process " + text(victim.pid()) +
                                     " could be stopped at a place where a library can be loaded safely"));
}

INSTANTIATE_TEST_SUITE_P(By, Injection, testing::Values("inject"), name_of_way);

}  // namespace
}  // namespace ajar::e2e
