#include "tables/sockets/network_namespace.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>

#include "tables/sockets/socket_tables.h"
#include "tables/sockets/testing/sockets.h"

namespace ajar::tables {
namespace {

using base::OwnedFd;
using platform::ProcFs;

constexpr uid_t kNobody = 65534;
constexpr int kNotPossible = 77;

// Which others of that user may still look into.
bool become_ordinary() {
  return ::setgid(kNobody) == 0 && ::setuid(kNobody) == 0 && ::prctl(PR_SET_DUMPABLE, 1) == 0;
}

// A process that makes a unix socket in namespaces of its own, and waits for its end.
class Contained {
 public:
  enum class User : bool { same, ordinary };

  explicit Contained(int namespaces, User user = User::same) {
    std::array<int, 2> said{};
    std::array<int, 2> end{};
    if (::pipe(said.data()) != 0 || ::pipe(end.data()) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(end[1]);
      std::uint64_t inode = 0;
      OwnedFd socket;
      const bool done = ::unshare(namespaces) == 0;
      if (user == User::ordinary) become_ordinary();
      if (done) {
        socket.reset(::socket(AF_UNIX, SOCK_DGRAM, 0));
        inode = inode_of(socket);
      }
      char byte = 0;
      static_cast<void>(::write(said[1], &inode, sizeof inode));
      static_cast<void>(::read(end[0], &byte, 1));
      ::_exit(0);
    }
    ::close(end[0]);
    ::close(said[1]);
    const OwnedFd from(said[0]);
    end_.reset(end[1]);
    static_cast<void>(::read(from.get(), &inode_, sizeof inode_));
  }
  ~Contained() {
    end_.reset();
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  }
  Contained(const Contained&) = delete;
  Contained& operator=(const Contained&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::uint64_t inode() const { return inode_; }  // 0: not possible here

 private:
  pid_t pid_ = -1;
  std::uint64_t inode_ = 0;
  OwnedFd end_;
};

bool finds_it(const Contained& contained) {
  SocketTables tables;
  return tables.of(ProcFs(), contained.pid()).find(contained.inode(), "UNIX") != nullptr;
}

// The exit status of a process of an ordinary user who does that.
int as_ordinary_user(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool ordinary = ::geteuid() != 0 || become_ordinary();
    ::_exit(ordinary ? work() : kNotPossible);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(NetworkNamespace, SocketsOfAnotherAreFoundInIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "it takes CAP_SYS_ADMIN";
  const Contained contained(CLONE_NEWNET);
  if (contained.inode() == 0) GTEST_SKIP() << "no network namespaces here";
  EXPECT_TRUE(finds_it(contained));
  EXPECT_NE(network_namespace_of(ProcFs(), contained.pid()), network_namespace_of(ProcFs(), ::getpid()));
  SocketTables tables;
  const SocketNames& own = tables.of(ProcFs(), ::getpid());
  EXPECT_EQ(own.find(contained.inode(), "UNIX"), nullptr) << "it is not in this one";
  EXPECT_NE(&own, &tables.of(ProcFs(), contained.pid()));
  EXPECT_EQ(&own, &tables.of(ProcFs(), ::getppid())) << "a namespace is asked once";
}

TEST(NetworkNamespace, AskingInAnotherLeavesThisProcessWhereItIs) {
  if (::geteuid() != 0) GTEST_SKIP() << "it takes CAP_SYS_ADMIN";
  const Contained contained(CLONE_NEWNET);
  if (contained.inode() == 0) GTEST_SKIP() << "no network namespaces here";
  const std::string before = network_namespace_of(ProcFs(), ::getpid());
  EXPECT_TRUE(sock_diag_for(ProcFs(), contained.pid()).valid());
  EXPECT_EQ(network_namespace_of(ProcFs(), ::getpid()), before);
}

// As containers without root are.
TEST(NetworkNamespace, AnOrdinaryUserFindsThoseOfHisOwnContainers) {
  const int status = as_ordinary_user([] {
    const Contained contained(CLONE_NEWUSER | CLONE_NEWNET);
    if (contained.inode() == 0) return kNotPossible;
    return finds_it(contained) ? 0 : 1;
  });
  if (status == kNotPossible) GTEST_SKIP() << "ordinary users may not make namespaces here";
  EXPECT_EQ(status, 0);
}

TEST(NetworkNamespace, OneThatRootMadeIsNotEnteredByOthersAndNothingIsFound) {
  if (::geteuid() != 0) GTEST_SKIP() << "it takes root to make a namespace that is not the user's";
  const Contained contained(CLONE_NEWNET, Contained::User::ordinary);
  if (contained.inode() == 0) GTEST_SKIP() << "no network namespaces here";
  const int status = as_ordinary_user([&] {
    SocketTables tables;
    const SocketNames& sockets = tables.of(ProcFs(), contained.pid());
    return network_namespace_of(ProcFs(), contained.pid()).empty() ? 1
           : sockets.can_ask()                                     ? 2
           : sockets.find(contained.inode(), "UNIX") != nullptr    ? 3
                                                                   : 0;
  });
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace ajar::tables
