#include "session/bounded_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "model/process_rows.h"
#include "platform/mapped_file.h"
#include "platform/testing/temp_tree.h"
#include "recording/reader.h"

namespace ajar::session {
namespace {

using std::chrono::seconds;

// The times of samples that a recording has.
class Samples final : public model::Observer {
 public:
  void on_events(const model::World& /*world*/, std::span<const model::Event> /*events*/) override {}
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}
  void on_snapshot(const model::World& /*world*/, const model::Snapshot& /*snapshot*/) override {}
  void on_counts(const model::World& world, std::span<const model::CountSample> samples) override {
    for (const model::CountSample& sample : samples) {
      times.push_back(sample.time);
      is_known = is_known && world.processes.find(sample.process) != nullptr;
    }
  }

  std::vector<model::Time> times;
  bool is_known = true;  // whose they are
};

class BoundedFileTest : public testing::Test {
 protected:
  BoundedFileTest() { process_ = model::add_process(world_, 812, "/opt/gateway").process; }

  // Counts once a second, for so long.
  void write(Bounds bounds, int moments) {
    BoundedFile file(std::move(platform::FileSink::create(path_)).value(), bounds);
    recording::WriterOptions options = bounds.writer_options();
    options.pack_from = recording::kNeverPack;
    recording::Writer writer(world_, file, options);
    for (int i = 0; i < moments; ++i) {
      const std::vector<model::CountSample> samples(
          20, {.process = process_, .time = seconds(i), .handles = static_cast<std::uint64_t>(i)});
      ASSERT_TRUE(writer.counts(samples).ok());
      most_ = std::max(most_, std::filesystem::file_size(path_));
    }
    ASSERT_TRUE(writer.finish(seconds(moments)).ok());
    ASSERT_TRUE(file.close().ok());
  }

  Samples read() {
    Samples samples;
    const auto mapped = platform::MappedFile::open(path_);
    const auto reader = recording::Reader::open(mapped.value().bytes(), recording::File::whole);
    EXPECT_TRUE(reader.ok());
    model::Cursor cursor;
    reader.value()->read(cursor, samples);
    EXPECT_EQ(reader.value()->damage(), model::Damage{});
    EXPECT_TRUE(samples.is_known);
    return samples;
  }

  const platform::TempTree tree_{};
  const std::string path_ = tree_.path("counts.ajar");
  model::World world_;
  model::ProcessId process_;
  std::uintmax_t most_ = 0;
};

TEST_F(BoundedFileTest, IsWhereALinkLeadsAndStaysWhoseItWasAndAsHidden) {
  const std::string real = tree_.path("elsewhere.ajar");
  std::filesystem::create_symlink(real, path_);
  std::ofstream(real).close();
  std::filesystem::permissions(real,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  write({.bytes = 4000, .age = {}}, 200);
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_LT(std::filesystem::file_size(real), 20'000U);
  EXPECT_EQ(std::filesystem::status(real).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(BoundedFileTest, OfADeviceDropsNothing) {
  std::filesystem::create_symlink("/dev/null", path_);
  BoundedFile file(std::move(platform::FileSink::create(path_)).value(), {.bytes = 4096, .age = {}});
  recording::Writer writer(world_, file, Bounds{.bytes = 4096, .age = {}}.writer_options());
  for (int i = 0; i < 5000; ++i) {
    const std::vector<model::CountSample> samples(20,
                                                  {.process = process_, .time = seconds(i), .handles = 7});
    ASSERT_TRUE(writer.counts(samples).ok());
  }
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_FALSE(std::filesystem::is_regular_file("/dev/null"));
}

TEST_F(BoundedFileTest, SaysOnceThatItGrowsOnWhereItCanNotDrop) {
  std::filesystem::create_directory(path_ + ".part");  // where the copy would be
  BoundedFile file(std::move(platform::FileSink::create(path_)).value(), {.bytes = 4096, .age = {}});
  recording::WriterOptions options = Bounds{.bytes = 4096, .age = {}}.writer_options();
  options.pack_from = recording::kNeverPack;
  recording::Writer writer(world_, file, options);
  int told = 0;
  for (int i = 0; i < 500; ++i) {
    const std::vector<model::CountSample> samples(
        20, {.process = process_, .time = seconds(i), .handles = static_cast<std::uint64_t>(i)});
    ASSERT_TRUE(writer.counts(samples).ok());
    const auto trouble = file.take_trouble();
    if (!trouble) continue;
    ++told;
    EXPECT_THAT(*trouble, testing::HasSubstr("can't be dropped, so it grows on: "));
  }
  EXPECT_EQ(told, 1);
  EXPECT_GT(std::filesystem::file_size(path_), 20'000U);
}

TEST_F(BoundedFileTest, KeepsAllThatIsWithinItsBounds) {
  write({.bytes = 1U << 20U, .age = std::chrono::hours(1)}, 50);
  EXPECT_EQ(read().times.size(), 50U * 20);
}

TEST_F(BoundedFileTest, OfSoManyBytesKeepsTheLatestAndCanBeRead) {
  constexpr std::uint64_t kBytes = 64U << 10U;
  write({.bytes = kBytes, .age = {}}, 2000);
  EXPECT_LT(most_, kBytes + kBytes / 4);
  const Samples samples = read();
  EXPECT_GT(samples.times.front(), seconds(1000));
  EXPECT_EQ(samples.times.back(), seconds(1999));
  EXPECT_TRUE(std::ranges::is_sorted(samples.times));
  EXPECT_GT(std::filesystem::file_size(path_), kBytes / 2);
}

TEST_F(BoundedFileTest, OfSomeAgeDropsWhatIsOlder) {
  write({.bytes = {}, .age = seconds(100)}, 1000);
  const Samples samples = read();
  EXPECT_LE(samples.times.front(), seconds(900));
  EXPECT_GE(samples.times.front(), seconds(999 - 100 - 3 * 13));
  EXPECT_EQ(samples.times.back(), seconds(999));
}

TEST_F(BoundedFileTest, LeavesNothingBesideIt) {
  write({.bytes = 32U << 10U, .age = {}}, 1000);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".part"));
}

TEST_F(BoundedFileTest, GoesOnWhereNothingCanBeDropped) {
  std::filesystem::create_directory(path_ + ".part");
  std::filesystem::create_directory(path_ + ".part/in the way");
  write({.bytes = 32U << 10U, .age = {}}, 1000);
  EXPECT_EQ(read().times.size(), 1000U * 20);
}

}  // namespace
}  // namespace ajar::session
