#include "import/lsof/printed_file.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/number.h"
#include "import/text/lines.h"

namespace ajar::import::lsof {
namespace {

struct Words {
  std::string_view theirs, ours;
};

constexpr std::array kTypes{
    Words{"REG", "file"},           Words{"DIR", "directory"},          Words{"BLK", "block device"},
    Words{"LINK", "symbolic link"}, Words{"netlink", "netlink socket"}, Words{"pack", "packet socket"}};

// Kernel objects without a file, by the beginning of their names.
constexpr std::array kObjects{Words{"[eventpoll", "epoll"},
                              Words{"[eventfd", "eventfd"},
                              Words{"[timerfd", "timerfd"},
                              Words{"[signalfd", "signalfd"},
                              Words{"inotify", "inotify"},
                              Words{"[fanotify", "fanotify"},
                              Words{"[pidfd", "pidfd"},
                              Words{"[io_uring", "io_uring"},
                              Words{"[perf_event", "perf event"},
                              Words{"bpf-map", "bpf map"},
                              Words{"bpf-prog", "bpf program"},
                              Words{"bpf_link", "bpf link"},
                              Words{"[userfaultfd", "userfaultfd"}};

constexpr std::array kProtocols{Words{"TCP", "tcp socket"},   Words{"TCPv6", "tcp socket"},
                                Words{"UDP", "udp socket"},   Words{"UDPv6", "udp socket"},
                                Words{"ICMP", "icmp socket"}, Words{"NETLINK", "netlink socket"}};

template <std::size_t Count>
std::string_view ours(const std::array<Words, Count>& list, std::string_view theirs) {
  const auto found = std::ranges::find(list, theirs, &Words::theirs);
  return found == list.end() ? std::string_view() : found->ours;
}

// "/run/x.sock type=STREAM (CONNECTED)".
std::string unix_type(std::string_view name) {
  const std::size_t at = name.find("type=");
  if (at == std::string_view::npos) return "unix socket";
  std::string kind(name.substr(at + 5));
  kind = kind.substr(0, kind.find(' '));
  for (char& c : kind) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return "unix " + kind + " socket";
}

std::string device_type(std::string_view name) {
  if (name == "/dev/ptmx" || name == "/dev/pts/ptmx") return "pty";
  return name.starts_with("/dev/pts/") || name.starts_with("/dev/tty") || name == "/dev/console" ? "tty"
                                                                                                 : "device";
}

std::string type_of(const PrintedFile& file) {
  if (file.type == "CHR") return device_type(file.name);
  if (file.type == "FIFO") return file.name == "pipe" || file.name.starts_with("pipe ") ? "pipe" : "fifo";
  if (file.type == "unix") return unix_type(file.name);
  if (file.type == "REG" && file.name.starts_with("/memfd:")) return "memfd";
  if (file.type == "REG" && file.name.starts_with("/dev/mqueue/")) return "message queue";
  if (const auto known = ours(kTypes, file.type); !known.empty()) return std::string(known);
  if (const auto known = ours(kProtocols, file.protocol); !known.empty()) return std::string(known);
  constexpr std::string_view kUnbound = "protocol: ";  // of type sock
  if (file.name.starts_with(kUnbound)) {
    const auto known = ours(kProtocols, std::string_view(file.name).substr(kUnbound.size()));
    return known.empty() ? "socket" : std::string(known);
  }
  const auto object = std::ranges::find_if(
      kObjects, [&](const Words& words) { return std::string_view(file.name).starts_with(words.theirs); });
  if (object != kObjects.end()) return std::string(object->ours);
  return file.type.empty() ? "unknown" : file.type;
}

// "127.0.0.1:80->127.0.0.1:5000", behind which the table has " (CLOSE_WAIT)".
void tell_ends(const PrintedFile& file, model::Handle& handle) {
  using model::FactKey;
  const auto add = [&](FactKey key, std::string_view text) {
    handle.facts.push_back({.key = key, .number = 0, .text = std::string(text)});
  };
  std::string_view name = file.name;
  std::string_view state = file.state;
  if (const std::size_t begin = name.rfind(" ("); begin != std::string_view::npos && name.ends_with(')')) {
    if (state.empty()) state = name.substr(begin + 2, name.size() - begin - 3);
    name = name.substr(0, begin);
  }
  const std::size_t arrow = name.find("->");
  add(FactKey::local_address, name.substr(0, arrow));
  if (arrow != std::string_view::npos) add(FactKey::peer_address, name.substr(arrow + 2));
  if (!state.empty()) add(FactKey::socket_state, state);
  handle.name = name.substr(0, arrow);
  if (arrow != std::string_view::npos) handle.name += " -> " + std::string(name.substr(arrow + 2));
}

}  // namespace

model::Handle handle_of(const PrintedFile& file) {
  model::Handle handle;
  handle.value = file.number;
  handle.type = type_of(file);
  handle.name = file.name;
  if (!file.protocol.empty() && !file.name.empty() && file.name.find(':') != std::string::npos)
    tell_ends(file, handle);
  constexpr std::string_view kDeleted = " (deleted)";
  if (file.name.ends_with(kDeleted))
    handle.facts.push_back({.key = model::FactKey::deleted, .number = 1, .text = {}});
  return handle;
}

}  // namespace ajar::import::lsof
