#include "import/perfmon/trace_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/byte_reader.h"

namespace ajar::import::perfmon {
namespace {

constexpr std::size_t kFullHeader = 48;
constexpr std::size_t kPlaceOfUsed = 48;  // in a buffer's header: how many of its bytes are used

// The third byte of an event's header says how the header looks.
enum Header : std::uint8_t {
  kSystem32 = 1,
  kSystem64 = 2,
  kCompact32 = 3,
  kCompact64 = 4,
  kFull32 = 10,
  kFull64 = 20,
  kPerformance32 = 16,
  kPerformance64 = 17,
};
constexpr std::uint8_t kIsHeader = 0x80;  // in the fourth byte

bool is_system(std::uint8_t header) {
  return (header >= kSystem32 && header <= kCompact64) || header == kPerformance32 ||
         header == kPerformance64;
}

// An event's first eight bytes, which all kinds of headers have alike.
struct EventStart {
  std::uint16_t first = 0;
  std::uint8_t header = 0, flags = 0;
  std::uint16_t second = 0;

  explicit EventStart(base::ByteReader& in)
      : first(in.read<std::uint16_t>()),
        header(in.read<std::uint8_t>()),
        flags(in.read<std::uint8_t>()),
        second(in.read<std::uint16_t>()) {}

  [[nodiscard]] std::size_t size() const { return is_system(header) ? second : first; }
};

class Buffers {
 public:
  explicit Buffers(std::span<const std::byte> bytes) : bytes_(bytes) {}

  base::Result<std::vector<TraceEvent>> read() {
    for (std::size_t at = 0; at < bytes_.size();) {
      base::ByteReader head(bytes_.subspan(at));
      const auto size = head.read<std::uint32_t>();
      head.seek(kPlaceOfUsed);
      const auto used = head.read<std::uint32_t>();
      if (!head.ok() || size > bytes_.size() - at)
        return base::Error(fmt::format("the file is cut off in the buffer at {:#x}; copy it again", at));
      if (size < kBufferHeader || used > size || used < kBufferHeader)
        return base::Error(
            fmt::format("the buffer at {:#x} makes no sense: {} bytes, {} of them used", at, size, used));
      if (auto read = read_buffer(at, used); !read.ok()) return std::move(read).error();
      at += size;
    }
    return std::move(events_);
  }

 private:
  base::Result<void> read_buffer(std::size_t buffer, std::size_t used) {
    for (std::size_t at = kBufferHeader; used - at >= sizeof(std::uint64_t);) {
      base::ByteReader in(bytes_.subspan(buffer + at, used - at));
      const EventStart start(in);
      if (start.first == UINT16_MAX && start.second == UINT16_MAX) break;  // what a buffer is filled up with
      if ((start.flags & kIsHeader) == 0 || start.size() < sizeof(std::uint64_t) || start.size() > used - at)
        return base::Error(fmt::format("the event at {:#x} makes no sense: {} bytes in a buffer that has {}",
                                       buffer + at, start.size(), used - at));
      const bool is_full = start.header == kFull32 || start.header == kFull64;
      if (is_full && start.size() >= kFullHeader) add(bytes_.subspan(buffer + at, start.size()));
      at = std::min((at + start.size() + 7) / 8 * 8, used);
    }
    return {};
  }

  void add(std::span<const std::byte> event) {
    constexpr std::size_t kPlaceOfType = 4;
    constexpr std::size_t kPlaceOfProvider = 24;
    TraceEvent& added = events_.emplace_back();
    added.type = std::to_integer<std::uint8_t>(event[kPlaceOfType]);
    std::ranges::copy(event.subspan(kPlaceOfProvider, added.provider.size()), added.provider.begin());
    added.payload = event.subspan(kFullHeader);
  }

  std::span<const std::byte> bytes_;
  std::vector<TraceEvent> events_;
};

}  // namespace

bool is_trace_file(std::span<const std::byte> bytes) {
  base::ByteReader in(bytes);
  const auto size = in.read<std::uint32_t>();
  in.seek(kBufferHeader);
  const EventStart start(in);
  constexpr std::uint32_t kLargest = 1U << 30U;
  return in.ok() && size > kBufferHeader && size % 512 == 0 && size <= kLargest &&
         (start.header == kSystem32 || start.header == kSystem64) && (start.flags & kIsHeader) != 0;
}

base::Result<std::vector<TraceEvent>> read_trace_events(std::span<const std::byte> bytes) {
  return Buffers(bytes).read();
}

}  // namespace ajar::import::perfmon
