#include "import/perfmon/binary_log.h"

#include <gtest/gtest.h>

#include <random>
#include <span>
#include <vector>

#include "import/importer.h"
#include "import/perfmon/fake_log.h"
#include "import/perfmon/perf_block.h"
#include "import/perfmon/trace_file.h"
#include "recording/reader.h"

namespace ajar::import::perfmon {
namespace {

constexpr std::uint64_t kBegin = 128'315'796'386'590'000;  // 2007-08-14 15:40:38.659 UTC
constexpr std::uint64_t kMinute = 600'000'000;

std::vector<FakeSample> samples() {
  std::vector<FakeSample> all;
  for (std::uint32_t i = 0; i < 10; ++i) {
    FakeSample& sample = all.emplace_back();
    sample.filetime = kBegin + i * kMinute;
    sample.processes = {{.name = "Idle"},
                        {.name = "svchost", .pid = 812, .handles = 100},
                        {.name = "svchost", .pid = 900, .handles = 1'000 + 500 * i},
                        {.name = "_Total", .handles = 60'000}};
    if (i == 3 || i == 4) sample.processes.push_back({.name = "cmd", .pid = 7'000, .handles = 19});
    if (i == 6) sample.processes.push_back({.name = "cmd", .pid = 7'000, .handles = 20});
  }
  return all;
}

TEST(PerfmonBinary, TellsEveryProcessAtEveryMoment) {
  for (const std::size_t part_bytes : {64U, 256U, 3'000U}) {
    const auto log = read_binary_log(fake_binary_log(samples(), part_bytes));
    ASSERT_TRUE(log.ok()) << log.error().message();
    EXPECT_EQ(log.value().host, "HOST");
    ASSERT_EQ(log.value().moments.size(), 10U);
    EXPECT_EQ(log.value().moments[0].unix_ns, 1'187'106'038'659'000'000);
    ASSERT_EQ(log.value().moments[3].processes.size(), 3U) << "Idle and _Total are none";
    EXPECT_EQ(log.value().moments[9].processes[1].handles, 5'500U);
    EXPECT_EQ(log.value().moments[9].processes[1].pid, 900U);
  }
}

class Counts : public model::Observer {
 public:
  void on_events(const model::World&, std::span<const model::Event>) override {}
  void on_snapshot(const model::World&, const model::Snapshot&) override {}
  void on_loss(const model::World&, const model::Loss&) override {}
  void on_counts(const model::World&, std::span<const model::CountSample> some) override {
    samples.insert(samples.end(), some.begin(), some.end());
  }
  std::vector<model::CountSample> samples;
};

TEST(PerfmonBinary, BecomesARecordingInWhichAPidThatComesAgainIsAnotherProcess) {
  const auto made = as_recording({.name = "x.blg", .bytes = fake_binary_log(samples())});
  ASSERT_TRUE(made.ok() && made.value().has_value());
  auto reader = recording::Reader::open(*made.value());
  ASSERT_TRUE(reader.ok());
  Counts counts;
  model::Cursor cursor;
  reader.value()->read(cursor, counts);
  EXPECT_EQ(reader.value()->damage(), model::Damage());
  EXPECT_EQ(reader.value()->end(), std::chrono::minutes(9));
  ASSERT_EQ(counts.samples.size(), 23U);
  const model::World& world = reader.value()->world();
  EXPECT_TRUE(world.origin.shows_only_counts());
  ASSERT_EQ(world.processes.size(), 4U);
  const model::Process& cmd = *world.processes.find(model::ProcessId{3});
  EXPECT_EQ(cmd.pid, 7'000);
  EXPECT_EQ(cmd.started, std::chrono::minutes(3));
  EXPECT_EQ(cmd.ended, std::chrono::minutes(5));
  EXPECT_EQ(world.processes.find(model::ProcessId{4})->pid, 7'000);
}

TEST(PerfmonBinary, CutAnywhereIsAnErrorOrTellsLess) {
  const std::vector<std::byte> whole = fake_binary_log(samples());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto log = read_binary_log(std::span(whole).first(length));
    if (log.ok()) {
      EXPECT_EQ(length % 4096, 0U);
      EXPECT_LT(log.value().moments.size(), 10U);
    } else if (length % 4096 != 0) {
      EXPECT_TRUE(log.error().message().starts_with("the file is cut off in the buffer at 0x"))
          << log.error().message();
    }
  }
}

TEST(PerfmonBinary, BytesThatAreNotWhatTheyWereDoNoHarm) {
  const std::vector<std::byte> whole = fake_binary_log(samples());
  std::mt19937_64 random(1);
  for (int i = 0; i < 3'000; ++i) {
    std::vector<std::byte> bytes = whole;
    for (int k = 0; k < 3; ++k) bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    const auto log = read_binary_log(bytes);
    EXPECT_TRUE(log.ok() || !log.error().message().empty());
  }
}

TEST(PerfmonBinary, OfAnotherTraceSaysThatThereAreNoCountersInIt) {
  const auto log = read_binary_log(fake_binary_log({}));
  EXPECT_EQ(log.error().message(), "an event trace without counters; ajar reads Perfmon's logs");
}

TEST(PerfBlock, CutAnywhereIsAnError) {
  const std::vector<std::byte> whole = fake_perf_block(samples()[0]);
  ASSERT_TRUE(read_perf_block(whole).ok());
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(read_perf_block(std::span(whole).first(length)).ok()) << length;
}

TEST(TraceFile, IsToldFromOtherFiles) {
  const std::vector<std::byte> whole = fake_binary_log(samples());
  EXPECT_TRUE(is_trace_file(whole));
  EXPECT_FALSE(is_trace_file(std::span(whole).first(70)));
  EXPECT_FALSE(is_trace_file(std::vector<std::byte>(4096)));
}

}  // namespace
}  // namespace ajar::import::perfmon
