#include "tables/watch_line.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/number.h"
#include "tables/kernel_words.h"

// The lines are those of fs/eventpoll.c and fs/notify/fdinfo.c in the kernel's sources.
namespace ajar::tables {
namespace {

// The value behind "key:" in a line of several such, which blanks end: "ino:1 sdev:15 mask:fff".
std::optional<std::uint64_t> number_of(std::string_view line, std::string_view key, int base) {
  std::size_t at = 0;
  for (;;) {
    at = line.find(key, at);
    if (at == std::string_view::npos) return std::nullopt;
    if (at == 0 || line[at - 1] == ' ') break;
    ++at;
  }
  std::string_view rest = line.substr(at + key.size());
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(' ')));
  return base::parse_number(rest.substr(0, rest.find(' ')), base);
}

// The bytes behind "f_handle:", in hexadecimal.
std::vector<std::byte> handle_bytes(std::string_view line) {
  constexpr std::string_view kKey = "f_handle:";
  constexpr std::size_t kMost = 128;  // MAX_HANDLE_SZ
  std::vector<std::byte> bytes;
  const std::size_t at = line.find(kKey);
  if (at == std::string_view::npos) return bytes;
  std::string_view digits = line.substr(at + kKey.size());
  for (; digits.size() >= 2 && bytes.size() < kMost; digits.remove_prefix(2)) {
    const auto byte = base::parse_number(digits.substr(0, 2), 16);
    if (!byte.has_value()) break;
    bytes.push_back(static_cast<std::byte>(*byte));
  }
  return bytes;
}

WatchedObject object_of(std::string_view line) {
  WatchedObject object;
  object.inode = number_of(line, "ino:", 16);
  object.device = number_of(line, "sdev:", 16);
  object.mount = number_of(line, "mnt_id:", 16);
  object.file_handle_type = static_cast<int>(number_of(line, "fhandle-type:", 16).value_or(0) & 0xffffU);
  object.file_handle = handle_bytes(line);
  return object;
}

}  // namespace

std::string WatchLine::event_names() const {
  switch (watcher) {
    case Watcher::epoll:
      return epoll_event_names(events);
    case Watcher::inotify:
      return inotify_mask_names(events);
    case Watcher::fanotify:
      break;
  }
  return fanotify_mask_names(events);
}

std::optional<WatchLine> parse_watch_line(std::string_view line) {
  constexpr std::string_view kInotify = "inotify wd:";
  constexpr std::string_view kFanotify = "fanotify ";
  constexpr std::string_view kFanotifyItself = "fanotify flags:";
  WatchLine watch;
  if (line.starts_with("tfd:")) {
    watch.object = object_of(line);
    watch.object.handle = number_of(line, "tfd:", 10);
    watch.events = number_of(line, "events:", 16).value_or(0);
    return watch.object.handle.has_value() ? std::optional(watch) : std::nullopt;
  }
  if (line.starts_with(kInotify)) {
    watch.watcher = WatchLine::Watcher::inotify;
  } else if (line.starts_with(kFanotify) && !line.starts_with(kFanotifyItself)) {
    watch.watcher = WatchLine::Watcher::fanotify;
    line.remove_prefix(kFanotify.size());
  } else {
    return std::nullopt;
  }
  watch.object = object_of(line);
  watch.events = number_of(line, "mask:", 16).value_or(0);
  return watch;
}

}  // namespace ajar::tables
