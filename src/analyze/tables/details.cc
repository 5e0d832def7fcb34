#include "analyze/tables/details.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "analyze/tables/windows_details.h"
#include "base/words.h"
#include "report/words.h"

namespace ajar::analyze {
namespace {

using model::Fact;
using model::FactKey;
using model::Handle;
using report::counted;
using report::duration;
using report::thousands;

constexpr std::array kSeveral = {FactKey::lock,  FactKey::other_end,       FactKey::also_held_by,
                                 FactKey::watch, FactKey::registered_file, FactKey::told};

// O_… of Linux on x86-64 and most others (include/uapi/asm-generic/fcntl.h); some architectures, arm64 among
// them, give other numbers to O_DIRECTORY, O_NOFOLLOW and O_DIRECT.
constexpr std::uint64_t kAccess = 3;
constexpr std::uint64_t kCloseOnExec = 02000000;
constexpr std::uint64_t kLargeFile = 0100000;  // set for every file that is opened on a 64-bit system
constexpr std::array kFlags = {
    std::pair{std::uint64_t{0100}, "O_CREAT"},          std::pair{std::uint64_t{0200}, "O_EXCL"},
    std::pair{std::uint64_t{0400}, "O_NOCTTY"},         std::pair{std::uint64_t{01000}, "O_TRUNC"},
    std::pair{std::uint64_t{02000}, "O_APPEND"},        std::pair{std::uint64_t{04000}, "O_NONBLOCK"},
    std::pair{std::uint64_t{010000}, "O_DSYNC"},        std::pair{std::uint64_t{020000}, "O_ASYNC"},
    std::pair{std::uint64_t{040000}, "O_DIRECT"},       std::pair{std::uint64_t{0200000}, "O_DIRECTORY"},
    std::pair{std::uint64_t{0400000}, "O_NOFOLLOW"},    std::pair{std::uint64_t{01000000}, "O_NOATIME"},
    std::pair{std::uint64_t{04000000}, "__O_SYNC"},     std::pair{std::uint64_t{010000000}, "O_PATH"},
    std::pair{std::uint64_t{020000000}, "__O_TMPFILE"},
};

// Reads a handle's facts by key.
class Facts {
 public:
  explicit Facts(const Handle& handle) : facts_(handle.facts) {}

  [[nodiscard]] std::optional<std::uint64_t> number(FactKey key) const {
    return model::fact_number(facts_, key);
  }
  [[nodiscard]] std::string text(FactKey key) const { return std::string(model::fact_text(facts_, key)); }
  [[nodiscard]] std::vector<std::string> texts(FactKey key) const {
    std::vector<std::string> found;
    for (const Fact& fact : facts_) {
      if (fact.key == key && fact.text.has_value()) found.push_back(*fact.text);
    }
    return found;
  }

