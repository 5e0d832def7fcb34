#include "platform/apart.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/owned_fd.h"

namespace ajar::platform {
namespace {

using Clock = std::chrono::steady_clock;
using Length = std::uint32_t;  // stands before each message

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::uint64_t own_memory() {
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  unsigned long pages = 0;
  if (file != nullptr) {
    if (std::fscanf(file, "%lu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return std::uint64_t{pages} * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void limit(int resource, std::uint64_t most) {
  const rlimit value{.rlim_cur = most, .rlim_max = most};
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &value);
}

// The kernel refuses every call but those that memory, the end, and saying something need. Where it has no
// such filters, the limits have to do.
void refuse_calls() {
  constexpr std::array kAllowed = {SYS_write,        SYS_exit_group,     SYS_exit,         SYS_mmap,
                                   SYS_munmap,       SYS_mremap,         SYS_mprotect,     SYS_madvise,
                                   SYS_brk,          SYS_futex,          SYS_getpid,       SYS_gettid,
                                   SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack,
                                   SYS_sched_yield,  SYS_clock_gettime};
  const auto load = [](std::size_t offset) {
    return sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
  };
  const sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const sock_filter refuse = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  std::vector<sock_filter> filter = {load(offsetof(seccomp_data, arch)),
                                     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0), refuse,
                                     load(offsetof(seccomp_data, nr))};
  for (const long call : kAllowed) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1));
    filter.push_back(allow);
  }
  // abort() by a signal to itself.
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 3));
  filter.push_back(load(offsetof(seccomp_data, args[0])));
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(::getpid()), 0, 1));
  filter.push_back(allow);
  filter.push_back(refuse);
  const sock_fprog program{.len = static_cast<unsigned short>(filter.size()), .filter = filter.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

// Of what crashes here nobody shall hear but by its end.
void give_up_rights(const ApartRequest& request, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_DUMPABLE, 0);
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fd != output) ::dup2(nowhere, fd);
  }
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGPIPE}) ::signal(signal, SIG_DFL);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(request.limit).count();
  if (const std::uint64_t now = own_memory(); now != 0) limit(RLIMIT_AS, now + request.most_memory);
  limit(RLIMIT_CPU, static_cast<std::uint64_t>(seconds) + 1);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NOFILE, 0);
  refuse_calls();
}

[[noreturn]] void work(const ApartRequest& request, int output) {
  give_up_rights(request, output);
  bool well = false;
  try {
    well = request.work([&](std::string_view message) {
      const Length length = static_cast<Length>(message.size());
      std::string framed(sizeof(length), '\0');
      std::memcpy(framed.data(), &length, sizeof(length));
      framed += message;
      return message.size() <= request.most_message && write_all(output, framed);
    });
  } catch (...) {
    std::abort();
  }
  ::_exit(well ? 0 : 1);
}

// Cuts what comes into messages.
class Messages {
 public:
  Messages(std::size_t most, const std::function<void(std::string_view)>& take) : most_(most), take_(take) {}

  // False: that is none.
  bool add(std::string_view bytes) {
    rest_ += bytes;
    std::string_view left = rest_;
    Length length = 0;
    while (left.size() >= sizeof(length)) {
      std::memcpy(&length, left.data(), sizeof(length));
      if (length > most_) return false;
      if (left.size() - sizeof(length) < length) break;
      take_(left.substr(sizeof(length), length));
      left.remove_prefix(sizeof(length) + length);
    }
    rest_.erase(0, rest_.size() - left.size());
    return true;
  }

 private:
  std::size_t most_;
  const std::function<void(std::string_view)>& take_;
  std::string rest_;
};

// Up to the end of what is said; `well` where there is nothing wrong with it so far.
ApartEnd listen(int fd, Clock::time_point until, Messages& messages) {
  std::vector<char> some(std::size_t{1} << 18U);
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return ApartEnd::took_long;
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 1'000'000)));
    if (ready < 0 && errno != EINTR) return ApartEnd::failed;
    if (ready <= 0) continue;
    const ssize_t got = ::read(fd, some.data(), some.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return ApartEnd::well;
    if (!messages.add({some.data(), static_cast<std::size_t>(got)})) return ApartEnd::told_rubbish;
  }
}

}  // namespace

ApartEnd work_apart(const ApartRequest& request, const std::function<void(std::string_view)>& take) {
  const Clock::time_point until = Clock::now() + request.limit;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return ApartEnd::failed;
  const base::OwnedFd from(ends[0]);
  base::OwnedFd to(ends[1]);
  const pid_t pid = ::fork();
  if (pid == 0) work(request, to.get());
  to.reset();
  if (pid < 0) return ApartEnd::failed;
  Messages messages(request.most_message, take);
  const ApartEnd heard = listen(from.get(), until, messages);
  if (heard != ApartEnd::well) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return ApartEnd::failed;
  }
  if (heard != ApartEnd::well) return heard;
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGXCPU ? ApartEnd::took_long : ApartEnd::crashed;
  return WEXITSTATUS(status) == 0 ? ApartEnd::well : ApartEnd::failed;
}

}  // namespace ajar::platform
