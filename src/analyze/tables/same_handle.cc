#include "analyze/tables/same_handle.h"

#include <string_view>

#include "analyze/handle_types.h"

namespace ajar::analyze {
namespace {

using model::Handle;

// A file that was deleted meanwhile is the same file.
std::string_view without_mark(std::string_view name) {
  constexpr std::string_view mark = " (deleted)";
  return name.ends_with(mark) ? name.substr(0, name.size() - mark.size()) : name;
}

bool has_other_opening(const TableAt& before, const TableAt& after, std::uint64_t value) {
  const auto old = before.openings.find(value);
  const auto now = after.openings.find(value);
  const bool had = old != before.openings.end();
  const bool has = now != after.openings.end();
  return had != has || (had && old->second.time != now->second.time);
}

}  // namespace

bool is_same_handle(const TableAt& before, const Handle& old, const TableAt& after, const Handle& now,
                    bool one_recording) {
  if (one_recording && before.traced && after.traced && has_other_opening(before, after, now.value))
    return false;
  if (!compatible_types(old.type, now.type)) return false;
  const auto old_inode = model::inode_of(old);
  const auto new_inode = model::inode_of(now);
  // A socket's name changes when it connects, its inode does not.
  if (old_inode.has_value() && new_inode.has_value()) return old_inode == new_inode;
  return without_mark(old.name) == without_mark(now.name);
}

}  // namespace ajar::analyze
