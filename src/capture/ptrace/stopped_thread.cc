#include "capture/ptrace/stopped_thread.h"

#include <linux/audit.h>
#include <linux/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "wire/socket_calls.h"

namespace ajar::capture::ptrace {
namespace {

// glibc's own <sys/ptrace.h> can't be had together with <linux/ptrace.h>.
long request_of(int request, int thread, std::uint64_t address, void* data) {
  return ::syscall(SYS_ptrace, request, thread, address, data);
}

std::optional<ptrace_syscall_info> info_of(int thread) {
  ptrace_syscall_info info{};
  if (request_of(PTRACE_GET_SYSCALL_INFO, thread, sizeof(info), &info) <= 0) return std::nullopt;
  return info;
}

std::uint8_t abi_named(std::uint32_t architecture) {
  return architecture == AUDIT_ARCH_I386 ? AJAR_ABI_32 : AJAR_ABI_64;
}

// The kernel looks at the lower halves of those of 32 bits.
template <typename Word>
void take_arguments(Call& call, const Word* six) {
  for (std::size_t i = 0; i < std::size(call.arguments); ++i)
    call.arguments[i] = call.abi == AJAR_ABI_32 ? static_cast<std::uint32_t>(six[i]) : six[i];
}

}  // namespace

int ask(int request, int thread, std::uint64_t address, std::uint64_t data) {
  return request_of(request, thread, address, reinterpret_cast<void*>(data)) < 0 ? errno : 0;
}

std::optional<CallStop> call_of(int thread) {
  const auto info = info_of(thread);
  if (!info) return std::nullopt;
  CallStop stop;
  stop.call.abi = abi_named(info->arch);
  switch (info->op) {
    case PTRACE_SYSCALL_INFO_ENTRY:
      stop.begins = true;
      stop.call.number = info->entry.nr;
      take_arguments(stop.call, info->entry.args);
      return stop;
    case PTRACE_SYSCALL_INFO_SECCOMP:
      stop.begins = true;
      stop.call.number = info->seccomp.nr;
      take_arguments(stop.call, info->seccomp.args);
      return stop;
    case PTRACE_SYSCALL_INFO_EXIT:
      stop.result = info->exit.rval;
      return stop;
    default:
      return std::nullopt;
  }
}

std::uint8_t abi_of(int thread) {
  const auto info = info_of(thread);
  return info ? abi_named(info->arch) : std::uint8_t{AJAR_ABI_64};
}

std::optional<ajar_call_registers> registers_of(int thread) {
  user_regs_struct all{};
  if (request_of(PTRACE_GETREGS, thread, 0, &all) != 0) return std::nullopt;
  // Those that the kernel saves come first, and in its order (struct pt_regs).
  ajar_call_registers saved{};
  static_assert(offsetof(user_regs_struct, ss) == offsetof(ajar_call_registers, ss));
  std::memcpy(&saved, &all, sizeof(saved));
  return saved;
}

std::uint64_t thread_base(int thread) {
  user_regs_struct all{};
  return request_of(PTRACE_GETREGS, thread, 0, &all) == 0 ? all.fs_base : 0;
}

Call call_in(const ajar_call_registers& r, std::uint8_t abi) {
  if (abi == AJAR_ABI_64)
    return {.number = r.orig_ax, .abi = abi, .arguments = {r.di, r.si, r.dx, r.r10, r.r8, r.r9}};
  Call call{.number = r.orig_ax, .abi = abi};
  const std::array<std::uint64_t, 6> arguments = {r.bx, r.cx, r.dx, r.si, r.di, r.bp};
  take_arguments(call, arguments.data());
  return call;
}

std::uint64_t event_message(int thread) {
  unsigned long message = 0;
  request_of(PTRACE_GETEVENTMSG, thread, 0, &message);
  return message;
}

Call unpacked(int thread, const Call& call) {
  if (call.abi != AJAR_ABI_32 || call.number != AJAR_SOCKET_CALL) return call;
  const ajar_socket_call one = ajar_socket_call_of(static_cast<std::uint32_t>(call.arguments[0]));
  std::array<std::uint32_t, AJAR_SOCKET_CALL_MOST> arguments{};
  const std::size_t bytes = one.arguments * sizeof(std::uint32_t);
  if (one.number == 0 || read_memory(thread, call.arguments[1], arguments.data(), bytes) != bytes)
    return call;
  Call own{.number = one.number, .abi = AJAR_ABI_32};
  std::ranges::copy(arguments, own.arguments);
  return own;
}

// The kernel gives up a range at its first page that is not there, but not those before it.
std::size_t read_memory(int thread, std::uint64_t from, void* to, std::size_t bytes) {
  constexpr std::uint64_t kPage = 4096;
  constexpr std::size_t kRanges = 8;
  iovec ranges[kRanges];
  std::size_t count = 0;
  std::size_t asked = 0;
  while (asked < bytes && count < kRanges) {
    const std::uint64_t at = from + asked;
    const std::size_t size = std::min<std::size_t>(bytes - asked, kPage - at % kPage);
    ranges[count++] = {.iov_base = reinterpret_cast<void*>(at), .iov_len = size};
    asked += size;
  }
  const iovec into{.iov_base = to, .iov_len = asked};
  const ssize_t got = ::process_vm_readv(thread, &into, 1, ranges, count, 0);
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

std::size_t read_pieces(int thread, std::span<const std::uint64_t> from, void* to, std::size_t each) {
  iovec pieces[kMostPieces];
  const std::size_t count = std::min(from.size(), kMostPieces);
  for (std::size_t i = 0; i < count; ++i)
    pieces[i] = {.iov_base = reinterpret_cast<void*>(from[i]), .iov_len = each};
  const iovec into{.iov_base = to, .iov_len = count * each};
  const ssize_t got = ::process_vm_readv(thread, &into, 1, pieces, count, 0);
  return got < 0 ? 0 : static_cast<std::size_t>(got) / each;
}

}  // namespace ajar::capture::ptrace
