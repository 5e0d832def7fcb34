#include "tables/fd_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ajar::tables {
namespace {

using model::FactKey;
using testing::ElementsAre;
using testing::IsEmpty;

model::Handle parsed(const char* type, std::string_view text) {
  model::Handle handle{.value = 3, .type = type, .name = "", .facts = {}};
  add_fd_info(handle, text);
  return handle;
}

std::optional<std::uint64_t> number(const model::Handle& handle, FactKey key) {
  const model::Fact* fact = model::find_fact(handle.facts, key);
  return fact == nullptr || fact->text.has_value() ? std::nullopt : std::optional(fact->number);
}

std::vector<std::string> texts(const model::Handle& handle, FactKey key) {
  std::vector<std::string> found;
  for (const model::Fact& fact : handle.facts) {
    if (fact.key == key) found.push_back(fact.text.value_or("a number"));
  }
  return found;
}

TEST(FdInfo, OfAFileIsItsFlagsItsOffsetAndItsLocks) {
  const model::Handle file = parsed("file",
                                    "pos:\t5\nflags:\t02100002\nmnt_id:\t16\nino:\t9\n"
                                    "lock:\t1: FLOCK  ADVISORY  WRITE 29512 fe:00:10969143 0 EOF\n"
                                    "lock:\t2: POSIX  ADVISORY  READ 29512 fe:00:10969143 10 14\n"
                                    "lock:\t1: OFDLCK ADVISORY  READ -1 fe:00:10969144 0 EOF\n"
                                    "lock:\t1: LEASE  ACTIVE    READ 29512 fe:00:10969145 0 EOF\n");
  EXPECT_EQ(number(file, FactKey::offset), 5U);
  EXPECT_EQ(number(file, FactKey::flags), 02100002U);
  EXPECT_EQ(number(file, FactKey::mount), 16U);
  EXPECT_THAT(texts(file, FactKey::lock),
              ElementsAre("FLOCK WRITE 0-EOF by pid 29512", "POSIX READ 10-14 by pid 29512",
                          "OFDLCK READ 0-EOF", "LEASE READ 0-EOF ACTIVE by pid 29512"));
  EXPECT_THAT(texts(file, FactKey::told), IsEmpty());
}

TEST(FdInfo, OfAnEpollIsWhatItWatches) {
  const model::Handle epoll =
      parsed("epoll", "tfd:       11 events: 80000019 data:         deadbeef  pos:0 ino:2b7ffb sdev:f\n");
  EXPECT_EQ(number(epoll, FactKey::watched), 1U);
  EXPECT_THAT(texts(epoll, FactKey::watch), ElementsAre("fd 11 (EPOLLIN EPOLLERR EPOLLHUP EPOLLET)"));
  EXPECT_EQ(number(parsed("epoll", "pos:\t0\n"), FactKey::watched), 0U)
      << "it was asked, and watches nothing";
  EXPECT_EQ(number(parsed("eventfd", "pos:\t0\n"), FactKey::watched), std::nullopt);
}

TEST(FdInfo, OfManyWatchesSomeAreListedAndAllAreCounted) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "tfd: " + std::to_string(i) + " events: 1 data: 0\n";
  const model::Handle epoll = parsed("epoll", text);
  EXPECT_EQ(number(epoll, FactKey::watched), 5000U);
  EXPECT_EQ(texts(epoll, FactKey::watch).size(), 16U);
}

