#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/ids.h"

namespace ajar::model {

// What an operating system's own log says of a moment.
struct SystemEvent {
  Time time{};
  std::string source;     // who wrote it: "srv"
  std::uint32_t id = 0;   // of the source's: 2020
  std::string text = {};  // what it says beside that

  bool operator==(const SystemEvent&) const = default;
};

// What was looked for in such a log, and found. Of a log that is told in several pieces, each piece has its
// own numbers.
struct SystemLog {
  std::string channel;          // which of the system's logs: "System"
  std::string host;             // whose
  std::uint64_t looked_at = 0;  // events, those that matter here among them
  std::uint64_t not_read = 0;   // events that were there, and could not be read
  bool cut_off = false;         // there was more that could not be read, nobody knows how much
  Time from{}, until{};         // of the first and the last that was looked at
  // Those that matter here (catalog/windows_events.h), in the order of time.
  std::vector<SystemEvent> events = {};

  bool operator==(const SystemLog&) const = default;
};

}  // namespace ajar::model
