#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "e2e/traced.h"
#include "harness/victims.h"

// What ajar cannot do it says in one line, with a way out, and never as 'no leaks'.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

void expect_refusal(const Outcome& outcome, const std::string& named) {
  EXPECT_TRUE(outcome.exit_status.has_value()) << how_it_ended(outcome);
  EXPECT_NE(outcome.exit_status, 0);
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(named));
  EXPECT_THAT(outcome.err, Not(HasSubstr("no leak")));
  EXPECT_THAT(outcome.err, Not(HasSubstr("handles open at the end")));
}

TEST(RefusalByTheAgent, OfAStaticallyLinkedProgramSaysThatItIsOne) {
  const TempDir directory;
  const Outcome outcome =
      harness::run(ajar_run(directory, {harness::victim("static_victim")}, {"--via", "preload"}));
  expect_refusal(outcome, "static_victim");
  EXPECT_THAT(outcome.err, HasSubstr("static"));
  EXPECT_EQ(outcome.out, "");  // it was not started
}

// A program that takes another user's rights: as root a victim is given to somebody else, others have su.
std::string setuid_program(const TempDir& directory) {
  if (::geteuid() != 0) return "/usr/bin/su";
  const std::string copy = directory / "setuid_victim";
  std::filesystem::copy_file(harness::victim("leak_files"), copy);
  if (::chown(copy.c_str(), 65534, 65534) != 0 || ::chmod(copy.c_str(), 04755) != 0) {
    throw std::runtime_error("cannot make a setuid program in " + copy);
  }
  return copy;
}

TEST(RefusalByTheAgent, OfASetuidProgramSaysThatItIsOne) {
  const TempDir directory;
  const std::string program = setuid_program(directory);
  const Outcome outcome = harness::run(ajar_run(directory, {program}, {"--via", "preload"}));
  expect_refusal(outcome, program);
  EXPECT_THAT(outcome.err, HasSubstr("setuid"));
  EXPECT_EQ(outcome.out, "");
}

TEST(Unseen, IsSaidToHaveComeByNoCallThatIsWatched) {
  const TempDir directory;
  const Traced seen = trace(directory, harness::victim_command("past_the_library raw_open"));
  EXPECT_THAT(seen.run.err, HasSubstr("opened unseen: fd 3, file /etc/passwd"));
  EXPECT_THAT(seen.run.err, HasSubstr("by no call that ajar watches: system calls of the program's own"));
}

TEST(Unseen, IsSaidToBeAnIoUringsWhereTheProcessHasOne) {
  const TempDir directory;
  const Traced seen = trace(directory, harness::victim_command("rings uring_openat"));
  if (seen.run.out.starts_with("unavailable")) GTEST_SKIP() << seen.run.out;
  EXPECT_THAT(seen.run.err, HasSubstr("by no call that ajar watches: the process has an io_uring"));
}

TEST(Refusal, OfAnUnwritableRecordingComesBeforeTheProgramStarts) {
  const TempDir directory;
  const Outcome outcome = harness::run(
      ajar(directory, {"run", "-o", "no-such-folder/x.ajar", "--", "touch", directory / "started"}));
  expect_refusal(outcome, "no-such-folder/x.ajar");
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_FALSE(std::filesystem::exists(directory / "started"));
}

TEST(Refusal, OfARecordingThatIsAFolderNamesIt) {
  const TempDir directory;
  std::filesystem::create_directory(directory / "folder");
  const Outcome outcome =
      harness::run(ajar(directory, {"run", "-o", "folder", "--", "touch", directory / "started"}));
  expect_refusal(outcome, "folder");
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_FALSE(std::filesystem::exists(directory / "started"));
}

// A device that takes no byte is a full disk without being root.
TEST(FullDisk, FromTheStartIsSaid) {
  const TempDir directory;
  const Outcome outcome = harness::run(
      ajar(directory, {"run", "-o", "/dev/full", "--", harness::victim("exit_paths"), "return"}));
  EXPECT_EQ(outcome.exit_status, 2) << how_it_ended(outcome);
  EXPECT_THAT(outcome.err, HasSubstr("/dev/full"));
}

// A file system of 64 KiB.
class TinyDisk {
 public:
  explicit TinyDisk(const std::filesystem::path& where) : where_(where) {
    std::filesystem::create_directory(where);
    mounted_ = ::mount("tmpfs", where.c_str(), "tmpfs", 0, "size=64k") == 0;
  }
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;
  ~TinyDisk() {
    if (mounted_) ::umount2(where_.c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const { return mounted_; }

 private:
  std::filesystem::path where_;
  bool mounted_ = false;
};

TEST(FullDisk, WhileRecordingIsSaidAndTheProgramRunsToItsEnd) {
  const TempDir directory;
  const TinyDisk disk(directory / "disk");
  if (!disk.mounted()) GTEST_SKIP() << "only root may mount a file system that is soon full";
  const std::string recording = directory / "disk/x.ajar";
  const Outcome outcome =
      harness::run(ajar(directory, {"run", "-o", recording, "--", harness::victim("churn")}));
  EXPECT_THAT(outcome.out, HasSubstr("0 closes failed"));  // the program knows nothing of it
  EXPECT_EQ(outcome.exit_status, 2) << how_it_ended(outcome);
  EXPECT_THAT(outcome.err, HasSubstr(recording));
  EXPECT_THAT(outcome.err, AnyOf(HasSubstr("No space left"), HasSubstr("full")));
  const Outcome report = harness::run(ajar(directory, {"report", "--json", recording}));
  EXPECT_EQ(report.exit_status, 0) << report.err;  // what could be written can be read
}

}  // namespace
}  // namespace ajar::e2e
