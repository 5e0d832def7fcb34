#include "analyze/signs.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

using model::Fact;
using model::FactKey;
using model::Handle;

Handle handle(const char* type, const char* name, std::vector<Fact> facts = {}) {
  return {.value = 3, .type = type, .name = name, .facts = std::move(facts)};
}

Fact number(FactKey key, std::uint64_t value) {
  return {.key = key, .number = value, .text = {}};
}

Fact text(FactKey key, const char* value) {
  return {.key = key, .number = 0, .text = value};
}

TEST(Signs, ASocketInCloseWaitIsForgottenAndAnEstablishedOneIsNot) {
  EXPECT_EQ(signs_of(handle("tcp socket", "", {text(FactKey::socket_state, "CLOSE_WAIT")})),
            Signs{Sign::close_wait});
  EXPECT_TRUE(signs_of(handle("tcp socket", "", {text(FactKey::socket_state, "ESTABLISHED")})).empty());
}

TEST(Signs, NothingIsClaimedOfWhatWasNotAsked) {
  for (const char* type : {"epoll", "timerfd", "pidfd", "pipe", "file", "tcp socket"})
    EXPECT_TRUE(signs_of(handle(type, "x")).empty()) << type;
}

TEST(Signs, AnEpollThatWatchesNothingIsASignAndOneThatWatchesIsNot) {
  EXPECT_EQ(signs_of(handle("epoll", "", {number(FactKey::watched, 0)})), Signs{Sign::watches_nothing});
  EXPECT_TRUE(signs_of(handle("epoll", "", {number(FactKey::watched, 2)})).empty());
}

TEST(Signs, ATimerThatRepeatsOrRunsIsNotDisarmed) {
  const auto timer = [](std::uint64_t expires, std::uint64_t interval) {
    return signs_of(
        handle("timerfd", "", {number(FactKey::expires, expires), number(FactKey::interval, interval)}));
  };
  EXPECT_EQ(timer(0, 0), Signs{Sign::disarmed});
  EXPECT_TRUE(timer(1, 0).empty());
  EXPECT_TRUE(timer(0, 1'000).empty());
}

TEST(Signs, AMemfdHasNoNameToLose) {
  const Fact deleted = number(FactKey::deleted, 1);
  EXPECT_EQ(signs_of(handle("file", "/tmp/x (deleted)", {deleted})), Signs{Sign::deleted});
  EXPECT_TRUE(signs_of(handle("memfd", "/memfd:x (deleted)", {deleted})).empty());
}

TEST(Signs, ADeadProcessAndALostOtherEndAreSigns) {
  EXPECT_EQ(signs_of(handle("pidfd", "", {number(FactKey::process_gone, 1)})), Signs{Sign::process_gone});
  EXPECT_EQ(signs_of(handle("pipe", "", {number(FactKey::other_end_gone, 1)})), Signs{Sign::other_end_gone});
}

TEST(Signs, ADeletedKeyIsOneAndNoDeletedFile) {
  EXPECT_EQ(signs_of(handle("Key", "", {number(FactKey::deleted, 1)})), Signs{Sign::key_deleted});
  EXPECT_EQ(sign_words(Sign::key_deleted, 2), "2 on keys that were deleted");
}

TEST(Signs, ManyHandlesOnOneFileAreASignAndAFewAreNot) {
  std::vector<Handle> handles(7, handle("file", "/var/lib/data"));
  for (const auto& of_one : signs_of_table(handles)) EXPECT_TRUE(of_one.empty());
  handles.push_back(handle("file", "/var/lib/data"));
  handles.push_back(handle("file", "/var/lib/other"));
  const auto signs = signs_of_table(handles);
  EXPECT_EQ(signs.front(), Signs{Sign::same_object});
  EXPECT_TRUE(signs.back().empty());
}

TEST(Signs, FilesOfOneNameThatAreNotTheSameFileAreNotOneObject) {
  std::vector<Handle> handles;
  for (std::uint64_t inode = 1; inode <= 20; ++inode) {
    handles.push_back(
        handle("file", "/tmp/x (deleted)", {number(FactKey::inode, inode), text(FactKey::device, "8:1")}));
  }
  for (const auto& of_one : signs_of_table(handles)) EXPECT_TRUE(of_one.empty());
}

TEST(Signs, ManyFilesOfDifferentNamesAreNoSignHoweverManyThereAre) {
  std::vector<Handle> handles;
  for (int i = 0; i < 20'000; ++i) handles.push_back(handle("file", ("/tmp/x/" + std::to_string(i)).c_str()));
  for (const auto& of_one : signs_of_table(handles)) EXPECT_TRUE(of_one.empty());
}

TEST(Signs, AreNamedAndCountedTheMostFrequentFirst) {
  const std::vector<Signs> signs = {{Sign::deleted, Sign::same_object}, {}, {Sign::same_object}};
  EXPECT_EQ(sign_names(signs.front()), (std::vector<std::string>{"deleted", "same_object"}));
  const auto counted = count_signs(signs);
  ASSERT_EQ(counted.size(), 2U);
  EXPECT_EQ(counted[0].sign, "same_object");
  EXPECT_EQ(counted[0].count, 2U);
  EXPECT_EQ(counted[1].sign, "deleted");
}

TEST(Signs, StandardStreamsOnOneTerminalOrNullAreNoSign) {
  const std::vector<Handle> handles(30, handle("device", "/dev/null"));
  for (const auto& of_one : signs_of_table(handles)) EXPECT_TRUE(of_one.empty());
}

TEST(Signs, WordsAgreeInNumber) {
  EXPECT_EQ(sign_words(Sign::close_wait, 940),
            "940 in CLOSE_WAIT: the peer has hung up, the process has not closed them");
  EXPECT_EQ(sign_words(Sign::close_wait, 1),
            "1 in CLOSE_WAIT: the peer has hung up, the process has not closed it");
}

}  // namespace
}  // namespace ajar::analyze
