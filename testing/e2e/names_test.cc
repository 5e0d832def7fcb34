#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "e2e/traced.h"
#include "e2e/ways.h"
#include "harness/needs.h"
#include "harness/victims.h"

// Functions, files and lines, whatever becomes of the files that they stand in.
namespace ajar::e2e {
namespace {

namespace fs = std::filesystem;
using harness::Command;
using harness::Outcome;
using harness::Running;
using harness::TempDir;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kProgram = "leak_eventfd_in_library";  // leaks for 2.5 s
constexpr const char* kLibrary = "libvictim_notify.so";

void copy_victim(const fs::path& to) {
  fs::create_directories(to);
  for (const char* file : {kProgram, kLibrary}) fs::copy(harness::victim(file), to / file);
}

void shell(const TempDir& directory, const std::string& command) {
  const Outcome outcome =
      harness::run({.words = {"sh", "-ec", command}, .environment = {}, .directory = directory.path()});
  ASSERT_EQ(outcome.exit_status, 0) << command << '\n' << outcome.out << outcome.err;
}

std::string text_report(const TempDir& directory) {
  return harness::run(ajar(directory, {"report", "x.ajar"})).out;
}

Outcome symbols(const TempDir& directory, std::vector<std::string> options = {}) {
  options.insert(options.begin(), "symbols");
  options.emplace_back("x.ajar");
  return harness::run(ajar(directory, std::move(options)));
}

void expect_lines(const std::string& report) {
  EXPECT_THAT(report, HasSubstr("make_channel()  notify.c:8"));
  EXPECT_THAT(report, HasSubstr("leak_eventfd_in_library.c:8"));
}

bool has_opened_some(const Running& running) {
  return running.wait_until([&] {
    const std::string child = harness::child_of(running.pid());
    return !child.empty() && harness::count_descriptors(child) > 10;
  });
}

TEST(Names, AreFunctionsFilesAndLines) {
  const TempDir directory;
  const Outcome run = harness::run(ajar_run(directory, harness::victim_command(kProgram)));
  expect_lines(run.err);
  EXPECT_THAT(run.err, HasSubstr("0 events lost"));
}

TEST(Names, OfALibraryThatIsReplacedComeFromTheOneThatRan) {
  const TempDir directory;
  copy_victim(directory / "app");
  Running running(ajar_run(directory, {"app/leak_eventfd_in_library"}));
  ASSERT_TRUE(has_opened_some(running));
  fs::remove(directory / "app/libvictim_notify.so");
  fs::copy("/bin/true", directory / "app/libvictim_notify.so");
  fs::remove(directory / "app/leak_eventfd_in_library");
  expect_lines(running.finish().err);
}

// The bytes that the process runs are gone, for itself as well: the kernel kills it, ajar survives it.
TEST(Names, OfALibraryThatIsCutShortAreNotMadeUp) {
  const TempDir directory;
  copy_victim(directory / "app");
  Running running(ajar_run(directory, {"app/leak_eventfd_in_library"}));
  ASSERT_TRUE(has_opened_some(running));
  fs::resize_file(directory / "app/libvictim_notify.so", 0);
  const Outcome outcome = running.finish();
  EXPECT_EQ(outcome.signal, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("libvictim_notify.so"));
}

TEST(Names, OfALibraryWithoutAFileAreFoundThroughTheProcess) {
  AJAR_NEEDS("python3", "python3");
  const TempDir directory;
  harness::write_file(directory / "memfd.py", std::string(R"(
import ctypes, os, time
fd = os.memfd_create("library")
os.write(fd, open(")") + harness::victim(kLibrary) +
                                                  R"(", "rb").read())
library = ctypes.CDLL(f"/proc/self/fd/{fd}")
for i in range(30):
    library.notify(1)
    time.sleep(0.02)
)");
  const Outcome run = harness::run(ajar_run(directory, {"python3", "memfd.py"}));
  EXPECT_THAT(run.err, HasSubstr("notify.c:8")) << run.out;
}

TEST(Names, AreFoundInAContainerThatSeesOtherFiles) {
  AJAR_NEEDS("unshare", "util-linux");
  if (::geteuid() != 0) GTEST_SKIP() << "only root may mount";
  const TempDir directory;
  copy_victim(directory / "image");
  // Outside there are other files at the same paths.
  fs::create_directory(directory / "app");
  for (const char* file : {kProgram, kLibrary}) fs::copy("/bin/true", directory / "app" / file);
  const std::string inside = "mount --bind image app && exec " + (directory / "app" / kProgram).string();
  const Outcome run = harness::run(ajar_run(directory, {"unshare", "-m", "sh", "-ec", inside}));
  if (run.err.find("unshare failed") != std::string::npos) GTEST_SKIP() << run.err;
  expect_lines(run.err);
}

TEST(Names, AreInTheRecordingOfAnAjarThatIsKilled) {
  const TempDir directory;
  copy_victim(directory / "app");
  Running running(ajar_run(directory, {"app/leak_eventfd_in_library"}));
  ASSERT_TRUE(has_opened_some(running));
  std::this_thread::sleep_for(std::chrono::milliseconds(1700));
  running.send(SIGKILL);
  running.finish();
  fs::remove_all(directory / "app");
  expect_lines(text_report(directory));
}

// A stripped program, and its debug information in a folder beside it.
class Stripped : public testing::Test {
 protected:
  void SetUp() override {
    copy_victim(directory_ / "app");
    shell(directory_, R"(cd app; mkdir ../debug
for file in *; do
  objcopy --only-keep-debug $file ../debug/$file.debug 2>/dev/null
  strip $file
done)");
    harness::run(ajar_run(directory_, {"app/leak_eventfd_in_library"}));
  }

