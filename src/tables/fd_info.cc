#include "tables/fd_info.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/number.h"
#include "base/words.h"
#include "tables/kernel_words.h"
#include "tables/watch_line.h"

namespace ajar::tables {
namespace {

using model::FactKey;
using model::Handle;

constexpr std::size_t kMostTexts = 16;     // of each kind of text
constexpr std::size_t kLongestText = 400;  // bytes

std::optional<std::uint64_t> number(std::string_view text, int base = 10) {
  text = base::trimmed(text);
  if (base == 16 && text.starts_with("0x")) text.remove_prefix(2);
  return base::parse_number(text, base);
}

bool is_watcher(std::string_view type) {
  return type == "epoll" || type == "inotify" || type == "fanotify";
}

// Takes one line after the other into the handle's facts.
class Taker {
 public:
  Taker(Handle& handle, const NameObject& name)
      : handle_(handle), name_(name), watches_(is_watcher(handle.type)) {}

  void take(std::string_view line);
  void finish() {
    if (watches_) add(FactKey::watched, watched_);
    finish(files_);
    finish(buffers_);
  }

 private:
  void take_value(std::string_view key, std::string_view value, std::string_view line);
  bool take_common(std::string_view key, std::string_view value);
  bool take_timer(std::string_view key, std::string_view value);
  bool take_watch(std::string_view line);
  bool take_bpf(std::string_view key, std::string_view value);
  bool take_process(std::string_view key, std::string_view value);
  bool take_other(std::string_view key, std::string_view value);

  void add(FactKey key, std::uint64_t value) {
    handle_.facts.push_back({.key = key, .number = value, .text = {}});
  }
  void add(FactKey key, std::string_view text) {
    handle_.facts.push_back({.key = key, .number = 0, .text = std::string(text.substr(0, kLongestText))});
  }
  bool add(FactKey key, std::optional<std::uint64_t> value) {
    if (value.has_value()) add(key, *value);
    return value.has_value();
  }
  // One of several, as long as there are not too many.
  void add_one_of(FactKey key, std::string_view text) {
    std::size_t& count = key == FactKey::told ? told_ : listed_;
    if (++count <= kMostTexts) add(key, text);
  }

  // What is registered with an io_uring: a line for each place that is taken, in older kernels for the
  // others, too.
  struct Registered {
    std::string_view key;
    FactKey fact;
    std::optional<std::uint64_t> places{};
    std::uint64_t listed = 0, taken = 0;
  };
  void take_registered(Registered& list, std::string_view value);
  void finish(const Registered& list);

