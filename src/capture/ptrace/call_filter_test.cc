#include "capture/ptrace/call_filter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace ajar::capture::ptrace {
namespace {

// What it returns in a process of its own.
int in_a_child(const std::function<int()>& what) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(what());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// From here on seccomp(2) fails so where it gets flags, or where it gets none.
enum class Where : std::uint8_t { with_flags, without };
bool fail_seccomp(Where where, std::uint32_t error) {
  constexpr std::uint32_t kFlags = offsetof(seccomp_data, args) + sizeof(std::uint64_t);
  const std::uint8_t without = where == Where::without ? 0 : 1;
  std::array<sock_filter, 6> program = {
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 3),
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kFlags),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, without, static_cast<std::uint8_t>(1 - without)),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog filter{program.size(), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

// There is no tracer here, for whom it could stop.
template <typename... Arguments>
bool stops(long number, Arguments... arguments) {
  return ::syscall(number, arguments...) == -1 && errno == ENOSYS;
}

int install_after(Where where, std::uint32_t error) {
  return in_a_child([&] {
    const CallFilter filter;
    if (!fail_seccomp(where, error)) return -1;
    const int failed = filter.install();
    return failed != 0 || stops(SYS_dup, 0) ? failed : -1;
  });
}

TEST(CallFilter, StopsAtCallsThatMatterByTheirNumbersAndArguments) {
  constexpr int kHow = MAP_PRIVATE | MAP_ANONYMOUS;
  const auto tried = [] {
    const CallFilter filter;
    if (filter.install() != 0) return -1;
    const std::array<bool, 5> matter = {
        stops(SYS_close, -1), stops(SYS_fcntl, -1, F_DUPFD, 0), stops(SYS_ioctl, -1, TIOCGPTPEER, 0),
        stops(SYS_mmap, 0, 1, PROT_EXEC, kHow, -1, 0), stops(SYS_close_range, 3, 2, 0)};
    const std::array<bool, 4> others = {stops(SYS_fcntl, -1, F_GETFD), stops(SYS_ioctl, -1, TIOCGWINSZ, 0),
                                        stops(SYS_mmap, 0, 1, PROT_READ, kHow, -1, 0), stops(SYS_getppid)};
    return static_cast<int>(10 * std::ranges::count(matter, true) + std::ranges::count(others, true));
  };
  EXPECT_EQ(in_a_child(tried), 50);
}

// By the gate of 32-bit programs, which a 64-bit one can go through as well
// (arch/x86/entry/entry_64_compat.S).
long through_the_other_gate(long number, long first, long second) {
  long result = number;
  asm volatile("int $0x80"
               : "+a"(result)
               : "b"(first), "c"(second), "d"(0)
               : "r8", "r9", "r10", "r11", "memory");
  return result;
}

TEST(CallFilter, StopsAtSocketCallsThatMatter) {
  constexpr long kSocketCall = 102, kSocket = 1, kListen = 4;
  if (through_the_other_gate(kSocketCall, kListen, 0) != -EFAULT)
    GTEST_SKIP() << "the kernel has no such gate";
  const auto tried = [] {
    const CallFilter filter;
    if (filter.install() != 0) return -1;
    const bool opens = through_the_other_gate(kSocketCall, kSocket, 0) == -ENOSYS;
    const bool others = through_the_other_gate(kSocketCall, kListen, 0) == -ENOSYS;
    return 10 * static_cast<int>(opens) + static_cast<int>(others);
  };
  EXPECT_EQ(in_a_child(tried), 10);
}

TEST(CallFilter, LeavesTheProcessorsSpeculationAsItIs) {
  EXPECT_EQ(install_after(Where::without, EPERM), 0) << "it asks with a flag";
}

TEST(CallFilter, IsInstalledByKernelsThatDoNotKnowTheFlag) {
  EXPECT_EQ(install_after(Where::with_flags, EINVAL), 0);
}

TEST(CallFilter, TellsWhyItCanNotBeInstalled) {
  EXPECT_EQ(install_after(Where::with_flags, ENOMEM), ENOMEM);
}

}  // namespace
}  // namespace ajar::capture::ptrace
