#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/owned_fd.h"
#include "platform/testing/temp_tree.h"
#include "tables/proc_fd.h"
#include "tables/testing/child.h"

// What is found out of handles beyond their links, on handles of this process and of its children.
namespace ajar::tables {
namespace {

using base::OwnedFd;
using model::FactKey;
using platform::ProcFs;
using platform::TempTree;
using testing::ElementsAre;

model::Handle handle_of(pid_t pid, int fd, Detail detail = Detail::all) {
  const auto table = read_fd_table(ProcFs(), pid, {.detail = detail});
  if (table.has_value()) {
    for (const model::Handle& handle : table->handles) {
      if (handle.value == static_cast<std::uint64_t>(fd)) return handle;
    }
  }
  return {.value = 0, .type = "none", .name = "none", .facts = {}};
}

model::Handle own(const OwnedFd& fd, Detail detail = Detail::all) {
  return handle_of(::getpid(), fd.get(), detail);
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

OwnedFd opened(const std::string& path, int flags = O_RDONLY) {
  return OwnedFd(::open(path.c_str(), flags | O_CLOEXEC, 0600));
}

TEST(FdDetails, AFileIsDeletedOnceItsLastNameIsGone) {
  const TempTree tree{{"one", ""}};
  const OwnedFd fd = opened(tree.path("one"));
  ASSERT_EQ(::link(tree.path("one").c_str(), tree.path("two").c_str()), 0);
  ::unlink(tree.path("one").c_str());
  EXPECT_EQ(own(fd).name, tree.path("one") + " (deleted)") << "it was opened by this name";
  EXPECT_EQ(number(own(fd), FactKey::deleted), std::nullopt);
  EXPECT_EQ(number(own(fd, Detail::states), FactKey::deleted), std::nullopt);
  EXPECT_EQ(number(own(fd), FactKey::links), 1U);
  ::unlink(tree.path("two").c_str());
  EXPECT_EQ(number(own(fd), FactKey::deleted), 1U);
  EXPECT_EQ(number(own(fd, Detail::states), FactKey::deleted), 1U);
  EXPECT_EQ(number(own(fd, Detail::links), FactKey::deleted), std::nullopt) << "nothing is asked for it";
}

TEST(FdDetails, AFolderThatWasRemovedIsDeleted) {
  const TempTree tree{};
  ::mkdir(tree.path("d").c_str(), 0700);
  const OwnedFd fd = opened(tree.path("d"), O_DIRECTORY);
  ::rmdir(tree.path("d").c_str());
  EXPECT_EQ(own(fd).type, "directory");
  EXPECT_EQ(number(own(fd), FactKey::deleted), 1U);
}

TEST(FdDetails, NamesAreAsTheyAre) {
  const TempTree tree{};
  for (const char* name : {"looks (deleted)", "two\nlines", "a b\tc\\d\x01", "socket:[1]", "\xff\xfe"}) {
    const OwnedFd fd = opened(tree.path(name), O_RDWR | O_CREAT);
    EXPECT_EQ(own(fd).name, tree.path(name));
    EXPECT_EQ(own(fd).type, "file");
    EXPECT_EQ(number(own(fd), FactKey::deleted), std::nullopt);
  }
}

TEST(FdDetails, WhatLiesAtAPathIsWhatStatSays) {
  const TempTree tree{};
  const std::string fifo = tree.path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const OwnedFd queue = opened(fifo, O_RDWR);
  EXPECT_EQ(own(queue).type, "fifo");
  EXPECT_EQ(number(own(queue), FactKey::offset), std::nullopt) << "a fifo has none";
  tree.link("link", "nowhere");
  EXPECT_EQ(own(opened(tree.path("link"), O_PATH | O_NOFOLLOW)).type, "symbolic link");
  EXPECT_EQ(own(opened("/dev", O_PATH)).type, "directory");
  const model::Handle null = own(opened("/dev/null"));
  EXPECT_EQ(null.type, "device");
  EXPECT_THAT(texts(null, FactKey::special_device), ElementsAre("1:3"));
  EXPECT_THAT(texts(null, FactKey::kind), ElementsAre("mem"));
  // A file among the devices.
  const OwnedFd file = opened("/dev/ajar-test-file", O_RDWR | O_CREAT | O_EXCL);
  if (!file.valid()) GTEST_SKIP() << "/dev may not be written to";
  ::unlink("/dev/ajar-test-file");
  EXPECT_EQ(own(file).type, "file");
}

TEST(FdDetails, AFileOfTheSizeOfAMessageQueueIsNone) {
  const TempTree tree{{"a", std::string(80, 'x')}};
  EXPECT_EQ(own(opened(tree.path("a"))).type, "file");
}

TEST(FdDetails, AnEpollTellsWhichOfItsNumbersAreClosedOrAnothers) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const OwnedFd reading(ends[0]);
  const OwnedFd writing(ends[1]);
  const OwnedFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{.events = EPOLLIN, .data = {}};
  OwnedFd duplicate(::dup(reading.get()));
  ASSERT_EQ(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, duplicate.get(), &event), 0);
  const std::string words = "fd " + std::to_string(duplicate.get());
  const std::string events = " (EPOLLIN EPOLLERR EPOLLHUP)";
  if (::syscall(SYS_kcmp, ::getpid(), ::getpid(), 0, 0, 0) != 0) GTEST_SKIP() << "no kcmp here";
  EXPECT_THAT(texts(own(epoll), FactKey::watch), ElementsAre(words + events));
  const int closed = duplicate.get();
  duplicate.reset();
  EXPECT_THAT(texts(own(epoll), FactKey::watch), ElementsAre(words + ", closed since" + events));
  EXPECT_EQ(number(own(epoll), FactKey::watched), 1U) << "it is watched all the same";
  // The number is another's, which is watched, too.
  const OwnedFd another(::dup2(writing.get(), closed));
  EXPECT_THAT(texts(own(epoll), FactKey::watch), ElementsAre(words + ", closed since" + events));
  ASSERT_EQ(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, another.get(), &event), 0);
  EXPECT_THAT(texts(own(epoll), FactKey::watch),
              testing::UnorderedElementsAre(words + events, words + ", closed since" + events));
}

