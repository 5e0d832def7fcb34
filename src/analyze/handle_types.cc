#include "analyze/handle_types.h"

#include <algorithm>
#include <iterator>

namespace ajar::analyze {
namespace {

// What only calls of their own make, and no open() of a path.
constexpr std::string_view never_by_path[] = {
    "pipe",  "eventfd",  "epoll",       "timerfd", "signalfd",    "inotify",    "fanotify",
    "pidfd", "io_uring", "userfaultfd", "bpf map", "bpf program", "perf event", "memfd"};

// What has a path of its own; "namespace" has one in /proc.
constexpr std::string_view by_path[] = {"directory",     "fifo",          "tty",
                                        "pty",           "device",        "block device",
                                        "symbolic link", "message queue", "namespace"};

// Protocols whose sockets are surely not each other's.
constexpr std::string_view protocols[] = {"tcp", "udp", "unix", "netlink", "packet", "vsock"};

bool is_one_of(std::string_view text, const auto& list) {
  return std::ranges::find(list, text) != std::end(list);
}

bool is_socket(std::string_view type) {
  return type.ends_with("socket");
}
bool is_pipe(std::string_view type) {
  return type == "pipe" || type == "fifo";
}
bool is_own_kind(std::string_view type) {
  return is_socket(type) || is_one_of(type, never_by_path);
}

std::string_view protocol(std::string_view type) {
  const std::string_view word = type.substr(0, type.find(' '));
  const auto* found =
      std::ranges::find_if(protocols, [&](std::string_view p) { return word.starts_with(p); });
  return found == std::end(protocols) ? std::string_view() : *found;
}

}  // namespace

bool compatible_types(std::string_view asked, std::string_view found) {
  if (asked.empty() || found.empty() || asked == found) return true;
  if (found == "unknown" || found == "other" || found == "anonymous") return true;
  if (is_socket(asked) != is_socket(found)) return false;
  if (is_socket(asked)) {
    const std::string_view a = protocol(asked);
    const std::string_view b = protocol(found);
    return a.empty() || b.empty() || a == b;
  }
  if (is_pipe(asked) && is_pipe(found)) return true;
  if (asked == "memfd" || found == "memfd") return !is_own_kind(asked) || !is_own_kind(found);
  return !is_own_kind(asked) && !is_own_kind(found);
}

std::span<const std::string_view> types_by_path() {
  return by_path;
}

bool is_shown_as_file(std::string_view asked) {
  return asked == "message queue";
}

}  // namespace ajar::analyze
