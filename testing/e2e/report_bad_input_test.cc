#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "e2e/traced.h"
#include "harness/victims.h"

namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using testing::HasSubstr;

Outcome report(const TempDir& directory, const std::string& file) {
  return harness::run(ajar(directory, {"report", file}));
}

void expect_one_line_on(const Outcome& outcome, const std::string& file) {
  EXPECT_EQ(outcome.exit_status, 2) << how_it_ended(outcome);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(file));
}

TEST(Report, RefusesWhatIsNoRecording) {
  const TempDir directory;
  harness::write_file(directory / "empty", "");
  harness::write_file(directory / "foreign.txt", std::string(5000, 'x'));
  std::filesystem::create_directory(directory / "folder");
  for (const char* file : {"empty", "foreign.txt", "folder", "missing"})
    expect_one_line_on(report(directory, file), file);
  expect_one_line_on(report(directory, "/usr/bin/env"), "/usr/bin/env");
}

TEST(Report, RefusesARecordingOfWhichNothingIsWhole) {
  const TempDir directory;
  harness::run(ajar_run(directory, harness::victim_command("exit_paths return")));
  std::string bytes = harness::read_file(directory / "x.ajar");
  ASSERT_FALSE(bytes.empty());
  for (char& byte : bytes) byte = static_cast<char>(byte ^ '\x55');
  harness::write_file(directory / "damaged.ajar", bytes);
  expect_one_line_on(report(directory, "damaged.ajar"), "damaged.ajar");
}

TEST(Report, RefusesARecordingWithoutAProcessAndSaysWhatIsMissing) {
  const TempDir directory;
  harness::run(ajar_run(directory, harness::victim_command("exit_paths return")));
  const std::string bytes = harness::read_file(directory / "x.ajar");
  ASSERT_GT(bytes.size(), 1000U);
  for (const std::size_t length : {16U, 30U, 63U, 150U}) {
    harness::write_file(directory / "cut.ajar", bytes.substr(0, length));
    const Outcome cut = report(directory, "cut.ajar");
    expect_one_line_on(cut, "cut.ajar: there is no process in it");
    EXPECT_THAT(cut.err, HasSubstr("record again"));
    EXPECT_THAT(cut.err, HasSubstr("; the recording has no end")) << length;
  }
}

// Half a recording is still one: what is whole is read, what is lost is said.
TEST(Report, ReadsARecordingUpToWhereItBreaksOff) {
  const TempDir directory;
  harness::run(ajar_run(directory, harness::victim_command("leak_files")));
  const std::string bytes = harness::read_file(directory / "x.ajar");
  ASSERT_GT(bytes.size(), 1000U);
  harness::write_file(directory / "half.ajar", bytes.substr(0, bytes.size() / 2));
  const Outcome half = report(directory, "half.ajar");
  EXPECT_EQ(half.exit_status, 0) << half.err;
  EXPECT_THAT(half.out, HasSubstr(" open where the recording ends\n"));
  EXPECT_THAT(half.out, HasSubstr("leak_files"));
}

// Where the first names stand; "" where there are none. src/recording/FORMAT.md: a block's marker and its
// type.
std::string up_to_the_names(const std::string& recording) {
  constexpr std::string_view kSymbolBlock =
      "\xf3"
      "AJB"
      "\x08";
  const std::size_t at = recording.find(kSymbolBlock);
  return at == std::string::npos ? "" : recording.substr(0, at);
}

// Names are looked up within a second, and at the end. A report looks for those that are not there, which is
// as good while the program's files are there; ajar symbols keeps what it finds.
class ReportWithoutNames : public testing::Test {
 protected:
  // Of a copy of the program, for less than a second.
  void SetUp() override {
    std::filesystem::copy_file(harness::victim("leak_files"), program_);
    harness::run(ajar_run(directory_, {program_, "20"}));
    const std::string cut = up_to_the_names(harness::read_file(directory_ / "x.ajar"));
    ASSERT_GT(cut.size(), 1000U);
    harness::write_file(directory_ / "x.ajar", cut);
  }

  [[nodiscard]] std::string seen() const {
    return harness::run(ajar(directory_, {"report", "--full-stacks", "x.ajar"})).out;
  }
  [[nodiscard]] Outcome symbols() const { return harness::run(ajar(directory_, {"symbols", "x.ajar"})); }
  void take_the_program_away() const { std::filesystem::remove(program_); }

 private:
  const TempDir directory_;
  const std::string program_ = directory_ / "leaks";
};

constexpr const char* kNamesOfNow =
    "names that it lacks are looked up each time, in the files that are here now; once nobody writes it, "
    "have them "
    "kept in it with: ajar symbols x.ajar";

