#include "capture/inject/stopped.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

namespace ajar::capture::inject {

static_assert(sizeof(Registers) == sizeof(user_regs_struct));

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kStopTakes{
    5000};  // at the most, on a machine that is busy: one that waits stops at once

void* data(std::uint64_t value) {
  return reinterpret_cast<void*>(value);
}

constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS};

bool is_fault(int signal) {
  return std::ranges::find(kFaults, signal) != std::end(kFaults);
}

}  // namespace

bool read_memory(std::int64_t pid, std::uint64_t from, void* to, std::size_t size) {
  const iovec here{.iov_base = to, .iov_len = size};
  const iovec there{.iov_base = data(from), .iov_len = size};
  return ::process_vm_readv(static_cast<pid_t>(pid), &here, 1, &there, 1, 0) == static_cast<ssize_t>(size);
}

bool write_memory(std::int64_t pid, std::uint64_t to, const void* from, std::size_t size) {
  const iovec here{.iov_base = const_cast<void*>(from), .iov_len = size};
  const iovec there{.iov_base = data(to), .iov_len = size};
  return ::process_vm_writev(static_cast<pid_t>(pid), &here, 1, &there, 1, 0) == static_cast<ssize_t>(size);
}

std::expected<Stopped, int> Stopped::stop(std::int64_t pid, std::int64_t tid) {
  if (::ptrace(PTRACE_SEIZE, static_cast<pid_t>(tid), nullptr, data(PTRACE_O_TRACESYSGOOD)) != 0)
    return std::unexpected(errno);
  Stopped stopped(pid, tid);
  if (!stopped.stop_again()) return std::unexpected(stopped.ended_ ? ESRCH : ETIMEDOUT);
  return stopped;
}

Stopped::Stopped(Stopped&& other) noexcept
    : pid_(other.pid_),
      tid_(other.tid_),
      held_(std::exchange(other.held_, false)),
      fault_(other.fault_),
      with_its_process_(other.with_its_process_),
      masked_(other.masked_),
      stop_is_due_(std::exchange(other.stop_is_due_, false)) {}

Stopped::~Stopped() {
  if (held_) ::ptrace(PTRACE_DETACH, static_cast<pid_t>(tid_), nullptr, nullptr);
  if (stop_is_due_) ::kill(static_cast<pid_t>(pid_), SIGSTOP);
}

std::optional<Registers> Stopped::registers() const {
  Registers registers{};
  iovec into{.iov_base = &registers, .iov_len = sizeof(registers)};
  if (::ptrace(PTRACE_GETREGSET, static_cast<pid_t>(tid_), data(NT_PRSTATUS), &into) != 0)
    return std::nullopt;
  return registers;
}

std::optional<ThreadState> Stopped::state() const {
  ThreadState state;
  const auto registers = this->registers();
  if (!registers) return std::nullopt;
  state.registers = *registers;
  constexpr std::size_t kMost = 65536;
  state.vectors.resize(kMost);
  iovec into{.iov_base = state.vectors.data(), .iov_len = kMost};
  if (::ptrace(PTRACE_GETREGSET, static_cast<pid_t>(tid_), data(NT_X86_XSTATE), &into) != 0)
    return std::nullopt;
  state.vectors.resize(into.iov_len);
  if (::ptrace(PTRACE_GETSIGMASK, static_cast<pid_t>(tid_), data(sizeof(state.signal_mask)),
               &state.signal_mask) != 0)
    return std::nullopt;
  return state;
}

bool Stopped::set_registers(const Registers& registers) const {
  iovec from{.iov_base = const_cast<Registers*>(&registers), .iov_len = sizeof(registers)};
  return ::ptrace(PTRACE_SETREGSET, static_cast<pid_t>(tid_), data(NT_PRSTATUS), &from) == 0;
}

bool Stopped::block_signals_but_faults() {
  std::uint64_t mask = ~std::uint64_t{0};
  for (const int signal : kFaults) mask &= ~(std::uint64_t{1} << static_cast<unsigned>(signal - 1));
  masked_ = set_signal_mask(mask);
  return masked_;
}

