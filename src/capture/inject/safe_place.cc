#include "capture/inject/safe_place.h"

#include <sys/syscall.h>

#include <algorithm>
#include <array>

namespace ajar::capture::inject {

std::span<const std::string_view> unsafe_functions() {
  static constexpr std::array<std::string_view, 47> kNames = {
      "malloc",         "calloc",         "realloc",         "reallocarray",
      "free",           "cfree",          "memalign",        "aligned_alloc",
      "valloc",         "pvalloc",        "posix_memalign",  "malloc_trim",
      "mallinfo",       "mallinfo2",      "malloc_info",     "malloc_stats",
      "_Znwm",          "_Znam",          "_ZdlPv",          "_ZdaPv",
      "_ZdlPvm",        "_ZdaPvm",        "dlopen",          "dlmopen",
      "dlclose",        "dlsym",          "dlvsym",          "dladdr",
      "dladdr1",        "dlinfo",         "dl_iterate_phdr", "__libc_dlopen_mode",
      "fork",           "_Fork",          "vfork",           "posix_spawn",
      "posix_spawnp",   "system",         "popen",           "execve",
      "exit",           "_exit",          "quick_exit",      "pthread_exit",
      "__cxa_finalize", "__libc_freeres", "abort",
  };
  return kNames;
}

bool is_waiting_call(std::int64_t number) {
  static constexpr std::array kCalls = {
      SYS_read,          SYS_readv,           SYS_pread64,
      SYS_recvfrom,      SYS_recvmsg,         SYS_recvmmsg,
      SYS_accept,        SYS_accept4,         SYS_poll,
      SYS_ppoll,         SYS_select,          SYS_pselect6,
      SYS_epoll_wait,    SYS_epoll_pwait,     SYS_epoll_pwait2,
      SYS_nanosleep,     SYS_clock_nanosleep, SYS_wait4,
      SYS_waitid,        SYS_pause,           SYS_futex,
      SYS_rt_sigsuspend, SYS_rt_sigtimedwait, SYS_restart_syscall,
  };
  return std::ranges::find(kCalls, number) != kCalls.end();
}

bool makes_process(std::int64_t number) {
  return number == SYS_vfork || number == SYS_clone || number == SYS_clone3 || number == SYS_fork;
}

std::string why_unsafe(const kernel::WalkedFrames& stack, std::span<const UnsafeCode> unsafe) {
  if (stack.walk != AJAR_WALK_ENDED) return "its stack can't be followed to its end";
  for (const std::uint64_t frame : stack.frames) {
    if ((frame & AJAR_CALL_INTERRUPTED) != 0) return "it is in a signal's handler";
    const std::uint64_t address = frame - 1;
    const auto in = std::ranges::find_if(
        unsafe, [&](const UnsafeCode& code) { return address >= code.begin && address < code.end; });
    if (in != unsafe.end()) return "it is in " + in->name;
  }
  return {};
}

}  // namespace ajar::capture::inject
