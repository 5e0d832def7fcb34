#include "tables/same_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <vector>

#include "base/owned_fd.h"
#include "tables/testing/child.h"

namespace ajar::tables {
namespace {

using base::OwnedFd;

Held own(const OwnedFd& fd) {
  return {.pid = ::getpid(), .handle = static_cast<std::uint64_t>(fd.get())};
}

class OpenFilesOfThisProcess : public testing::Test {
 protected:
  void SetUp() override {
    if (!files_.add({.pid = ::getpid(), .handle = 0})) GTEST_SKIP() << "no kcmp here";
  }

  std::size_t questions_ = 10'000;
  OpenFiles files_{questions_};
};

TEST_F(OpenFilesOfThisProcess, AreTheSameForDuplicatesOnly) {
  const OwnedFd file(::open("/etc/passwd", O_RDONLY));
  const OwnedFd same(::dup(file.get()));
  const OwnedFd another(::open("/etc/passwd", O_RDONLY));
  const auto number = files_.add(own(file));
  ASSERT_TRUE(number.has_value());
  EXPECT_EQ(files_.add(own(same)), number);
  EXPECT_EQ(files_.find(own(same), std::nullopt), number);
  EXPECT_EQ(files_.find(own(another), std::nullopt), std::nullopt);
  EXPECT_EQ(files_.find(own(another), number), std::nullopt) << "a guess is only a guess";
}

TEST_F(OpenFilesOfThisProcess, AreFoundAmongManyWithFewQuestions) {
  std::vector<OwnedFd> events;
  for (int i = 0; i < 200; ++i) events.emplace_back(::eventfd(0, 0));
  std::vector<std::size_t> numbers;
  for (const OwnedFd& event : events) numbers.push_back(files_.add(own(event)).value());
  const std::size_t before = questions_;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const OwnedFd same(::dup(events[i].get()));
    EXPECT_EQ(files_.find(own(same), std::nullopt), numbers[i]);
  }
  EXPECT_LT(before - questions_, 200U * 9);
}

TEST_F(OpenFilesOfThisProcess, GoOnWithoutAnExampleThatHasBeenClosed) {
  std::vector<OwnedFd> events;
  std::vector<OwnedFd> same;
  for (int i = 0; i < 50; ++i) {
    events.emplace_back(::eventfd(0, 0));
    same.emplace_back(::dup(events.back().get()));
  }
  std::vector<std::size_t> numbers;
  for (const OwnedFd& event : events) numbers.push_back(files_.add(own(event)).value());
  for (std::size_t i = 0; i < events.size(); i += 2) events[i].reset();
  for (std::size_t i = 1; i < events.size(); i += 2) {
    EXPECT_EQ(files_.find(own(same[i]), std::nullopt), numbers[i]);
  }
}

TEST_F(OpenFilesOfThisProcess, AreNotAskedAboutWhenTheQuestionsAreUsedUp) {
  const OwnedFd file(::open("/etc/passwd", O_RDONLY));
  const auto number = files_.add(own(file));
  questions_ = 0;
  EXPECT_EQ(files_.find(own(file), number), std::nullopt);
  EXPECT_EQ(files_.add(own(file)), std::nullopt);
}

TEST_F(OpenFilesOfThisProcess, OfOneThatMayNotBeAskedAboutNothingIsSaid) {
  const OwnedFd file(::open("/etc/passwd", O_RDONLY));
  const auto number = files_.add(own(file));
  EXPECT_EQ(files_.find({.pid = 999'999'999, .handle = 0}, number), std::nullopt);
  EXPECT_EQ(files_.add({.pid = 999'999'999, .handle = 0}), std::nullopt);
  EXPECT_EQ(files_.find(own(file), std::nullopt), number) << "others still may be";
}

TEST_F(OpenFilesOfThisProcess, TablesAreSharedByCloneFilesAndNotByFork) {
  const Child forked;
  const Child sharing([] {}, CLONE_FILES);
  EXPECT_EQ(share_table(::getpid(), forked.pid()), false);
  EXPECT_EQ(share_table(::getpid(), sharing.pid()), true);
  EXPECT_EQ(share_table(::getpid(), 999'999'999), std::nullopt);
}

}  // namespace
}  // namespace ajar::tables
