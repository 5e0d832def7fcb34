#include "analyze/signs.h"

#include <algorithm>
#include <array>
#include <map>
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

std::string_view sign_name(Sign sign) {
  for (const auto& [row, name] : kNames) {
    if (row == sign) return name;
  }
  return {};
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

std::vector<Sign> signs_of(const model::Handle& handle) {
  std::vector<Sign> signs;
  const auto is = [&](FactKey key, std::uint64_t number) {
    return model::fact_number(handle.facts, key) == number;
  };
  if (model::fact_text(handle.facts, FactKey::socket_state) == "CLOSE_WAIT")
    signs.push_back(Sign::close_wait);
  if (is(FactKey::other_end_gone, 1)) signs.push_back(Sign::other_end_gone);
  if (is(FactKey::process_gone, 1)) signs.push_back(Sign::process_gone);
  if (is(FactKey::thread_gone, 1)) signs.push_back(Sign::thread_gone);
  // A memfd never had a name.
  if (handle.type != "memfd" && is(FactKey::deleted, 1))
    signs.push_back(handle.type == "Key" ? Sign::key_deleted : Sign::deleted);
  if (is(FactKey::watched, 0)) signs.push_back(Sign::watches_nothing);
  if (is(FactKey::expires, 0) && is(FactKey::interval, 0)) signs.push_back(Sign::disarmed);
  return signs;
}

std::vector<std::vector<Sign>> signs_of_table(std::span<const model::Handle> handles) {
  // By name first, which is cheap: few names are there often.
  std::unordered_map<std::string_view, std::uint64_t> names;
  names.reserve(handles.size());
  for (const model::Handle& handle : handles) {
    if (may_be_same_object(handle)) ++names[handle.name];
  }
  const auto is_frequent = [&](const model::Handle& handle) {
    return may_be_same_object(handle) && names[handle.name] >= kManyOfOneObject;
  };
  std::unordered_map<std::string, std::uint64_t> objects;
  for (const model::Handle& handle : handles) {
    if (is_frequent(handle)) ++objects[object_key(handle)];
  }
  std::vector<std::vector<Sign>> signs;
  signs.reserve(handles.size());
  for (const model::Handle& handle : handles) {
    std::vector<Sign>& of_one = signs.emplace_back(signs_of(handle));
    if (is_frequent(handle) && objects[object_key(handle)] >= kManyOfOneObject)
      of_one.push_back(Sign::same_object);
  }
  return signs;
}

std::vector<report::SignCount> count_signs(const std::vector<std::vector<Sign>>& signs) {
  std::map<Sign, std::uint64_t> counts;
  for (const std::vector<Sign>& of_one : signs) {
    for (const Sign sign : of_one) ++counts[sign];
  }
  std::vector<report::SignCount> list;
  for (const auto& [sign, count] : counts) {
    list.push_back({.sign = std::string(sign_name(sign)), .count = count, .words = sign_words(sign, count)});
  }
  std::ranges::stable_sort(list, std::ranges::greater(), &report::SignCount::count);
  return list;
}

}  // namespace ajar::analyze
