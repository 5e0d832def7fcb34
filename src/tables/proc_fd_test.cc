#include "tables/proc_fd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <pthread.h>
#include <pty.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>

#include "base/number.h"
#include "base/owned_fd.h"
#include "platform/testing/temp_tree.h"

namespace ajar::tables {
namespace {

using base::OwnedFd;
using platform::ProcFs;
using platform::ProcProblem;
using platform::TempTree;
using testing::HasSubstr;
using testing::StartsWith;

FdTable own_table(SocketTables* sockets = nullptr, Detail detail = Detail::states) {
  return read_fd_table(ProcFs(), ::getpid(), {.detail = detail, .sockets = sockets}).value();
}

// What the table says of one of this process's descriptors.
model::Handle handle_in(const FdTable& table, int fd) {
  for (const model::Handle& handle : table.handles) {
    if (handle.value == static_cast<std::uint64_t>(fd)) return handle;
  }
  return {.value = 0, .type = "none", .name = "none", .facts = {}};
}

std::string text_fact(const model::Handle& handle, model::FactKey key) {
  const model::Fact* fact = model::find_fact(handle.facts, key);
  return fact == nullptr ? "none" : fact->text.value_or("a number");
}

sockaddr_in loopback(std::uint16_t port = 0) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

template <typename Address>
const sockaddr* general(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

std::string own_endpoint(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

TEST(ReadFdTable, KnowsOneOfEachKind) {
  const TempTree tree{{"a.log", ""}, {"gone.log", ""}};
  const OwnedFd file(::open(tree.path("a.log").c_str(), O_RDONLY));
  const OwnedFd deleted(::open(tree.path("gone.log").c_str(), O_RDONLY));
  ::unlink(tree.path("gone.log").c_str());
  const OwnedFd folder(::open(tree.root().c_str(), O_RDONLY | O_DIRECTORY));
  const OwnedFd event(::eventfd(0, 0));
  const OwnedFd epoll(::epoll_create1(0));
  const OwnedFd timer(::timerfd_create(CLOCK_MONOTONIC, 0));
  const OwnedFd inotify(::inotify_init1(0));
  const OwnedFd memory(::memfd_create("cache", 0));
  const OwnedFd device(::open("/dev/null", O_RDONLY));
  sigset_t none;
  ::sigemptyset(&none);
  const OwnedFd signals(::signalfd(-1, &none, 0));
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const OwnedFd reading(ends[0]);
  const OwnedFd writing(ends[1]);

  const FdTable table = own_table();
  EXPECT_TRUE(table.complete);
  EXPECT_EQ(handle_in(table, file.get()).type, "file");
  EXPECT_EQ(handle_in(table, file.get()).name, tree.path("a.log"));
  EXPECT_EQ(handle_in(table, deleted.get()).type, "file");
  EXPECT_EQ(handle_in(table, deleted.get()).name, tree.path("gone.log") + " (deleted)");
  EXPECT_EQ(handle_in(table, folder.get()).name, tree.root());
  EXPECT_EQ(handle_in(table, event.get()).type, "eventfd");
  EXPECT_EQ(handle_in(table, epoll.get()).type, "epoll");
  EXPECT_EQ(handle_in(table, timer.get()).type, "timerfd");
  EXPECT_EQ(handle_in(table, inotify.get()).type, "inotify");
  EXPECT_EQ(handle_in(table, memory.get()).type, "memfd");
  EXPECT_EQ(handle_in(table, device.get()).type, "device");
  EXPECT_EQ(handle_in(table, signals.get()).type, "signalfd");
  EXPECT_EQ(handle_in(table, reading.get()).type, "pipe");
  EXPECT_EQ(handle_in(table, writing.get()).name, handle_in(table, reading.get()).name);
}

TEST(ReadFdTable, KnowsTerminals) {
  int main_end = -1;
  int other_end = -1;
  if (::openpty(&main_end, &other_end, nullptr, nullptr, nullptr) != 0) GTEST_SKIP();
  const OwnedFd a(main_end);
  const OwnedFd b(other_end);
  const FdTable table = own_table();
  EXPECT_EQ(handle_in(table, other_end).type, "tty");
  EXPECT_EQ(handle_in(table, main_end).type, "pty");
}

TEST(ReadFdTable, IsInTheOrderOfTheNumbersAndMissesNone) {
  std::vector<OwnedFd> many;
  for (int i = 0; i < 900; ++i) many.emplace_back(::eventfd(0, 0));
  const FdTable table = own_table();
  EXPECT_TRUE(std::ranges::is_sorted(table.handles, {}, &model::Handle::value));
  EXPECT_GE(table.handles.size(), 900U);
  for (const OwnedFd& fd : many) EXPECT_EQ(handle_in(table, fd.get()).type, "eventfd");
}

// Open numbers as they are listed, and that of the listing: the first that is free, as that of reading a
// table.
std::vector<std::uint64_t> listed_numbers() {
  std::vector<std::uint64_t> numbers;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    numbers.push_back(base::parse_number(entry.path().filename().string()).value());
  std::ranges::sort(numbers);
  return numbers;
}

TEST(ReadFdTable, OfManyHandlesIsWholeWhateverGapsItHasAndHoweverManyThreadsReadIt) {
  constexpr int kMany = 6000;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < 2 * kMany) GTEST_SKIP() << "so many handles are not allowed here";
  const rlimit raised{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &raised), 0);
  std::vector<OwnedFd> many;
  for (int i = 0; i < kMany; ++i) many.emplace_back(::eventfd(0, 0));
  const auto holds_all = [&](const char* what) {
    const OwnedFd last(::fcntl(0, F_DUPFD, 2 * kMany - 10));
    const std::vector<std::uint64_t> listed = listed_numbers();
    for (const unsigned threads : {1U, 2U, 5U}) {
      const FdTable table =
          read_fd_table(ProcFs(), ::getpid(), {.detail = Detail::links, .threads = threads}).value();
      std::vector<std::uint64_t> read;
      for (const model::Handle& handle : table.handles) read.push_back(handle.value);
      EXPECT_EQ(read, listed) << what << ", " << threads << " threads";
    }
  };
  holds_all("no gap but one");
  for (std::size_t i = 1500; i < 4000; i += 3) many[i].reset();
  holds_all("every third missing from some on");
  for (std::size_t i = 2000; i < 5000; ++i) many[i].reset();
  holds_all("a large hole");
  for (std::size_t i = 0; i < 1900; i += 2) many[i].reset();
  holds_all("every second missing at the beginning");
  many.clear();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
}

TEST(ReadFdTable, WithoutSocketNamesASocketIsJustThat) {
  const OwnedFd socket(::socket(AF_INET, SOCK_STREAM, 0));
  const model::Handle handle = handle_in(own_table(), socket.get());
  EXPECT_EQ(handle.type, "socket");
  EXPECT_THAT(handle.name, StartsWith("socket:["));
  ASSERT_EQ(handle.facts.size(), 1U);
  EXPECT_EQ(handle.facts[0].key, model::FactKey::inode);
}

TEST(ReadFdTable, KnowsTheEndpointsOfTcpSockets) {
  const OwnedFd listener(::socket(AF_INET, SOCK_STREAM, 0));
  const sockaddr_in any_port = loopback();
  ASSERT_EQ(::bind(listener.get(), general(any_port), sizeof any_port), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  const std::string at = own_endpoint(listener.get());
  const sockaddr_in server = loopback(static_cast<std::uint16_t>(std::stoi(at.substr(at.find(':') + 1))));
  const OwnedFd client(::socket(AF_INET, SOCK_STREAM, 0));
  ASSERT_EQ(::connect(client.get(), general(server), sizeof server), 0);
  const OwnedFd accepted(::accept(listener.get(), nullptr, nullptr));

  SocketTables names;
  const FdTable table = own_table(&names, Detail::all);
  const model::Handle listening = handle_in(table, listener.get());
  if (listening.name.starts_with("socket:[")) GTEST_SKIP() << "this kernel does not tell about sockets";
  EXPECT_EQ(listening.type, "tcp socket");
  EXPECT_EQ(listening.name, at + " (listening)");
  const model::Handle connected = handle_in(table, client.get());
  EXPECT_EQ(connected.type, "tcp socket");
  EXPECT_EQ(connected.name, own_endpoint(client.get()) + " -> " + at);
  EXPECT_EQ(text_fact(connected, model::FactKey::local_address), own_endpoint(client.get()));
  EXPECT_EQ(text_fact(connected, model::FactKey::peer_address), at);
  EXPECT_EQ(model::find_fact(connected.facts, model::FactKey::family)->number, std::uint64_t{AF_INET});
  EXPECT_EQ(handle_in(table, accepted.get()).name, at + " -> " + own_endpoint(client.get()));
}

TEST(ReadFdTable, KnowsTheTypeOfASocketWithoutAnyAddress) {
  const OwnedFd tcp(::socket(AF_INET, SOCK_STREAM, 0));
  const OwnedFd udp(::socket(AF_INET, SOCK_DGRAM, 0));
  SocketTables names;
  const FdTable table = own_table(&names);
  EXPECT_EQ(handle_in(table, tcp.get()).type, "tcp socket");
  EXPECT_EQ(handle_in(table, udp.get()).type, "udp socket");
}

TEST(ReadFdTable, KnowsDatagramNetlinkAndIpv6Sockets) {
  const OwnedFd udp(::socket(AF_INET, SOCK_DGRAM, 0));
  const sockaddr_in any_port = loopback();
  ASSERT_EQ(::bind(udp.get(), general(any_port), sizeof any_port), 0);
  const OwnedFd netlink(::socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
  const OwnedFd six(::socket(AF_INET6, SOCK_STREAM, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const bool has_six =
      six.valid() && ::bind(six.get(), general(address), sizeof address) == 0 && ::listen(six.get(), 1) == 0;

  SocketTables names;
  const FdTable table = own_table(&names);
  EXPECT_EQ(handle_in(table, udp.get()).type, "udp socket");
  EXPECT_THAT(handle_in(table, udp.get()).name,
              testing::AnyOf(own_endpoint(udp.get()), StartsWith("socket:[")));
  EXPECT_EQ(handle_in(table, netlink.get()).type, "netlink socket");
  if (!has_six) GTEST_SKIP() << "no IPv6 here";
  EXPECT_EQ(handle_in(table, six.get()).type, "tcp socket");
  EXPECT_THAT(handle_in(table, six.get()).name, testing::AnyOf(StartsWith("[::1]:"), StartsWith("socket:[")));
}

TEST(ReadFdTable, KnowsTheNamesOfUnixSockets) {
  const TempTree tree{};
  const std::string path = tree.path("s");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const OwnedFd listener(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::bind(listener.get(), general(address), sizeof address), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  const OwnedFd client(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::connect(client.get(), general(address), sizeof address), 0);
  const OwnedFd accepted(::accept(listener.get(), nullptr, nullptr));
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM, 0, pair.data()), 0);
  const OwnedFd a(pair[0]);
  const OwnedFd b(pair[1]);

  SocketTables names;
  const FdTable table = own_table(&names);
  EXPECT_EQ(handle_in(table, client.get()).type, "unix stream socket");
  EXPECT_EQ(handle_in(table, a.get()).type, "unix dgram socket");
  EXPECT_THAT(handle_in(table, a.get()).name, StartsWith("socket:["));
  if (handle_in(table, listener.get()).name.starts_with("socket:[")) {
    GTEST_SKIP() << "this kernel does not tell about unix sockets";
  }
  EXPECT_EQ(handle_in(table, listener.get()).name, path + " (listening)");
  EXPECT_EQ(handle_in(table, client.get()).name, "-> " + path);
  EXPECT_EQ(handle_in(table, accepted.get()).name, path);
}

TEST(ReadFdTable, ReadsATreeThatLooksLikeProc) {
  const TempTree proc{};
  proc.link("42/fd/0", "/dev/pts/3");
  proc.link("42/fd/10", "socket:[77]");
  proc.link("42/fd/9", "/srv/x (deleted)");
  const FdTable table = read_fd_table(ProcFs(proc.root()), 42).value();
  ASSERT_EQ(table.handles.size(), 3U);
  EXPECT_EQ(table.handles[0].type, "tty");
  EXPECT_EQ(table.handles[1].name, "/srv/x (deleted)");
  EXPECT_EQ(table.handles[2].value, 10U);
}

TEST(ReadFdTable, AProcessThatIsNotThereIsGone) {
  const TempTree proc{};
  const auto table = read_fd_table(ProcFs(proc.root()), 42);
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().problem, ProcProblem::gone);
  EXPECT_THAT(table.error().error.message(), HasSubstr("process 42"));
}

TEST(ReadFdTable, AZombieHasNoTableRatherThanAnEmptyOne) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  const auto table = read_fd_table(ProcFs(), child);
  ::waitpid(child, nullptr, 0);
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().problem, ProcProblem::gone);
}

void* wait_for_end(void* fd) {
  char byte = 0;
  while (::read(*static_cast<int*>(fd), &byte, 1) > 0) {
  }
  ::_exit(0);
}

TEST(ReadFdTable, IsFoundThroughTheOtherThreadsWhenTheFirstHasEnded) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[1]);
    pthread_t thread{};
    ::pthread_create(&thread, nullptr, &wait_for_end, ends.data());
    ::syscall(SYS_exit, 0);  // this thread alone
  }
  const OwnedFd reading(ends[0]);
  OwnedFd writing(ends[1]);
  while (!ProcFs().process(child)->main_ended()) ::usleep(1000);
  const auto table = read_fd_table(ProcFs(), child);
  writing.reset();
  ::waitpid(child, nullptr, 0);
  ASSERT_TRUE(table.has_value()) << table.error().error.message();
  EXPECT_EQ(handle_in(*table, reading.get()).type, "pipe");
}

}  // namespace
}  // namespace ajar::tables
