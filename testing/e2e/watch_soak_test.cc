#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>
#include <utility>
#include <vector>

#include "e2e/ajar_command.h"
#include "e2e/silent_watch.h"
#include "harness/needs.h"

// `ajar watch` for minutes (ctest -L long).
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::Running;
using harness::TempDir;
using std::chrono::seconds;

// In KiB, as /proc/PID/status says.
long memory_of(pid_t pid) {
  const std::string status = harness::read_file("/proc/" + std::to_string(pid) + "/status");
  const std::size_t at = status.find("VmRSS:");
  return at == std::string::npos ? 0 : std::stol(status.substr(at + 6));
}

// Some 50 at a time, 25 new ones each second.
Command processes_that_come_and_go() {
  return {.words = {"python3", "-c",
                    "import os, signal, time\n"
                    "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
                    "while True:\n"
                    "    if os.fork() == 0:\n"
                    "        held = [os.dup(0) for _ in range(20)]\n"
                    "        time.sleep(2)\n"
                    "        os._exit(0)\n"
                    "    time.sleep(0.04)\n"},
          .limit = seconds(600)};
}

// Sweeps are ten times as frequent as they are usually, what is kept is as much shorter.
TEST(WatchSoak, AWatchThatRecordsTakesNoMoreMemoryAndRoomThoughProcessesComeAndGo) {
  const TempDir directory;
  const Running processes(processes_that_come_and_go());
  Command command = ajar(directory, {"watch", "--every", "100ms", "--window", "20s", "--for", "6m", "-o",
                                     "w.ajar", "--keep", "200KB"});
  command.limit = seconds(500);
  Running watching(command);
  std::this_thread::sleep_for(seconds(150));
  const long settled = memory_of(watching.pid());
  const auto room = std::filesystem::file_size(directory.path() / "w.ajar");
  std::this_thread::sleep_for(seconds(200));
  const long later = memory_of(watching.pid());
  EXPECT_GT(settled, 0);
  EXPECT_LT(later, settled + settled / 20) << settled << " KiB before";
  EXPECT_LT(room, 260'000U);
  EXPECT_LT(std::filesystem::file_size(directory.path() / "w.ajar"), 260'000U);
  const Outcome watched = watching.finish();
  EXPECT_EQ(watched.exit_status, 0) << watched.err;
}

// As the user that Debian made for it: it refuses to run as root.
std::vector<std::string> as_its_user(std::vector<std::string> words) {
  if (::geteuid() != 0) return words;
  words.insert(words.begin(), {"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"});
  return words;
}

// Where Debian has a version's programs; empty: not installed.
std::filesystem::path postgres_programs() {
  std::error_code failed;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", failed)) {
    if (std::filesystem::exists(version.path() / "bin/pgbench")) return version.path() / "bin";
  }
  return {};
}

TEST(WatchSilence, OnPostgresUnderItsBenchmark) {
  const std::filesystem::path programs = postgres_programs();
  if (programs.empty()) GTEST_SKIP() << "no postgres (package postgresql)";
  const TempDir directory;
  std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
  const std::string place = directory.path(), data = directory / "data";
  const auto run = [&](const char* program, std::vector<std::string> words) {
    words.insert(words.begin(), programs / program);
    return harness::run(Command{.words = as_its_user(std::move(words)), .directory = place});
  };
  ASSERT_EQ(run("initdb", {"-A", "trust", "-U", "ajar", "-D", data}).exit_status, 0);
  Running server(Command{
      .words = as_its_user({programs / "postgres", "-D", data, "-k", place, "-c", "listen_addresses="}),
      .directory = place});
  const auto benchmark = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"-h", place, "-U", "ajar", "postgres"});
    return run("pgbench", std::move(words)).exit_status == 0;
  };
  ASSERT_TRUE(server.wait_until([&] { return benchmark({"-i", "-q"}); })) << server.err();
  // Whoever served the preparation is gone.
  std::vector<std::string> family;
  ASSERT_TRUE(server.wait_until([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    return std::exchange(family, family_of(server.pid())) == family;
  }));
  // A connection for each transaction of the second half is a process for each.
  expect_that_nothing_grows(directory, family, [&] {
    EXPECT_TRUE(benchmark({"-c", "8", "-T", "6"}));
    EXPECT_TRUE(benchmark({"-c", "4", "-C", "-T", "6"}));
  });
  server.send(SIGINT);
  EXPECT_EQ(server.finish().exit_status, 0);
}

}  // namespace
}  // namespace ajar::e2e
