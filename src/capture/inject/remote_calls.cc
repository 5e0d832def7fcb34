#include "capture/inject/remote_calls.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include "capture/inject/safe_place.h"

namespace ajar::capture::inject {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// The area: code, what is read and written, the way back.
constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kDone = kPage, kWait = kPage + 16, kText = kPage + 64, kContext = 3 * kPage,
                        kVectors = 4 * kPage;
constexpr std::uint64_t kMostVectors = 4 * kPage, kArea = kVectors + kMostVectors;
constexpr std::uint64_t kMostText = 2 * kPage - 128;

constexpr milliseconds kCallTakes{10'000};

// What the kernel has a call return inside itself (include/linux/errno.h).
constexpr std::int64_t kRestart = 512, kRestartAlways = 513, kRestartUnlessHandled = 514;

// Calls %rbx, stores what it returned, and waits for ajar; in vain, it returns as from a signal's handler. It
// waits for a signal out of none: a sleep would become what the kernel goes on with in place of the call that
// was interrupted.
constexpr unsigned char kCode[] = {
    0xff, 0xd3,                                            // call *%rbx
    0x49, 0x89, 0x04, 0x24,                                // mov %rax,(%r12)
    0x41, 0xc7, 0x44, 0x24, 0x08, 0x01, 0x00, 0x00, 0x00,  // movl $1,8(%r12)
    0xb8, 0x80, 0x00, 0x00, 0x00,                          // 1: mov $SYS_rt_sigtimedwait,%eax
    0x4c, 0x89, 0xff,                                      // mov %r15,%rdi
    0x31, 0xf6,                                            // xor %esi,%esi
    0x49, 0x8d, 0x57, 0x08,                                // lea 8(%r15),%rdx
    0x41, 0xba, 0x08, 0x00, 0x00, 0x00,                    // mov $8,%r10d
    0x0f, 0x05,                                            // syscall
    0x49, 0xff, 0xcd,                                      // dec %r13
    0x75, 0xe5,                                            // jnz 1b
    0x4c, 0x89, 0xf4,                                      // mov %r14,%rsp
    0xb8, 0x0f, 0x00, 0x00, 0x00,                          // mov $SYS_rt_sigreturn,%eax
    0x0f, 0x05,                                            // syscall
    0x0f, 0x0b,                                            // ud2
};
// No signals, and the time to wait for them.
constexpr std::uint64_t kWaitWords[] = {0, 0, 1'000'000};
constexpr std::uint64_t kWaits = 5000;  // some seconds in all

std::int64_t returned(const Registers& registers) {
  return -static_cast<std::int64_t>(registers.ax);
}

bool is_in_call(const Registers& registers) {
  return static_cast<std::int64_t>(registers.orig_ax) >= 0;
}

// The frame of a signal's handler, as rt_sigreturn takes it (arch/x86/include/asm/sigframe.h).
ucontext_t context_of(const ThreadState& state, std::uint64_t vectors) {
  const Registers r = going_back(state.registers);
  ucontext_t context{};
  constexpr unsigned long kWithVectors = 1, kWithStackSegment = 2, kStrict = 4;
  context.uc_flags = kWithVectors | kWithStackSegment | kStrict;
  auto& to = context.uc_mcontext.gregs;
  const std::pair<int, std::uint64_t> all[] = {{REG_R8, r.r8},
                                               {REG_R9, r.r9},
                                               {REG_R10, r.r10},
                                               {REG_R11, r.r11},
                                               {REG_R12, r.r12},
                                               {REG_R13, r.r13},
                                               {REG_R14, r.r14},
                                               {REG_R15, r.r15},
                                               {REG_RDI, r.di},
                                               {REG_RSI, r.si},
                                               {REG_RBP, r.bp},
                                               {REG_RBX, r.bx},
                                               {REG_RDX, r.dx},
                                               {REG_RAX, r.ax},
                                               {REG_RCX, r.cx},
                                               {REG_RSP, r.sp},
                                               {REG_RIP, r.ip},
                                               {REG_EFL, r.flags},
                                               {REG_CSGSFS, r.cs | r.ss << 48U}};
  for (const auto& [number, value] : all) to[number] = static_cast<greg_t>(value);
  context.uc_mcontext.fpregs = reinterpret_cast<fpregset_t>(vectors);
  std::memcpy(&context.uc_sigmask, &state.signal_mask, sizeof(state.signal_mask));
  return context;
}

// With the words by which the kernel knows that there is more than the oldest processors had.
std::vector<std::byte> vectors_of(const ThreadState& state) {
  constexpr std::size_t kWords = 464;
  constexpr std::uint32_t kMagicBegin = 0x46505853, kMagicEnd = 0x46505845;
  std::vector<std::byte> bytes = state.vectors;
  const auto size = static_cast<std::uint32_t>(bytes.size());
  std::uint64_t features = 0;
  std::memcpy(&features, bytes.data() + kWords, sizeof(features));
  const std::uint32_t begin[2] = {kMagicBegin, size + static_cast<std::uint32_t>(sizeof(kMagicEnd))};
  std::memcpy(bytes.data() + kWords, begin, sizeof(begin));
  std::memcpy(bytes.data() + kWords + 8, &features, sizeof(features));
  std::memcpy(bytes.data() + kWords + 16, &size, sizeof(size));
  bytes.resize(size + sizeof(kMagicEnd));
  std::memcpy(bytes.data() + size, &kMagicEnd, sizeof(kMagicEnd));
  return bytes;
}

}  // namespace

Registers waiting_on(Registers stopped) {
  const bool ended_early = is_in_call(stopped) && returned(stopped) == EINTR &&
                           is_waiting_call(static_cast<std::int64_t>(stopped.orig_ax));
  if (ended_early) stopped.ax = static_cast<std::uint64_t>(-kRestartUnlessHandled);
  return stopped;
}

Registers going_back(Registers stopped) {
  if (!is_in_call(stopped)) return stopped;
  const std::int64_t code = returned(stopped);
  if (code == kRestart || code == kRestartAlways) {
    stopped.ax = stopped.orig_ax;
    stopped.ip -= 2;
  } else if (code > kRestart && code < kRestart + 8) {
    stopped.ax = static_cast<std::uint64_t>(-EINTR);
  }
  return stopped;
}

base::Result<std::unique_ptr<RemoteCalls>> RemoteCalls::begin(Stopped& thread, const ThreadState& state,
                                                              std::uint64_t own_call) {
  std::unique_ptr<RemoteCalls> calls(new RemoteCalls(thread, state, own_call));
  if (auto mapped = calls->map(); !mapped.ok()) return mapped.error();
  return calls;
}

base::Result<void> RemoteCalls::map() {
  if (state_.vectors.size() > kMostVectors - 64) return base::Error("its processor has too much to save");
  if (!thread_.block_signals_but_faults()) return gone();
  const auto at = thread_.call_system(
      state_.registers, own_call_, SYS_mmap,
      {0, kArea, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, ~std::uint64_t{0}, 0});
  if (!at) return gone();
  if (*at < 0) return base::system_error("it has no memory for the call", static_cast<int>(-*at));
  area_ = static_cast<std::uint64_t>(*at);
  const auto protected_now = thread_.call_system(state_.registers, own_call_, SYS_sigaltstack,
                                                 {0, area_ + kContext + offsetof(ucontext_t, uc_stack)});
  if (!protected_now || !write_memory(thread_.pid(), area_, kCode, sizeof(kCode)) ||
      !write_memory(thread_.pid(), area_ + kWait, kWaitWords, sizeof(kWaitWords)) || !write_way_back())
    return gone();
  const auto code =
      thread_.call_system(state_.registers, own_call_, SYS_mprotect, {area_, kPage, PROT_READ | PROT_EXEC});
  if (!code) return gone();
  if (*code < 0) return base::system_error("it may not make code executable", static_cast<int>(-*code));
  return {};
}

bool RemoteCalls::write_way_back() {
  ucontext_t context = context_of(state_, area_ + kVectors);
  const std::vector<std::byte> vectors = vectors_of(state_);
  return read_memory(thread_.pid(), area_ + kContext + offsetof(ucontext_t, uc_stack), &context.uc_stack,
                     sizeof(context.uc_stack)) &&
         write_memory(thread_.pid(), area_ + kContext, &context, sizeof(context)) &&
         write_memory(thread_.pid(), area_ + kVectors, vectors.data(), vectors.size());
}

RemoteCalls::~RemoteCalls() {
  if (away_) return;
  if (area_ != 0) thread_.call_system(state_.registers, own_call_, SYS_munmap, {area_, kArea});
  ThreadState before = state_;
  before.registers = waiting_on(before.registers);
  static_cast<void>(thread_.restore(before));
}

base::Error RemoteCalls::gone() {
  return base::Error("its thread " + std::to_string(thread_.tid()) + " has ended, or can't be stopped");
}

base::Result<std::uint64_t> RemoteCalls::put(const std::string& text) {
  if (text.size() >= kMostText) return base::Error(text + ": the path is too long");
  if (!write_memory(thread_.pid(), area_ + kText, text.c_str(), text.size() + 1)) return gone();
  return area_ + kText;
}

bool RemoteCalls::start(std::uint64_t function, std::uint64_t first, std::uint64_t second) {
  constexpr std::uint64_t kBelow = 512;  // of what the interrupted function may have below its stack's end
  Registers registers = state_.registers;
  registers.ip = area_;
  registers.sp = (registers.sp - kBelow) & ~15ULL;
  registers.orig_ax = ~0ULL;
  registers.ax = 0;
  registers.bx = function;
  registers.di = first;
  registers.si = second;
  registers.r12 = area_ + kDone;
  registers.r13 = kWaits;
  registers.r14 = area_ + kContext;
  registers.r15 = area_ + kWait;
  registers.flags &= ~0x400ULL;  // the direction flag
  const std::uint64_t nothing[2] = {};
  return write_memory(thread_.pid(), area_ + kDone, nothing, sizeof(nothing)) && thread_.run(registers);
}

base::Result<std::uint64_t> RemoteCalls::call(std::uint64_t function, std::uint64_t first,
                                              std::uint64_t second) {
  if (!start(function, first, second)) return gone();
  if (auto done = wait(); !done.ok()) return done.error();
  std::uint64_t result = 0;
  if (!read_memory(thread_.pid(), area_ + kDone, &result, sizeof(result))) return gone();
  return result;
}

base::Result<void> RemoteCalls::wait() {
  const auto until = Clock::now() + kCallTakes;
  std::uint32_t done = 0;
  while (done == 0 && Clock::now() < until) {
    if (thread_.has_stopped_by_itself()) {
      if (thread_.fault() == 0) away_ = true;
      return base::Error(
          "its thread " + std::to_string(thread_.tid()) +
          (thread_.fault() == 0 ? " has ended" : " met signal " + std::to_string(thread_.fault())) +
          " while it loaded the agent");
    }
    if (!read_memory(thread_.pid(), area_ + kDone + 8, &done, sizeof(done))) done = 0;
    if (done == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  const bool stopped = thread_.stop_again();
  const auto registers = stopped ? thread_.registers() : std::nullopt;
  const bool is_here = registers && registers->ip >= area_ && registers->ip < area_ + kPage;
  if (done != 0 && is_here) return {};
  away_ = true;
  const std::string subject = "its thread " + std::to_string(thread_.tid());
  if (!stopped)
    return base::Error(subject + " doesn't stop; it goes on as before when it has loaded the agent");
  if (done != 0 || !registers)
    return base::Error(subject + " went on before the agent was loaded; try again");
  return base::Error(subject + " takes more than " +
                     std::to_string(std::chrono::duration_cast<std::chrono::seconds>(kCallTakes).count()) +
                     " s to load the agent; it is left to it, and goes on as before then");
}

}  // namespace ajar::capture::inject
