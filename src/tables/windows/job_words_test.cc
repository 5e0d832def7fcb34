#include "tables/windows/job_words.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace ajar::tables::windows {
namespace {

class Answer {
 public:
  explicit Answer(std::size_t size) : bytes_(size) {}
  template <typename Value>
  Answer& has(std::size_t at, Value value) {
    std::memcpy(bytes_.data() + at, &value, sizeof value);
    return *this;
  }
  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

TEST(JobWords, ProcessesAreThoseOfNowAndAll) {
  EXPECT_EQ(processes_of_job(Answer(48).has<std::uint32_t>(0x24, 5).has<std::uint32_t>(0x28, 2).bytes()),
            "processes: 2 now, 5 in all");
  EXPECT_EQ(processes_of_job(Answer(0x2b).bytes()), "");
}

TEST(JobWords, OnlyLimitsThatAreSetAreTold) {
  Answer answer(144);
  answer.has<std::uint32_t>(40, 4).has<std::uint64_t>(112, 512U << 20U).has<std::uint64_t>(120, 4097);
  EXPECT_EQ(limits_of_job(answer.bytes()), "");
  EXPECT_EQ(limits_of_job(answer.has<std::uint32_t>(16, 0x2108).bytes()),
            "limits: 4 processes, 512 MiB a process, killed when the last handle is closed");
  EXPECT_EQ(limits_of_job(answer.has<std::uint32_t>(16, 0x200).bytes()), "limits: 4097 bytes for all");
}

TEST(JobWords, TimesAreOfTheProcessor) {
  Answer answer(144);
  answer.has<std::int64_t>(0, 30'000'000).has<std::uint32_t>(16, 0x2);
  EXPECT_EQ(limits_of_job(answer.bytes()), "limits: 3000 ms of processor time a process");
}

TEST(JobWords, AnAnswerThatIsTooShortHasNone) {
  EXPECT_EQ(limits_of_job(Answer(127).has<std::uint32_t>(16, 0x2000).bytes()), "");
}

}  // namespace
}  // namespace ajar::tables::windows
