#include "capture/kernel/call_record.h"

#include <algorithm>
#include <cstring>

namespace ajar::capture::kernel {

std::optional<CallRecord> parse_record(std::span<const std::byte> bytes) {
  CallRecord record;
  if (bytes.size() < sizeof(record.call)) return std::nullopt;
  std::memcpy(&record.call, bytes.data(), sizeof(record.call));
  const auto rest = bytes.subspan(sizeof(record.call));
  const std::size_t frames = std::min<std::size_t>({record.call.frames, AJAR_CALL_FRAMES, rest.size() / 8});
  record.frames = {reinterpret_cast<const std::uint64_t*>(rest.data()), frames};
  const std::size_t python = std::min<std::size_t>(
      {record.call.python, AJAR_CALL_FRAMES, (rest.size() - 8 * frames) / (2 * sizeof(std::uint64_t))});
  record.python = {reinterpret_cast<const std::uint64_t*>(rest.data()) + frames, 2 * python};
  const std::size_t payload_at = 8 * (frames + 2 * python);
  const std::size_t payload = std::min<std::size_t>(record.call.payload_length, rest.size() - payload_at);
  record.payload = {reinterpret_cast<const char*>(rest.data()) + payload_at, payload};
  const std::size_t stack_at = payload_at + ((payload + 7U) & ~std::size_t{7});
  const std::size_t stack = record.call.stack_length;
  ajar_call_registers& registers = record.stack.registers;
  if (stack == 0 || rest.size() < stack_at + sizeof(registers) + stack) return record;
  std::memcpy(&registers, rest.data() + stack_at, sizeof(registers));
  record.stack.bytes = rest.subspan(stack_at + sizeof(registers), stack);
  return record;
}

}  // namespace ajar::capture::kernel
