#include "capture/kernel/processes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/testing/world_recorder.h"

namespace ajar::capture::kernel {
namespace {

using ::testing::ElementsAre;

// Two that are not there any more.
class LostRecords : public ::testing::Test {
 protected:
  static constexpr std::int64_t kFirst = 4'194'302, kSecond = 4'194'303;  // above pid_max's greatest value

  LostRecords() {
    processes_.begins(kFirst, 1000);
    processes_.begins(kSecond, 2000);
  }

  // Whose losses were told.
  [[nodiscard]] std::vector<std::int64_t> losers() {
    std::vector<std::int64_t> pids;
    for (const model::Loss& loss : recorder_.losses)
      pids.push_back(row_of(recorder_.world().images.find(loss.image)->process).pid);
    return pids;
  }

  [[nodiscard]] const model::Process& row_of(model::ProcessId id) {
    return *recorder_.world().processes.find(id);
  }

  testing::WorldRecorder recorder_;
  Processes processes_{recorder_};
};

TEST_F(LostRecords, AreOfTheProcessThatHadThem) {
  processes_.lost(kFirst, 5);
  EXPECT_THAT(losers(), ElementsAre(kFirst));
  EXPECT_EQ(recorder_.losses[0].events, 5U);
  EXPECT_FALSE(recorder_.losses[0].at_least);
}

TEST_F(LostRecords, AreOfAProcessThatHasEndedToo) {
  processes_.ended_unsaid(kFirst, 0, {});
  recorder_.losses.clear();
  processes_.lost(kFirst, 5);
  EXPECT_THAT(losers(), ElementsAre(kFirst));
}

TEST_F(LostRecords, OfWhichNobodyKnowsWhoseTheyWereMayBeOfEach) {
  processes_.lost(7);
  EXPECT_THAT(losers(), ElementsAre(kFirst, kSecond));
  recorder_.losses.clear();
  processes_.lost(4711, 7);
  EXPECT_THAT(losers(), ElementsAre(kFirst, kSecond));
}

TEST_F(LostRecords, OneAtLeastThereWasWhereAProcessEndedAndNoneSaidSo) {
  processes_.ended_unsaid(kFirst, 3, {});
  EXPECT_THAT(losers(), ElementsAre(kFirst));
  EXPECT_TRUE(recorder_.losses[0].at_least);
  EXPECT_EQ(processes_.find(kFirst), nullptr);
  const model::Process& row = *recorder_.world().processes.begin();
  EXPECT_EQ(row.exit_status, 3);
  EXPECT_TRUE(row.ended.has_value());
}

TEST_F(LostRecords, AreCountedOnceWhereTheEndIsAmongThem) {
  processes_.lost(kFirst, 5);
  processes_.ended_unsaid(kFirst, 0, {});
  EXPECT_EQ(recorder_.losses.size(), 1U);
}

}  // namespace
}  // namespace ajar::capture::kernel