bool Stopped::set_signal_mask(std::uint64_t mask) const {
  return ::ptrace(PTRACE_SETSIGMASK, static_cast<pid_t>(tid_), data(sizeof(mask)), &mask) == 0;
}

bool Stopped::restore(const ThreadState& state) const {
  iovec from{.iov_base = const_cast<std::byte*>(state.vectors.data()), .iov_len = state.vectors.size()};
  const bool vectors = ::ptrace(PTRACE_SETREGSET, static_cast<pid_t>(tid_), data(NT_X86_XSTATE), &from) == 0;
  const bool mask = set_signal_mask(state.signal_mask);
  return set_registers(state.registers) && vectors && mask;
}

// Until its signals are blocked, they are its own affair. After that only its faults come, and SIGSTOP, which
// has to wait.
Stopped::Event Stopped::take_event() {
  int status = 0;
  const pid_t got = ::waitpid(static_cast<pid_t>(tid_), &status, __WALL | WNOHANG);
  if (got == 0) return Event::none;
  if (got < 0 || !WIFSTOPPED(status)) {
    held_ = false;
    ended_ = true;
    return Event::gone;
  }
  const int signal = WSTOPSIG(status);
  if ((status >> 16) != 0) {
    with_its_process_ = signal != SIGTRAP;
    return Event::stopped;
  }
  if (signal == (SIGTRAP | 0x80)) return Event::call;
  if (masked_ && is_fault(signal)) {
    fault_ = signal;
    return Event::fault;
  }
  stop_is_due_ = stop_is_due_ || masked_;
  return go_on(masked_ ? 0 : signal) ? Event::none : Event::gone;
}

bool Stopped::go_on(int signal) const {
  const auto request = to_next_call_ ? PTRACE_SYSCALL : PTRACE_CONT;
  return ::ptrace(request, static_cast<pid_t>(tid_), nullptr, data(static_cast<std::uint64_t>(signal))) == 0;
}

Stopped::Event Stopped::await(milliseconds time) {
  const auto until = Clock::now() + time;
  for (;;) {
    const Event event = take_event();
    if (event != Event::none) return event;
    if (Clock::now() >= until) return Event::none;
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
}

bool Stopped::stop_again() {
  ::ptrace(PTRACE_INTERRUPT, static_cast<pid_t>(tid_), nullptr, nullptr);
  const Event event = await(kStopTakes);
  // It can't be let go while it runs: the kernel does that when ajar ends.
  if (event == Event::none) held_ = false;
  return event == Event::stopped || event == Event::fault || event == Event::call;
}

bool Stopped::has_stopped_by_itself() {
  const Event event = take_event();
  return event != Event::none;
}

bool Stopped::run(const Registers& registers) {
  fault_ = 0;
  to_next_call_ = false;
  return set_registers(registers) && go_on();
}

std::optional<std::int64_t> Stopped::call_system(const Registers& base, std::uint64_t at, std::int64_t number,
                                                 std::initializer_list<std::uint64_t> arguments) {
  std::array<std::uint64_t, 6> all{};
  std::ranges::copy(arguments, all.begin());
  Registers registers = base;
  registers.ip = at;
  registers.ax = static_cast<std::uint64_t>(number);
  registers.orig_ax = ~0ULL;
  registers.di = all[0];
  registers.si = all[1];
  registers.dx = all[2];
  registers.r10 = all[3];
  registers.r8 = all[4];
  registers.r9 = all[5];
  if (!set_registers(registers)) return std::nullopt;
  to_next_call_ = true;
  for (int stops = 0; stops < 2;) {
    if (!go_on()) return std::nullopt;
    const Event event = await(kStopTakes);
    if (event == Event::call) ++stops;
    if (event == Event::fault || event == Event::gone || event == Event::none) return std::nullopt;
  }
  const auto after = this->registers();
  if (!after) return std::nullopt;
  return static_cast<std::int64_t>(after->ax);
}

}  // namespace ajar::capture::inject
