#include "capture/ptrace/record_ring.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

namespace ajar::capture::ptrace {
namespace {

constexpr std::size_t kSize = 1U << 14U;

// A record as the ring wants it: its size first. `mark` fills the rest.
bool write(RecordRing& ring, std::uint32_t bytes, char mark) {
  std::byte* to = ring.reserve(bytes);
  if (to == nullptr) return false;
  std::memset(to, mark, bytes);
  std::memcpy(to, &bytes, sizeof(bytes));
  ring.commit(bytes);
  return true;
}

std::string marks(RecordRing& ring) {
  std::string found;
  ring.read([&](std::span<const std::byte> record) { found += static_cast<char>(record.back()); });
  return found;
}

TEST(RecordRing, GivesRecordsInTheOrderInWhichTheyWereWritten) {
  RecordRing ring = RecordRing::make(kSize).value();
  write(ring, 64, 'a');
  write(ring, 128, 'b');
  EXPECT_EQ(marks(ring), "ab");
  EXPECT_EQ(marks(ring), "");
}

TEST(RecordRing, HasEachRecordInOnePieceAlsoAcrossItsEnd) {
  RecordRing ring = RecordRing::make(kSize).value();
  constexpr std::uint32_t kBytes = 5000;  // no divisor of the size
  for (char mark = 'a'; mark <= 'z'; ++mark) {
    ASSERT_TRUE(write(ring, kBytes, mark));
    ring.read([&](std::span<const std::byte> record) {
      ASSERT_EQ(record.size(), kBytes);
      for (std::size_t i = 4; i < record.size(); ++i) ASSERT_EQ(static_cast<char>(record[i]), mark);
    });
  }
}

TEST(RecordRing, CountsWhatHasNoRoomAndGoesOnWhenThereIsSome) {
  RecordRing ring = RecordRing::make(kSize).value();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(write(ring, kSize / 4, 'x'));
  EXPECT_FALSE(write(ring, 64, 'y'));
  EXPECT_FALSE(write(ring, 64, 'y'));
  EXPECT_EQ(ring.lost(), 2U);
  EXPECT_EQ(ring.read([](auto) {}).fill_percent, 100U);
  EXPECT_TRUE(write(ring, 64, 'z'));
  EXPECT_EQ(marks(ring), "z");
}

TEST(RecordRing, LosesNothingThatNobodyWillRead) {
  RecordRing ring = RecordRing::make(kSize).value();
  ring.abandon();
  EXPECT_FALSE(write(ring, 64, 'x'));
  EXPECT_EQ(ring.lost(), 0U);
}

TEST(RecordRing, CarriesRecordsOfAProcessThatHasEnded) {
  RecordRing ring = RecordRing::make(kSize).value();
  const pid_t writer = ::fork();
  if (writer == 0) {
    write(ring, 64, 'a');
    ::_exit(0);
  }
  ::waitpid(writer, nullptr, 0);
  EXPECT_EQ(marks(ring), "a");
}

}  // namespace
}  // namespace ajar::capture::ptrace