int pidfd_of(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

TEST(FdDetails, APidfdTellsWhetherItsProcessLives) {
  Child child;
  const OwnedFd fd(pidfd_of(child.pid()));
  if (!fd.valid()) GTEST_SKIP() << "no pidfds here";
  for (const Detail detail : {Detail::signs, Detail::states, Detail::all}) {
    EXPECT_THAT(texts(own(fd, detail), FactKey::process),
                ElementsAre(testing::EndsWith(" " + std::to_string(child.pid()))));
    EXPECT_EQ(number(own(fd, detail), FactKey::process_gone), std::nullopt);
  }
  // Nobody has waited for it yet.
  ::kill(child.pid(), SIGKILL);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child.pid()), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(number(own(fd, Detail::states), FactKey::process_gone), 1U);
  EXPECT_EQ(texts(own(fd), FactKey::process).size(), 1U);
  child.end();
  EXPECT_EQ(number(own(fd), FactKey::process_gone), 1U);
  EXPECT_TRUE(texts(own(fd), FactKey::process).empty());
}

void* wait_for_signals(void*) {
  for (;;) ::pause();
}

// A process whose first thread has ended, with these handles open.
class WithoutFirstThread {
 public:
  explicit WithoutFirstThread(const std::function<void()>& open) : pid_(::fork()) {
    if (pid_ == 0) {
      open();
      pthread_t thread{};
      ::pthread_create(&thread, nullptr, &wait_for_signals, nullptr);
      ::syscall(SYS_exit, 0);  // this thread alone
    }
    while (!ProcFs().process(pid_)->main_ended()) ::usleep(1000);
  }
  WithoutFirstThread(const WithoutFirstThread&) = delete;
  WithoutFirstThread& operator=(const WithoutFirstThread&) = delete;
  ~WithoutFirstThread() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

TEST(FdDetails, AreToldOfAProcessWhoseFirstThreadHasEnded) {
  constexpr int kEvent = 200;
  constexpr int kEpoll = 201;
  const WithoutFirstThread process([] {
    ::dup2(::eventfd(7, 0), kEvent);
    ::dup2(::epoll_create1(0), kEpoll);
    epoll_event event{.events = EPOLLIN, .data = {}};
    ::epoll_ctl(kEpoll, EPOLL_CTL_ADD, kEvent, &event);
  });
  EXPECT_EQ(number(handle_of(process.pid(), kEvent), FactKey::count), 7U);
  EXPECT_THAT(texts(handle_of(process.pid(), kEpoll), FactKey::watch),
              ElementsAre("fd 200 (EPOLLIN EPOLLERR EPOLLHUP)"));
}

TEST(FdDetails, APidfdOfAProcessWhoseFirstThreadHasEndedIsOfALivingOne) {
  const WithoutFirstThread process([] {});
  const OwnedFd fd(pidfd_of(process.pid()));
  if (!fd.valid()) GTEST_SKIP() << "no pidfds here";
  EXPECT_EQ(number(own(fd), FactKey::process_gone), std::nullopt);
}

}  // namespace
}  // namespace ajar::tables