  TempDir directory_;
};

TEST_F(Stripped, GetsItsLinesWhenTheyAreThere) {
  EXPECT_THAT(text_report(directory_), Not(HasSubstr("notify.c")));
  const Outcome without = symbols(directory_);
  EXPECT_EQ(without.exit_status, 0) << without.err;
  EXPECT_THAT(without.out, HasSubstr("exports"));
  EXPECT_THAT(without.out, HasSubstr("--symbol-path DIR"));
  const std::string before = harness::read_file(directory_ / "x.ajar");

  const Outcome dry = symbols(directory_, {"--symbol-path", "debug", "--dry-run"});
  EXPECT_THAT(dry.out, HasSubstr("not added"));
  EXPECT_EQ(harness::read_file(directory_ / "x.ajar"), before);

  const Outcome with = symbols(directory_, {"--symbol-path", "debug"});
  EXPECT_EQ(with.exit_status, 0) << with.err;
  EXPECT_THAT(with.out, HasSubstr("added to x.ajar"));
  EXPECT_TRUE(harness::read_file(directory_ / "x.ajar").starts_with(before));
  // From now on neither the program nor its debug information is needed.
  fs::remove_all(directory_ / "app");
  fs::remove_all(directory_ / "debug");
  expect_lines(text_report(directory_));
  EXPECT_THAT(symbols(directory_).out, HasSubstr("nothing was found that is not in the recording already"));
}

TEST_F(Stripped, IsNotGivenTheNamesOfAnotherBuild) {
  shell(directory_,
        "cd debug; mv libvictim_notify.so.debug x; cp leak_eventfd_in_library.debug "
        "libvictim_notify.so.debug");
  const Outcome outcome = symbols(directory_, {"--symbol-path", "debug"});
  EXPECT_THAT(outcome.out, HasSubstr("is of another build"));
  EXPECT_THAT(text_report(directory_), Not(HasSubstr("notify.c")));
}

TEST_F(Stripped, CannotBeGivenNamesInARecordingThatMayNotBeWritten) {
  AJAR_NEEDS("unshare", "util-linux");
  if (::geteuid() != 0) GTEST_SKIP() << "only root may mount";
  const Outcome outcome = harness::run(
      {.words = {"unshare", "-m", "sh", "-ec",
                 "mount --bind . . && mount -o remount,bind,ro . && cd . && cd \"$PWD\" && exec " AJAR_PROGRAM
                 " symbols --symbol-path debug x.ajar"},
       .environment = {},
       .directory = directory_.path()});
  EXPECT_EQ(outcome.exit_status, 2) << outcome.out;
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("x.ajar: Read-only file system"));
  EXPECT_THAT(outcome.err, HasSubstr("Copy the recording"));
}

TEST_F(Stripped, CannotBeGivenNamesWhileItIsRecorded) {
  Running running(ajar_run(directory_, {"app/leak_eventfd_in_library"}));
  ASSERT_TRUE(has_opened_some(running));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const Outcome outcome = symbols(directory_, {"--symbol-path", "debug"});
  EXPECT_EQ(outcome.exit_status, 2) << outcome.out;
  EXPECT_THAT(outcome.err, HasSubstr("is being written by another ajar"));
  EXPECT_EQ(running.finish().exit_status, 0);
  EXPECT_THAT(text_report(directory_), Not(HasSubstr("damaged")));
}

// A port that nobody uses at the moment.
int free_port() {
  const base::OwnedFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{
      .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  socklen_t size = sizeof(address);
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return 0;
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

TEST_F(Stripped, GetsItsLinesFromADebuginfodServer) {
  AJAR_NEEDS("debuginfod", "debuginfod");
  const std::string port = std::to_string(free_port());
  const Running server({.words = {"debuginfod", "-vvv", "-F", "-p", port, "-d", ":memory:", "debug"},
                        .environment = {{"DEBUGINFOD_URLS", std::nullopt}},
                        .directory = directory_.path()});
  // "recorded buildid=… file=…/libvictim_notify.so.debug mtime=… atype=D": it has debug information.
  const auto has_recorded = [&server](const std::string& file) {
    const std::string log = server.err();
    const std::size_t at = log.find("/" + file + ".debug mtime=");
    return at != std::string::npos && log.find("atype=D", at) != std::string::npos;
  };
  ASSERT_TRUE(server.wait_until([&] { return has_recorded(kProgram) && has_recorded(kLibrary); }));
  Command command = ajar(directory_, {"symbols", "x.ajar"});
  command.environment["DEBUGINFOD_URLS"] = "http://127.0.0.1:" + port;
  command.environment["DEBUGINFOD_CACHE_PATH"] = (directory_ / "cache").string();
  const Outcome outcome = harness::run(command);
  EXPECT_THAT(outcome.out, HasSubstr("added to x.ajar")) << outcome.err;
  expect_lines(text_report(directory_));
}

TEST_F(Stripped, SaysWhenNoDebuginfodServerAnswers) {
  Command command = ajar(directory_, {"symbols", "x.ajar"});
  command.environment["DEBUGINFOD_URLS"] = "http://127.0.0.1:" + std::to_string(free_port());
  command.environment["DEBUGINFOD_CACHE_PATH"] = (directory_ / "cache").string();
  const Outcome outcome = harness::run(command);
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("debuginfod: "));
}

TEST(Symbols, RefusesWhatIsNoRecordingInOneLine) {
  const TempDir directory;
  harness::write_file(directory / "x.ajar", std::string(5000, 'x'));
  const Outcome outcome = symbols(directory);
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("x.ajar"));
  EXPECT_EQ(harness::read_file(directory / "x.ajar"), std::string(5000, 'x'));
}

// What its own runtime needs is left in it.
TEST(Names, OfAStrippedGoProgramAreThoseThatItHasForItself) {
  AJAR_NEEDS("go", "golang-go");
  const TempDir directory;
  harness::run(ajar_run(directory, harness::victim_command("go_calls_c")));
  const std::string report = harness::run(ajar(directory, {"report", "--full-stacks", "x.ajar"})).out;
  EXPECT_THAT(report, HasSubstr("50 × file"));
  EXPECT_THAT(report, testing::ContainsRegex("runtime.asmcgocall +asm_amd64.s:[0-9]+ +go_calls_c"));
  const Outcome asked = symbols(directory, {"--dry-run"});
  EXPECT_THAT(asked.out, testing::ContainsRegex("lines .* 1/2 .*go_calls_c")) << asked.out;
}

TEST(Names, OfAStaticGoProgramAreThereAlthoughItIsStripped) {
  AJAR_NEEDS("go", "golang-go");
  const TempDir directory;
  if (const std::string why = why_not_by("ebpf"); !why.empty())
    GTEST_SKIP() << "no BPF program can be loaded here: " << why;
  const std::vector<std::string> via_kernel = {"--via", "ebpf"};
  harness::run(ajar_run(directory, harness::victim_command("go_files_stripped"), via_kernel));
  const std::string report = harness::run(ajar(directory, {"report", "--full-stacks", "x.ajar"})).out;
  EXPECT_THAT(report, testing::ContainsRegex("main.leakFile +go_files.go:[0-9]+ +go_files_stripped"));
  EXPECT_THAT(report,
              testing::ContainsRegex("syscall.Open +syscall_linux.go:[0-9]+ +go_files_stripped .inlined"));
}

}  // namespace
}  // namespace ajar::e2e
