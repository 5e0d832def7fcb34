#include "capture/preload/announcement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace ajar::capture::preload {
namespace {

using Kind = Announcement::Kind;

// The record as it lies in a ring's cells.
template <typename Record>
std::optional<Announcement> decode(Record record, ajar_record_kind kind, std::string_view rest = {}) {
  alignas(8) std::byte cells[4 * AJAR_CELL] = {};
  record.record.kind = static_cast<ajar_u8>(kind);
  record.record.length = static_cast<ajar_u16>(sizeof(record) + rest.size());
  std::memcpy(cells, &record, sizeof(record));
  std::ranges::copy(std::as_bytes(std::span(rest)), cells + sizeof(record));
  return announcement_of(*reinterpret_cast<const ajar_record*>(cells));
}

TEST(Announcement, OfAChildTellsHowItWasMade) {
  ajar_child child{};
  child.pid = 20;
  child.record.time = 100;
  child.user = 1000;
  child.how = AJAR_CHILD_VFORK;
  child.sandboxed = 1;
  const auto announced = decode(child, AJAR_RECORD_CHILD);
  ASSERT_TRUE(announced.has_value());
  EXPECT_EQ(announced->kind, Kind::vforked);
  EXPECT_EQ(announced->pid, 20);
  EXPECT_EQ(announced->time, 100U);
  EXPECT_EQ(announced->user, 1000U);
  EXPECT_TRUE(announced->sandboxed);
}

TEST(Announcement, OfAProgramTellsItsPathAndEnvironment) {
  ajar_exec exec{};
  exec.pid = 20;
  exec.how = AJAR_EXEC_SPAWNED;
  exec.path_length = 7;
  exec.environment = AJAR_ENVIRONMENT_SESSION;
  const auto announced = decode(exec, AJAR_RECORD_EXEC, "/bin/shand what lay there before");
  ASSERT_TRUE(announced.has_value());
  EXPECT_EQ(announced->kind, Kind::spawned);
  EXPECT_EQ(announced->path, "/bin/sh");
  EXPECT_EQ(announced->environment, AJAR_ENVIRONMENT_SESSION);
}

TEST(Announcement, OfARefusalTellsTheError) {
  ajar_failure failure{};
  failure.pid = 20;
  failure.error = 28;
  const auto announced = decode(failure, AJAR_RECORD_REFUSED);
  ASSERT_TRUE(announced.has_value());
  EXPECT_EQ(announced->kind, Kind::refused);
  EXPECT_EQ(announced->error, 28);
  EXPECT_EQ(decode(failure, AJAR_RECORD_EXEC_FAILED)->kind, Kind::exec_failed);
}

TEST(Announcement, IsNoneForARecordThatIsCutShort) {
  ajar_record cut{};
  cut.kind = AJAR_RECORD_EXEC;
  cut.length = sizeof(cut);
  EXPECT_FALSE(announcement_of(cut).has_value());
}

}  // namespace
}  // namespace ajar::capture::preload