 private:
  const std::vector<Fact>& facts_;
};

double seconds(std::uint64_t milliseconds) {
  return static_cast<double>(milliseconds) / 1e3;
}

std::string state_words(const Facts& facts) {
  std::string words = facts.text(FactKey::socket_state);
  std::optional<std::uint64_t> last;
  for (const FactKey key : {FactKey::last_heard, FactKey::last_received, FactKey::last_sent}) {
    if (const auto ago = facts.number(key)) last = std::min(last.value_or(*ago), *ago);
  }
  if (last.has_value() && !words.empty()) words += ", no packet for " + duration(seconds(*last));
  return words;
}

std::string queue_words(const Facts& facts) {
  const std::uint64_t received = facts.number(FactKey::receive_queue).value_or(0);
  const std::uint64_t sent = facts.number(FactKey::send_queue).value_or(0);
  if (facts.text(FactKey::socket_state) == "LISTEN") {
    return counted(received, "connection", "connections") + " waiting to be accepted, of at most " +
           thousands(sent);
  }
  std::vector<std::string> parts;
  if (received > 0) parts.push_back(counted(received, "byte", "bytes") + " not read yet");
  if (sent > 0) parts.push_back(counted(sent, "byte", "bytes") + " not sent yet");
  return base::joined(parts, ", ");
}

std::string offset_words(const Facts& facts) {
  const auto offset = facts.number(FactKey::offset);
  const auto size = facts.number(FactKey::size);
  if (offset.has_value() && size.has_value())
    return thousands(*offset) + " of " + counted(*size, "byte", "bytes");
  if (size.has_value()) return counted(*size, "byte", "bytes");
  return offset.value_or(0) > 0 ? thousands(*offset) : std::string();
}

// A directory has a name for each directory in it.
std::string file_words(const Facts& facts, bool of_directory) {
  std::vector<std::string> parts;
  const std::string device = facts.text(FactKey::device);
  if (const auto inode = facts.number(FactKey::inode)) {
    parts.push_back(std::to_string(*inode) + (device.empty() ? "" : " on " + device));
  }
  if (const std::string special = facts.text(FactKey::special_device); !special.empty()) {
    parts.push_back("device " + special);
  }
  if (facts.number(FactKey::deleted) == 1) {
    parts.emplace_back("deleted");
  } else if (const auto links = facts.number(FactKey::links); links.value_or(1) > 1 && !of_directory) {
    parts.push_back(counted(*links, "name", "names"));
  }
  return base::joined(parts, ", ");
}

std::string timer_words(const Facts& facts) {
  const auto expires = facts.number(FactKey::expires);
  if (!expires.has_value()) return {};
  const std::uint64_t interval = facts.number(FactKey::interval).value_or(0);
  const auto in_seconds = [](std::uint64_t ns) { return duration(static_cast<double>(ns) / 1e9); };
  std::vector<std::string> parts;
  if (const std::string clock = facts.text(FactKey::clock); !clock.empty()) parts.push_back(clock);
  if (*expires == 0 && interval == 0) parts.emplace_back("not set");
  if (*expires > 0) parts.push_back("goes off in " + in_seconds(*expires));
  if (interval > 0) parts.push_back("then every " + in_seconds(interval));
  return base::joined(parts, ", ");
}

std::string process_words(const Facts& facts) {
  const std::string process = facts.text(FactKey::process);
  if (facts.number(FactKey::process_gone) != 1) return process;
  return process.empty() ? "has ended" : process + ", has ended";
}

std::string other_end_words(const Facts& facts) {
  if (facts.number(FactKey::other_end_gone) == 1) return "gone: nobody has it open";
  return base::joined(facts.texts(FactKey::other_end), ", ");
}

std::string watch_words(const Facts& facts) {
  const auto watched = facts.number(FactKey::watched);
  if (!watched.has_value()) return {};
  if (*watched == 0) return "nothing";
  std::vector<std::string> parts = facts.texts(FactKey::watch);
  const std::uint64_t shown = parts.size();
  if (shown == 0) return thousands(*watched);
  if (shown < *watched) parts.push_back("… " + thousands(*watched - shown) + " more");
  return base::joined(parts, ", ");
}

std::string ring_words(const Facts& facts) {
  std::vector<std::string> parts;
  const std::vector<std::string> names = facts.texts(FactKey::registered_file);
  if (const auto files = facts.number(FactKey::registered_files))
    parts.push_back(counted(*files, "file", "files"));
  if (const auto buffers = facts.number(FactKey::registered_buffers)) {
    parts.push_back(counted(*buffers, "buffer", "buffers"));
  }
  return base::joined(parts, ", ") + (names.empty() ? "" : ": " + base::joined(names, ", "));
}

std::string kind_words(const Facts& facts) {
  std::vector<std::string> parts;
  if (const std::string kind = facts.text(FactKey::kind); !kind.empty()) parts.push_back(kind);
  if (const std::string label = facts.text(FactKey::label); !label.empty()) parts.push_back(label);
  return base::joined(parts, ", ");
}

}  // namespace

std::string flag_words(std::uint64_t flags) {
  constexpr std::array kAccesses = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
  std::string words = kAccesses[flags & kAccess];
  std::uint64_t rest = flags & ~(kAccess | kCloseOnExec | kLargeFile);
  for (const auto& [bit, name] : kFlags) {
    if ((rest & bit) == 0) continue;
    words += std::string(" ") + name;
    rest &= ~bit;
  }
  if (rest != 0) words += " and " + std::to_string(rest);
  return words + ((flags & kCloseOnExec) != 0 ? ", close-on-exec" : "");
}

std::vector<report::Fact> facts_of(const Handle& handle) {
  std::vector<report::Fact> list;
  for (const Fact& fact : handle.facts) {
    const std::string_view name = model::fact_name(fact.key);
    if (name.empty()) continue;
    const auto known = std::ranges::find(list, name, &report::Fact::name);
    const bool several = std::ranges::find(kSeveral, fact.key) != kSeveral.end();
    if (known == list.end()) {
      report::Fact& added = list.emplace_back();
      added.name = name;
      added.several = several;
      if (fact.text.has_value()) {
        added.texts.push_back(*fact.text);
      } else {
        added.number = fact.number;
      }
    } else if (several && fact.text.has_value()) {
      known->texts.push_back(*fact.text);
    }
  }
  return list;
}

std::vector<report::Detail> details_of(const Handle& handle) {
  const Facts facts(handle);
  std::vector<report::Detail> details;
  const auto add = [&](const char* label, std::string text) {
    if (!text.empty()) details.push_back({.label = label, .text = std::move(text)});
  };
  const std::string local = facts.text(FactKey::local_address);
  const std::string peer = facts.text(FactKey::peer_address);
  add("state", state_words(facts));
  if (!local.empty() && !peer.empty()) {
    add("local, peer", local + ", " + peer);
  } else {
    add("local", local);
    add("peer", peer);
  }
  add("queue", queue_words(facts));
  if (const auto flags = facts.number(FactKey::flags)) add("flags", flag_words(*flags));
  if (const auto asked = facts.number(FactKey::open_flags)) add("opened with", flag_words(*asked));
  add(facts.number(FactKey::offset).has_value() ? "offset" : "size", offset_words(facts));
  if (handle.type != "Key") add("inode", file_words(facts, handle.type == "directory"));
  for (const std::string& lock : facts.texts(FactKey::lock)) add("lock", lock);
  add("kind", kind_words(facts));
  if (const auto id = facts.number(FactKey::id)) add("id", std::to_string(*id));
  add("other end", other_end_words(facts));
  add("watches", watch_words(facts));
  if (const auto count = facts.number(FactKey::count); count && !facts.number(FactKey::most))
    add(handle.type == "timerfd" ? "ticks" : "count", thousands(*count));
  add("timer", timer_words(facts));
  for (report::Detail& detail : windows_details_of(handle)) details.push_back(std::move(detail));
  if (!facts.number(FactKey::thread).has_value()) add("process", process_words(facts));
  add("signals", facts.text(FactKey::signals));
  add("registered", ring_words(facts));
  add("also held by", base::joined(facts.texts(FactKey::also_held_by), ", "));
  for (const std::string& told : facts.texts(FactKey::told)) add("kernel says", told);
  return details;
}

}  // namespace ajar::analyze