TEST(FdInfo, OfAnInotifyAndAFanotifyAreTheWatchedObjects) {
  EXPECT_THAT(texts(parsed("inotify",
                           "inotify wd:3 ino:3c526 sdev:fe00000 mask:2 ignored_mask:0 fhandle-bytes:8\n"
                           "inotify wd:1 ino:1 sdev:15 mask:fff ignored_mask:0\n"),
                    FactKey::watch),
              ElementsAre("inode 247078 on 254:0 (IN_MODIFY)", "inode 1 on 0:21 (IN_ALL_EVENTS)"));
  const model::Handle fanotify = parsed("fanotify",
                                        "fanotify flags:0 event-flags:8000\n"
                                        "fanotify mnt_id:1e mflags:0 mask:18 ignored_mask:0\n"
                                        "fanotify ino:a76037 sdev:fe00000 mflags:0 mask:20 ignored_mask:0\n"
                                        "fanotify sdev:1b mflags:0 mask:40000100 ignored_mask:0\n");
  EXPECT_EQ(number(fanotify, FactKey::watched), 3U);
  EXPECT_THAT(texts(fanotify, FactKey::watch),
              ElementsAre("mount 30 (FAN_CLOSE_WRITE FAN_CLOSE_NOWRITE)",
                          "inode 10969143 on 254:0 (FAN_OPEN)", "file system 0:27 (FAN_CREATE FAN_ONDIR)"));
}