  Handle& handle_;
  const NameObject& name_;
  Registered files_{.key = "UserFiles", .fact = FactKey::registered_files};
  Registered buffers_{.key = "UserBufs", .fact = FactKey::registered_buffers};
  std::string section_;  // the key of a list that indented lines belong to
  bool watches_;
  std::uint64_t watched_ = 0;
  std::size_t told_ = 0, listed_ = 0;
};

// "1: POSIX  ADVISORY  WRITE 29512 fe:00:10969143 10 14".
std::string lock_words(std::string_view line) {
  std::array<std::string_view, 8> words;
  std::string_view rest = line;
  for (std::string_view& word : words) word = base::take_word(rest);
  if (words.back().empty()) return std::string(line);
  const auto& [number, kind, manner, access, pid, file, from, to] = words;
  std::string text =
      std::string(kind) + " " + std::string(access) + " " + std::string(from) + "-" + std::string(to);
  if (manner != "ADVISORY") text += " " + std::string(manner);
  if (pid != "-1") text += " by pid " + std::string(pid);
  return text;
}

bool has_offset(std::string_view type) {
  return type == "file" || type == "directory" || type == "device" || type == "block device" ||
         type == "memfd";
}

bool Taker::take_common(std::string_view key, std::string_view value) {
  if (key == "pos") {
    const auto offset = number(value);
    if (offset.has_value() && has_offset(handle_.type)) add(FactKey::offset, *offset);
    return true;
  }
  if (key == "flags") return add(FactKey::flags, number(value, 8));
  if (key == "mnt_id") return add(FactKey::mount, number(value));
  if (key == "ino") return true;  // stat tells it with the device
  if (key != "lock" || value.empty()) return false;
  add_one_of(FactKey::lock, lock_words(value));
  return true;
}

// "(2, 999983911)": seconds, nanoseconds.
std::optional<std::uint64_t> pair_of_times(std::string_view value) {
  const std::size_t comma = value.find(',');
  if (!value.starts_with('(') || !value.ends_with(')') || comma == std::string_view::npos)
    return std::nullopt;
  const auto seconds = number(value.substr(1, comma - 1));
  const auto rest = number(value.substr(comma + 1, value.size() - comma - 2));
  constexpr std::uint64_t kMostSeconds = UINT64_MAX / 1'000'000'000U - 1;
  if (!seconds.has_value() || !rest.has_value() || *seconds > kMostSeconds) return std::nullopt;
  return *seconds * 1'000'000'000U + *rest;
}

bool Taker::take_timer(std::string_view key, std::string_view value) {
  if (key == "clockid") {
    const auto clock = number(value);
    if (clock.has_value()) add(FactKey::clock, clock_name(*clock));
    return clock.has_value();
  }
  if (key == "ticks") return add(FactKey::count, number(value));
  if (key == "settime flags") return number(value, 8) == 0U;
  if (key == "it_value") return add(FactKey::expires, pair_of_times(value));
  return key == "it_interval" && add(FactKey::interval, pair_of_times(value));
}

bool Taker::take_watch(std::string_view line) {
  const auto watch = parse_watch_line(line);
  if (!watch.has_value()) return false;
  ++watched_;
  if (watched_ <= kMostTexts) add(FactKey::watch, name_(watch->object) + " (" + watch->event_names() + ")");
  return true;
}

bool Taker::take_bpf(std::string_view key, std::string_view value) {
  const auto kind = number(value);
  if (key == "map_type" && kind.has_value()) return add(FactKey::kind, bpf_map_type_name(*kind)), true;
  if (key == "prog_type" && kind.has_value()) return add(FactKey::kind, bpf_program_type_name(*kind)), true;
  if (key == "link_type") return add(FactKey::kind, value), true;
  const bool own_id = key == "map_id" || key == "link_id" || key == "btf_id" ||
                      (key == "prog_id" && handle_.type == "bpf program");
  return own_id && add(FactKey::id, kind);
}

// Of a pidfd: -1 is a process that has been waited for; 0 one that this pid namespace does not see.
bool Taker::take_process(std::string_view key, std::string_view value) {
  if (handle_.type != "pidfd") return false;
  if (key == "NSpid") return true;
  if (key != "Pid") return false;
  if (value == "-1") {
    add(FactKey::process_gone, 1);
  } else {
    add(FactKey::process, value == "0" ? "of another pid namespace" : value);
  }
  return true;
}

bool Taker::take_other(std::string_view key, std::string_view value) {
  if (key == "eventfd-count") return add(FactKey::count, number(value, 16));
  if (key == "eventfd-id") return add(FactKey::id, number(value));
  if (key == "sigmask") {
    const auto mask = number(value, 16);
    if (mask.has_value()) add(FactKey::signals, signal_names(*mask));
    return mask.has_value();
  }
  if (key == files_.key) return (files_.places = number(value)).has_value();
  if (key == buffers_.key) return (buffers_.places = number(value)).has_value();
  if (handle_.type != "dmabuf") return false;
  // stat(2) tells the size, too.
  if (key == "size")
    return model::find_fact(handle_.facts, FactKey::size) != nullptr || add(FactKey::size, number(value));
  if (key == "name") return add(FactKey::label, value), true;
  return key == "exp_name" && (add(FactKey::kind, value), true);
}

void Taker::take_registered(Registered& list, std::string_view value) {
  ++list.listed;
  if (value == "<none>") return;
  ++list.taken;
  if (list.fact == FactKey::registered_files) add_one_of(FactKey::registered_file, unescaped(value));
}

void Taker::finish(const Registered& list) {
  if (!list.places.has_value()) return;
  // Places without any line: all are free, or an older kernel could not look into a ring that was in use.
  if (*list.places > 0 && list.listed == 0) {
    add_one_of(FactKey::told, std::string(list.key) + ": " + std::to_string(*list.places));
  } else {
    add(list.fact, list.taken);
  }
}

// What is so for nearly all handles says nothing.
bool is_usual(std::string_view type, std::string_view key, std::string_view value) {
  if (type == "io_uring") return !key.starts_with("SqThread") || value == "-1";
  return value == "0" && (key == "scm_fds" || key == "eventfd-semaphore");
}

void Taker::take_value(std::string_view key, std::string_view value, std::string_view line) {
  if (take_common(key, value) || take_watch(line) || take_other(key, value)) return;
  if (handle_.type == "timerfd" && take_timer(key, value)) return;
  if (handle_.type.starts_with("bpf") || handle_.type == "btf") {
    if (take_bpf(key, value)) return;
  }
  if (take_process(key, value) || is_usual(handle_.type, key, value)) return;
  if (!value.empty()) add_one_of(FactKey::told, std::string(key) + ": " + std::string(value));
}

void Taker::take(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  if (line.starts_with(' ') && !section_.empty()) {
    // An entry of a list: "    0: /tmp/x".
    const std::string_view value = base::trimmed(line.substr(colon + 1));
    if (section_ == files_.key) take_registered(files_, value);
    if (section_ == buffers_.key) take_registered(buffers_, value);
    return;
  }
  const std::string_view key = base::trimmed(line.substr(0, colon));
  const std::string_view value = base::trimmed(line.substr(colon + 1));
  section_ = key;
  take_value(key, value, line);
}

}  // namespace

bool tells_signs(std::string_view type) {
  constexpr std::array<std::string_view, 5> kTypes = {"epoll", "inotify", "fanotify", "timerfd", "pidfd"};
  return std::ranges::find(kTypes, type) != kTypes.end();
}

void add_fd_info(Handle& handle, std::string_view text, const NameObject& name) {
  Taker taker(handle, name);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    taker.take(line);
  }
  taker.finish();
}

}  // namespace ajar::tables
