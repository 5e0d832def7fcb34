#include "analyze/signs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <unordered_map>
#include <utility>

#include "report/words.h"

namespace ajar::analyze {
namespace {

using model::FactKey;

// Objects with a name of their own. Terminals and devices are often open many times: stdin, stdout,
// /dev/null.
bool may_be_same_object(const model::Handle& handle) {
  if (is_object_name(handle.name)) return true;
  return (handle.type == "file" || handle.type == "directory" || handle.type == "fifo") &&
         handle.name.starts_with('/');
}

// The name, and where they are known the file system and the number in it.
std::string object_key(const model::Handle& handle) {
  const auto inode = model::fact_number(handle.facts, FactKey::inode);
  const std::string_view device = model::fact_text(handle.facts, FactKey::device);
  if (!inode.has_value() || device.empty()) return handle.type + '\0' + handle.name;
  return handle.name + '\0' + std::string(device) + '\0' + std::to_string(*inode);
}

// Which of a table's handles may be on an object that is there often; few are. It counts names by their hash,
// without keeping any: different names may be counted as one.
class OftenNamed {
 public:
  explicit OftenNamed(std::span<const model::Handle> handles)
      : counts_(std::bit_ceil(2 * handles.size() + 1)) {
    places_.reserve(handles.size());
    for (const model::Handle& handle : handles) {
      const bool counts = may_be_same_object(handle);
      places_.push_back(counts ? std::hash<std::string_view>()(handle.name) & (counts_.size() - 1)
                               : kNowhere);
      if (counts && counts_[places_.back()] < kManyOfOneObject) ++counts_[places_.back()];
    }
  }

  [[nodiscard]] bool has(std::size_t index) const {
    const std::size_t place = places_[index];
    return place != kNowhere && counts_[place] >= kManyOfOneObject;
  }

 private:
  static constexpr std::size_t kNowhere = SIZE_MAX;

  std::vector<std::size_t> places_;   // of each handle, in counts_
  std::vector<std::uint8_t> counts_;  // up to kManyOfOneObject
};

constexpr std::array kNames = {
    std::pair{Sign::close_wait, std::string_view("close_wait")},
    std::pair{Sign::other_end_gone, std::string_view("other_end_gone")},
    std::pair{Sign::process_gone, std::string_view("process_gone")},
    std::pair{Sign::thread_gone, std::string_view("thread_gone")},
    std::pair{Sign::deleted, std::string_view("deleted")},
    std::pair{Sign::key_deleted, std::string_view("key_deleted")},
    std::pair{Sign::watches_nothing, std::string_view("watches_nothing")},
    std::pair{Sign::disarmed, std::string_view("disarmed")},
    std::pair{Sign::same_object, std::string_view("same_object")},
};

}  // namespace

bool is_object_name(std::string_view name) {
  return name.starts_with('\\');
}

std::vector<std::string> sign_names(Signs signs) {
  std::vector<std::string> names;
  for (const auto& [sign, name] : kNames) {
    if (signs.has(sign)) names.emplace_back(name);
  }
  return names;
}

std::string sign_words(Sign sign, std::uint64_t count) {
  const std::string number = report::thousands(count);
  const bool one = count == 1;
  const auto say = [&](const char* singular, const char* plural) {
    return number + (one ? singular : plural);
  };
  switch (sign) {
    case Sign::close_wait:
      return say(" in CLOSE_WAIT: the peer has hung up, the process has not closed it",
                 " in CLOSE_WAIT: the peer has hung up, the process has not closed them");
    case Sign::other_end_gone:
      return say(" whose other end is gone: nothing will ever come through it",
                 " whose other end is gone: nothing will ever come through them");
    case Sign::process_gone:
      return say(" of a process that has ended", " of processes that have ended");
    case Sign::thread_gone:
      return say(" of a thread that has ended", " of threads that have ended");
    case Sign::deleted:
      return say(" of a deleted file, whose space is kept until it is closed",
                 " of deleted files, whose space is kept until they are closed");
    case Sign::key_deleted:
      return say(" on a key that was deleted", " on keys that were deleted");
    case Sign::watches_nothing:
      return say(" watches nothing", " watch nothing");
    case Sign::disarmed:
      return say(" is a timer that is not set", " are timers that are not set");
    case Sign::same_object:
      return say(" on an object that is open many times", " on objects that are open many times each");
  }
  return number;
}

Signs signs_of(const model::Handle& handle) {
  Signs signs;
  if (handle.facts.empty()) return signs;
  const auto is = [&](FactKey key, std::uint64_t number) {
    return model::fact_number(handle.facts, key) == number;
  };
  if (model::fact_text(handle.facts, FactKey::socket_state) == "CLOSE_WAIT") signs.add(Sign::close_wait);
  if (is(FactKey::other_end_gone, 1)) signs.add(Sign::other_end_gone);
  if (is(FactKey::process_gone, 1)) signs.add(Sign::process_gone);
  if (is(FactKey::thread_gone, 1)) signs.add(Sign::thread_gone);
  // A memfd never had a name.
  if (handle.type != "memfd" && is(FactKey::deleted, 1))
    signs.add(handle.type == "Key" ? Sign::key_deleted : Sign::deleted);
  if (is(FactKey::watched, 0)) signs.add(Sign::watches_nothing);
  if (is(FactKey::expires, 0) && is(FactKey::interval, 0)) signs.add(Sign::disarmed);
  return signs;
}

std::vector<Signs> signs_of_table(std::span<const model::Handle> handles) {
  const OftenNamed often(handles);
  std::unordered_map<std::string, std::uint64_t> objects;
  for (std::size_t i = 0; i < handles.size(); ++i) {
    if (often.has(i)) ++objects[object_key(handles[i])];
  }
  std::vector<Signs> signs;
  signs.reserve(handles.size());
  for (std::size_t i = 0; i < handles.size(); ++i) {
    Signs& of_one = signs.emplace_back(signs_of(handles[i]));
    if (often.has(i) && objects[object_key(handles[i])] >= kManyOfOneObject) of_one.add(Sign::same_object);
  }
  return signs;
}

std::vector<report::SignCount> count_signs(std::span<const Signs> signs) {
  std::vector<report::SignCount> list;
  for (const auto& [sign, name] : kNames) {
    const auto count = static_cast<std::uint64_t>(
        std::ranges::count_if(signs, [&](const Signs& of_one) { return of_one.has(sign); }));
    if (count > 0)
      list.push_back({.sign = std::string(name), .count = count, .words = sign_words(sign, count)});
  }
  std::ranges::stable_sort(list, std::ranges::greater(), &report::SignCount::count);
  return list;
}

}  // namespace ajar::analyze
