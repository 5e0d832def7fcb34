#include "capture/ptrace/call_payload.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "capture/ptrace/stopped_thread.h"

namespace ajar::capture::ptrace {
namespace {

using Room = std::span<std::byte>;

template <typename T>
bool read_value(int thread, std::uint64_t from, T& value) {
  return read_memory(thread, from, &value, sizeof(value)) == sizeof(value);
}

std::size_t read_bytes(int thread, std::uint64_t from, std::size_t bytes, Room to) {
  constexpr std::size_t kMost = 128;
  bytes = std::min({bytes, kMost, to.size()});
  return read_memory(thread, from, to.data(), bytes) == bytes ? bytes : 0;
}

// Without its NUL. Most are short.
std::size_t read_text(int thread, std::uint64_t from, Room to) {
  constexpr std::size_t kFirst = 256;
  std::size_t length = 0;
  for (const std::size_t most : {std::min(kFirst, to.size()), to.size()}) {
    const std::size_t got = read_memory(thread, from + length, to.data() + length, most - length);
    const void* end = std::memchr(to.data() + length, 0, got);
    if (end != nullptr) return static_cast<std::size_t>(static_cast<const std::byte*>(end) - to.data());
    length += got;
    if (length < most) break;
  }
  return length;
}

// struct open_how: flags first (linux/openat2.h).
std::size_t read_open_how(int thread, const ajar_call& call, Room to) {
  constexpr std::size_t kFlags = sizeof(std::uint64_t);
  if (read_memory(thread, call.arguments[2], to.data(), kFlags) != kFlags) return 0;
  return kFlags + read_text(thread, call.arguments[1], to.subspan(kFlags));
}

std::size_t read_address_back(int thread, std::uint64_t from, std::uint64_t length_at, Room to) {
  std::uint32_t length = 0;
  if (from == 0 || !read_value(thread, length_at, length)) return 0;
  return read_bytes(thread, from, length, to);
}

// Where a msghdr has its control messages.
struct Control {
  std::uint64_t at = 0, size = 0;
};
Control control_of(int thread, std::uint64_t header, std::uint8_t abi) {
  static_assert(offsetof(msghdr, msg_control) == AJAR_MSGHDR_CONTROL && sizeof(mmsghdr) == AJAR_MMSGHDR &&
                offsetof(msghdr, msg_controllen) == AJAR_MSGHDR_CONTROL + sizeof(std::uint64_t));
  if (abi == AJAR_ABI_32) {
    std::array<std::uint32_t, 2> both{};
    if (!read_value(thread, header + AJAR_MSGHDR_CONTROL_32, both)) return {};
    return {.at = both[0], .size = both[1]};
  }
  Control control;
  if (!read_value(thread, header + AJAR_MSGHDR_CONTROL, control)) return {};
  return control;
}

std::size_t read_control(int thread, std::uint64_t header, std::uint8_t abi, Room to) {
  const Control control = control_of(thread, header, abi);
  const std::size_t size = std::min<std::size_t>(control.size, to.size());
  return read_memory(thread, control.at, to.data(), size) == size ? size : 0;
}

// Of each message, behind its length.
std::size_t read_control_of_many(int thread, std::uint64_t headers, const ajar_call& call, Room to) {
  const std::uint64_t each = call.abi == AJAR_ABI_32 ? AJAR_MMSGHDR_32 : AJAR_MMSGHDR;
  std::size_t length = 0;
  for (std::int64_t i = 0; i < call.result; ++i) {
    const Control control = control_of(thread, headers + static_cast<std::uint64_t>(i) * each, call.abi);
    const std::size_t padded = (control.size + 7) & ~std::size_t{7};
    if (control.size > to.size() || length + sizeof(control.size) + padded > to.size()) break;
    std::memcpy(to.data() + length, &control.size, sizeof(control.size));
    length += sizeof(control.size);
    if (read_memory(thread, control.at, to.data() + length, control.size) != control.size) break;
    length += padded;
  }
  return length;
}

// readv() has a list of parts, of which the first is read.
std::size_t read_events(int thread, std::uint64_t from, bool parts, const ajar_call& call, Room to) {
  if (call.result <= 0) return 0;
  if (parts) {
    const std::size_t address = call.abi == AJAR_ABI_32 ? sizeof(std::uint32_t) : sizeof(std::uint64_t);
    std::uint64_t first = 0;
    if (read_memory(thread, from, &first, address) != address) return 0;
    from = first;
  }
  const std::size_t size = std::min(static_cast<std::size_t>(call.result), to.size());
  return read_memory(thread, from, to.data(), size) == size ? size : 0;
}

// struct clone_args: 11 words at the most; its second one is pidfd (linux/sched.h).
std::size_t read_clone3(int thread, const ajar_call& call, Room to) {
  constexpr std::size_t kArguments = 88;
  constexpr std::size_t kAll = kArguments + 2 * sizeof(int);  // the int, and what pads it
  std::memset(to.data(), 0, kAll);
  const std::size_t size = std::min<std::size_t>(call.arguments[1], kArguments);
  if (read_memory(thread, call.arguments[0], to.data(), size) != size) return 0;
  std::uint64_t pidfd = 0;
  std::memcpy(&pidfd, to.data() + sizeof(pidfd), sizeof(pidfd));
  static_cast<void>(read_memory(thread, pidfd, to.data() + kArguments, sizeof(int)));
  return kAll;
}

}  // namespace

bool has_control(int thread, std::uint64_t header, std::uint8_t abi) {
  return control_of(thread, header, abi).size != 0;
}

std::size_t read_payload(int thread, const ajar_call_plan& plan, const ajar_call& call, Room to) {
  const std::uint64_t first = call.arguments[plan.argument % 6];
  const std::uint64_t second = call.arguments[(plan.argument + 1) % 6];
  switch (plan.payload) {
    case AJAR_CALL_TEXT:
      return read_text(thread, first, to);
    case AJAR_CALL_OPEN_HOW:
      return read_open_how(thread, call, to);
    case AJAR_CALL_BYTES:
      return read_bytes(thread, first + plan.offset, plan.length, to);
    case AJAR_CALL_ADDRESS:
      return read_bytes(thread, first, static_cast<std::uint32_t>(second), to);
    case AJAR_CALL_ADDRESS_BACK:
      return read_address_back(thread, first, second, to);
    case AJAR_CALL_CONTROL:
      return read_control(thread, first, call.abi, to);
    case AJAR_CALL_CONTROL_MANY:
      return read_control_of_many(thread, first, call, to);
    case AJAR_CALL_EVENTS:
      return read_events(thread, first, plan.offset != 0, call, to);
    case AJAR_CALL_CLONE3:
      return read_clone3(thread, call, to);
    default:
      return 0;
  }
}

}  // namespace ajar::capture::ptrace
