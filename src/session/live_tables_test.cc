#include "session/live_tables.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace ajar::session {
namespace {

TEST(LiveTables, RowsOfForgottenProcessesAreThoseOfLaterOnes) {
  LiveTables live;
  const model::ImageId first = live.image_of(::getpid(), 1);
  const model::ImageId other = live.image_of(::getppid(), 1);
  const model::ProcessId process = live.world().images.find(first)->process;
  live.ended(process);
  EXPECT_NE(live.image_of(::getppid(), 2), first) << "nobody said yet that it is forgotten";
  live.forget(process);
  live.forget(process);
  const model::ImageId later = live.image_of(::getppid(), 3);
  EXPECT_EQ(later, first);
  EXPECT_NE(later, other);
  const model::Process& row = *live.world().processes.find(process);
  EXPECT_EQ(row.pid, ::getppid());
  EXPECT_EQ(row.start_ticks, 3U);
  EXPECT_FALSE(row.ended.has_value());
  EXPECT_EQ(live.world().images.find(later)->path, live.world().images.find(other)->path);
  EXPECT_EQ(live.world().processes.size(), 3U);
  EXPECT_EQ(live.world().threads.size(), 3U);
  EXPECT_NE(live.image_of(::getpid(), 4), first);
}

}  // namespace
}  // namespace ajar::session