TEST_F(ReportWithoutNames, HasThoseThatTheProgramsFilesGive) {
  EXPECT_THAT(seen(), HasSubstr("open_log()"));
  EXPECT_THAT(seen(), HasSubstr(kNamesOfNow));
}

TEST_F(ReportWithoutNames, KeepsThemWithoutTheProgramsFilesWhereTheyWereLookedUp) {
  EXPECT_EQ(symbols().exit_status, 0);
  take_the_program_away();
  EXPECT_THAT(seen(), HasSubstr("open_log()"));
  EXPECT_THAT(seen(), testing::Not(HasSubstr(kNamesOfNow)));
}

TEST_F(ReportWithoutNames, TellsOffsetsWhereTheProgramsFileIsGone) {
  take_the_program_away();
  EXPECT_THAT(seen(), testing::Not(HasSubstr("open_log")));
  EXPECT_THAT(seen(), HasSubstr("leaks+0x"));
}

// Names for what is left are all there are: one who reads them should know.
TEST(Report, SymbolsSaysToWhatARecordingBreaksOff) {
  const TempDir directory;
  harness::run(ajar_run(directory, harness::victim_command("leak_files")));
  const std::string bytes = harness::read_file(directory / "x.ajar");
  const auto symbols = [&] { return harness::run(ajar(directory, {"symbols", "--dry-run", "x.ajar"})); };
  EXPECT_THAT(symbols().out, testing::Not(HasSubstr("warning")));
  harness::write_file(directory / "x.ajar", bytes.substr(0, bytes.size() / 2));
  EXPECT_THAT(symbols().out, HasSubstr("warning: the recording has no end"));
}

TEST(Report, SaysHowManyBytesWereDamaged) {
  const TempDir directory;
  harness::run(ajar_run(directory, harness::victim_command("churn")));
  std::string bytes = harness::read_file(directory / "x.ajar");
  ASSERT_GT(bytes.size(), 10'000U);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2), 64, '\x5a');
  harness::write_file(directory / "damaged.ajar", bytes);
  const Outcome damaged = report(directory, "damaged.ajar");
  EXPECT_EQ(damaged.exit_status, 0) << damaged.err;
  EXPECT_THAT(damaged.out + damaged.err, HasSubstr("damaged"));
}

// The run's own report says that there are no leaks.
TEST(Report, ClaimsNothingOfADamagedRecording) {
  const TempDir directory;
  const Outcome run = harness::run(ajar_run(directory, harness::victim_command("churn")));
  ASSERT_THAT(run.err, HasSubstr("no leaks: "));
  std::string bytes = harness::read_file(directory / "x.ajar");
  ASSERT_GT(bytes.size(), 10'000U);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2), 64, '\x5a');
  harness::write_file(directory / "damaged.ajar", bytes);
  const Outcome damaged = report(directory, "damaged.ajar");
  EXPECT_THAT(damaged.out, testing::Not(HasSubstr("no leaks: ")));
  EXPECT_THAT(damaged.out, testing::AnyOf(HasSubstr("no leaks among what could be read: that proves nothing"),
                                          HasSubstr("LEAK"), HasSubstr("SUSPECT")));
}

TEST(Report, SaysTheSameAsTheRunItself) {
  const TempDir directory;
  const Outcome run = harness::run(ajar_run(directory, harness::victim_command("leak_files")));
  const Outcome again = report(directory, "x.ajar");
  EXPECT_EQ(again.exit_status, 0);
  EXPECT_NE(again.out, "");
  EXPECT_THAT(run.err, HasSubstr(again.out));
}

TEST(Report, IsTheSameEachTime) {
  const TempDir directory;
  harness::run(ajar_run(directory, harness::victim_command("leak_threads")));
  for (const char* format : {"--json", "--full-stacks"}) {
    const Outcome first = harness::run(ajar(directory, {"report", format, "x.ajar"}));
    EXPECT_NE(first.out, "");
    EXPECT_EQ(harness::run(ajar(directory, {"report", format, "x.ajar"})), first);
  }
}

TEST(Report, CutsTheTextAndNeverTheJson) {
  const TempDir directory;
  harness::run(ajar_run(directory, harness::victim_command("leak_threads")));
  const Outcome all = harness::run(ajar(directory, {"report", "x.ajar"}));
  const Outcome top = harness::run(ajar(directory, {"report", "--top", "1", "x.ajar"}));
  EXPECT_LT(top.out.size(), all.out.size());
  EXPECT_EQ(harness::run(ajar(directory, {"report", "--json", "--top", "1", "x.ajar"})).out,
            harness::run(ajar(directory, {"report", "--json", "x.ajar"})).out);
}

}  // namespace
}  // namespace ajar::e2e
