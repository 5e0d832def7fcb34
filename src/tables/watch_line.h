#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tables/watched_object.h"

namespace ajar::tables {

// What a line of the fdinfo of an epoll, inotify or fanotify says: one object, and for which events it is
// watched.
struct WatchLine {
  enum class Watcher : std::uint8_t { epoll, inotify, fanotify };

  Watcher watcher = Watcher::epoll;
  WatchedObject object;
  std::uint64_t events = 0;

  // "EPOLLIN EPOLLET".
  [[nodiscard]] std::string event_names() const;
};

// None for a line that is no such.
std::optional<WatchLine> parse_watch_line(std::string_view line);

}  // namespace ajar::tables
