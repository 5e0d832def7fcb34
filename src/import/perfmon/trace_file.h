#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

// A file of Windows' event tracing, as far as logs of counters need it: a row of buffers of one size, each
// with a header of 72 bytes and events behind one another, at multiples of 8. Sources: the headers
// EVENT_TRACE_HEADER and TRACE_LOGFILE_HEADER of the Windows SDK, and what such files have in them.
namespace ajar::import::perfmon {

inline constexpr std::size_t kBufferHeader = 72;

// An event with a full header (48 bytes: EVENT_TRACE_HEADER).
struct TraceEvent {
  std::array<std::byte, 16> provider{};  // a GUID, as it lies in the file
  std::uint8_t type = 0;
  std::span<const std::byte> payload;  // of the file's bytes
};

// Whether the bytes begin as such a file: a buffer, and in it the event that describes the file.
bool is_trace_file(std::span<const std::byte> bytes);

// Its events in the order in which they stand there. Errors say where a buffer or an event makes no sense.
base::Result<std::vector<TraceEvent>> read_trace_events(std::span<const std::byte> bytes);

}  // namespace ajar::import::perfmon