TEST(FdInfo, OfATimerIsItsClockAndItsSetting) {
  const model::Handle timer = parsed(
      "timerfd", "clockid: 1\nticks: 3\nsettime flags: 00\nit_value: (2, 999983911)\nit_interval: (1, 0)\n");
  EXPECT_THAT(texts(timer, FactKey::clock), ElementsAre("CLOCK_MONOTONIC"));
  EXPECT_EQ(number(timer, FactKey::count), 3U);
  EXPECT_EQ(number(timer, FactKey::expires), 2'999'983'911U);
  EXPECT_EQ(number(timer, FactKey::interval), 1'000'000'000U);
}

TEST(FdInfo, OfAPidfdIsItsProcessOrThatItHasEnded) {
  EXPECT_THAT(texts(parsed("pidfd", "Pid:\t4242\nNSpid:\t4242\t1\n"), FactKey::process), ElementsAre("4242"));
  EXPECT_EQ(number(parsed("pidfd", "Pid:\t-1\nNSpid:\t-1\n"), FactKey::process_gone), 1U);
  const model::Handle elsewhere = parsed("pidfd", "Pid:\t0\nNSpid:\t0\n");
  EXPECT_EQ(number(elsewhere, FactKey::process_gone), std::nullopt) << "it may well live";
}

TEST(FdInfo, OfAnIoUringAreTheFilesThatAreInNoTable) {
  const model::Handle ring = parsed("io_uring",
                                    "SqThread:\t-1\nUserFiles:\t2\n    0: pipe:[2850811]\n    1: /tmp/a: b\n"
                                    "UserBufs:\t1\n    0: 0x561e3b461140/8192\n");
  EXPECT_EQ(number(ring, FactKey::registered_files), 2U);
  EXPECT_THAT(texts(ring, FactKey::registered_file), ElementsAre("pipe:[2850811]", "/tmp/a: b"));
  EXPECT_EQ(number(ring, FactKey::registered_buffers), 1U);
}

TEST(FdInfo, OfAnIoUringPlacesWithoutAFileAreNoFiles) {
  const model::Handle older =
      parsed("io_uring", "UserFiles:\t3\n    0: <none>\n    1: log\n    2: <none>\nUserBufs:\t0\n");
  EXPECT_EQ(number(older, FactKey::registered_files), 1U);
  EXPECT_THAT(texts(older, FactKey::registered_file), ElementsAre("log"));
  EXPECT_EQ(number(older, FactKey::registered_buffers), 0U);
  EXPECT_EQ(number(parsed("io_uring", "UserFiles:\t8\n    1: pipe:[7]\n"), FactKey::registered_files), 1U);
}

TEST(FdInfo, OfAnIoUringThatCouldNotBeLookedIntoIsOnlyWhatTheKernelSays) {
  const model::Handle ring = parsed("io_uring", "UserFiles:\t8\nUserBufs:\t2\nPollList:\n");
  EXPECT_EQ(number(ring, FactKey::registered_files), std::nullopt);
  EXPECT_EQ(number(ring, FactKey::registered_buffers), std::nullopt);
  EXPECT_THAT(texts(ring, FactKey::told), ElementsAre("UserFiles: 8", "UserBufs: 2"));
}

TEST(FdInfo, OfAnIoUringManyFilesAreAllCounted) {
  std::string text = "UserFiles:\t1000\n";
  for (int i = 0; i < 1000; ++i) text += "    " + std::to_string(i) + ": /x\n";
  const model::Handle ring = parsed("io_uring", text);
  EXPECT_EQ(number(ring, FactKey::registered_files), 1000U);
  EXPECT_EQ(texts(ring, FactKey::registered_file).size(), 16U);
}

TEST(FdInfo, ALockThatIsWrittenInAnotherWayIsToldAsItIs) {
  EXPECT_THAT(texts(parsed("file", "lock:\t1: NEWLCK WRITE\n"), FactKey::lock),
              ElementsAre("1: NEWLCK WRITE"));
}

TEST(FdInfo, OnlyWhatIsListedIsLookedFor) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "inotify wd:" + std::to_string(i) + " ino:1 sdev:1 mask:2\n";
  model::Handle inotify{.value = 3, .type = "inotify", .name = "", .facts = {}};
  int asked = 0;
  add_fd_info(inotify, text, [&](const WatchedObject&) { return "/" + std::to_string(++asked); });
  EXPECT_EQ(number(inotify, FactKey::watched), 5000U);
  EXPECT_EQ(asked, 16);
}

TEST(FdInfo, OfEventfdSignalfdAndBpfAreTheirOwn) {
  EXPECT_EQ(number(parsed("eventfd", "eventfd-count:               1f\n"), FactKey::count), 31U);
  EXPECT_THAT(texts(parsed("signalfd", "sigmask:\t8000000000004200\n"), FactKey::signals),
              ElementsAre("SIGUSR1 SIGTERM signal-64"));
  const model::Handle map = parsed("bpf map", "map_type:\t1\nmap_id:\t122\n");
  EXPECT_THAT(texts(map, FactKey::kind), ElementsAre("hash"));
  EXPECT_EQ(number(map, FactKey::id), 122U);
  EXPECT_THAT(texts(parsed("bpf program", "prog_type:\t8\nprog_id:\t97\n"), FactKey::kind),
              ElementsAre("cgroup_skb"));
  EXPECT_EQ(number(parsed("bpf link", "link_type:\tcgroup\nlink_id:\t89\nprog_id:\t97\n"), FactKey::id), 89U);
}

TEST(FdInfo, WhatIsNotUnderstoodIsToldAsItIsAndBounded) {
  EXPECT_THAT(texts(parsed("tty", "tty-index:\t0\n"), FactKey::told), ElementsAre("tty-index: 0"));
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "key" + std::to_string(i) + ":\t" + std::string(10'000, 'x') + "\n";
  const std::vector<std::string> told = texts(parsed("new kind", text), FactKey::told);
  EXPECT_EQ(told.size(), 16U);
  EXPECT_LE(told[0].size(), 400U);
}

TEST(FdInfo, NonsenseGivesNoFacts) {
  const model::Handle handle =
      parsed("timerfd",
             "pos\n\n::\n  : \nit_value: (18446744073709551615, 3)\nit_value: (\nflags:\t9\nlock:\ntfd: x\n");
  EXPECT_EQ(number(handle, FactKey::expires), std::nullopt);
  EXPECT_EQ(number(handle, FactKey::flags), std::nullopt) << "no octal number";
}

TEST(FdInfo, IsReadForASummaryOnlyWhereItCanProveSomething) {
  EXPECT_TRUE(tells_signs("epoll"));
  EXPECT_FALSE(tells_signs("eventfd"));
  EXPECT_FALSE(tells_signs("file"));
}

}  // namespace
}  // namespace ajar::tables
