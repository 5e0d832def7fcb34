#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ajar::import::events {

// A process that an event tells of: those of Resource-Exhaustion-Detector 2004 are the three with the most
// committed memory.
struct LoggedProcess {
  std::string name;
  std::uint64_t pid = 0;
  std::optional<std::uint64_t> handles;
};

struct LoggedEvent {
  std::string source;          // provider
  std::string classic_source;  // its name in logs of old, where that is another one; else ""
  std::uint32_t id = 0;
  std::optional<std::int64_t> unix_ns;
  std::string channel;
  std::string computer;
  std::string text;  // its data that are no bytes, with commas between them; the first 300 bytes
  std::vector<LoggedProcess> processes;
};

// Of "<Event …>…</Event>". What is not in it, or makes no sense, is empty or 0.
LoggedEvent read_event(std::string_view xml);

// The next "<Event …>…</Event>" of several, which may have others around them; what stands before and up to
// its end is taken away. Empty at the end; then `text` has what begins an event that has no end, if there is
// one.
std::string_view take_event(std::string_view& text);

// Nanoseconds since 1970 of "2026-11-09T16:02:11.1234567Z".
std::optional<std::int64_t> parse_utc(std::string_view text);

}  // namespace ajar::import::events
