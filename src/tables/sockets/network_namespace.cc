#include "tables/sockets/network_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "platform/read_file.h"

namespace ajar::tables {
namespace {

// Who owns the user namespace may do in it what takes CAP_SYS_ADMIN elsewhere.
bool enter(int network, int user) {
  if (::setns(network, CLONE_NEWNET) == 0) return true;
  return ::setns(user, CLONE_NEWUSER) == 0 && ::setns(network, CLONE_NEWNET) == 0;
}

bool ended_well(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, __WALL) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// A process with several threads can't enter a user namespace, and a thread could not leave it again: so
// another process does, which shares this one's handles, and puts the socket that it makes there in the place
// of one that is here. It ends without a signal, so that nobody else waits for it.
base::OwnedFd socket_in(int network, int user) {
  base::OwnedFd place(SockDiag::make_socket());
  if (!place.valid()) return {};
  const long child = ::syscall(SYS_clone, CLONE_FILES | CLONE_VFORK, nullptr, nullptr, nullptr, nullptr);
  if (child == 0) {
    const int made = enter(network, user) ? SockDiag::make_socket() : -1;
    const bool is_placed = made >= 0 && ::dup3(made, place.get(), O_CLOEXEC) >= 0;
    if (made >= 0) ::close(made);
    ::_exit(is_placed ? 0 : 1);
  }
  if (child < 0 || !ended_well(static_cast<pid_t>(child))) return {};
  return place;
}

}  // namespace

std::string network_namespace_of(const platform::ProcFs& proc, std::int64_t pid) {
  return platform::read_link(proc.path(pid, "ns/net")).value_or(std::string());
}

SockDiag sock_diag_for(const platform::ProcFs& proc, std::int64_t pid) {
  const std::string name = network_namespace_of(proc, pid);
  if (name.empty() || name == platform::read_link("/proc/self/ns/net"))
    return SockDiag(base::OwnedFd(SockDiag::make_socket()));
  const base::OwnedFd network(::open(proc.path(pid, "ns/net").c_str(), O_RDONLY | O_CLOEXEC));
  const base::OwnedFd user(::open(proc.path(pid, "ns/user").c_str(), O_RDONLY | O_CLOEXEC));
  return SockDiag(network.valid() ? socket_in(network.get(), user.get()) : base::OwnedFd());
}

}  // namespace ajar::tables
