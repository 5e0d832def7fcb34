#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ajar::capture::win_htrace {

// What the kernel kept of one operation on a handle. It keeps no time.
struct HandleTrace {
  enum class Kind : std::uint32_t { open = 1, close = 2, bad_reference = 3 };  // others may come
  static constexpr std::size_t kMostFrames = 16;

  std::uint64_t handle = 0;
  std::uint64_t process = 0, thread = 0;  // who did it: perhaps another process
  Kind kind{};
  std::array<std::uint64_t, kMostFrames> addresses{};  // returns, innermost first; then zeros

  [[nodiscard]] std::span<const std::uint64_t> frames() const;
};

// A hash of what was mixed before and of one more word.
constexpr std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;
  hash = (hash ^ word) * kOdd;
  return hash ^ (hash >> 32U);
}

// An answer about all handles of a process: PROCESS_HANDLE_TRACING_QUERY as 64-bit Windows lays it out. The
// bytes are not copied and not trusted; traces are decoded as they are asked for. Source: Microsoft,
// documentation of !htrace; phnt (System Informer).
class HandleTraces {
 public:
  static constexpr std::size_t kHeaderSize = 16, kTraceSize = 160;

  // None where the bytes are too few for any answer.
  static std::optional<HandleTraces> read(std::span<const std::byte> answer);

  // Those that are in the bytes, and how many the answer says there are.
  [[nodiscard]] std::size_t size() const { return traces_.size() / kTraceSize; }
  [[nodiscard]] std::uint32_t told() const { return told_; }

  // 0 is the latest.
  [[nodiscard]] HandleTrace trace(std::size_t index) const;

  // The same for the same trace; of others hardly ever.
  [[nodiscard]] std::uint64_t fingerprint(std::size_t index) const;

 private:
  std::uint32_t told_ = 0;
  std::span<const std::byte> traces_;
};

}  // namespace ajar::capture::win_htrace
