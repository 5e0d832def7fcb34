#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/fact.h"
#include "model/ids.h"

namespace ajar::model {

struct Handle {
  std::uint64_t value = 0;
  std::string type;  // "file", "tcp socket" …
  std::string name;  // what the kernel calls the object: a path, "socket:[123]"; a socket's endpoints where
                     // they are known
  std::vector<Fact> facts;

  bool operator==(const Handle&) const = default;
};

// The number in a kernel's name of an object, "socket:[4711]"; none in a path, or in any other name.
// Anonymous kernel objects, whose inode is one for all, have names without a number.
std::optional<std::uint64_t> inode_in_name(std::string_view name);

// The number of the object's inode, as a fact or as part of its name; none where that is not known.
std::optional<std::uint64_t> inode_of(const Handle& handle);

// By ascending value, each value once: the first of several stays.
void put_in_order(std::vector<Handle>& handles);

// How many handles are of a type.
struct TypeCount {
  std::string type;
  std::uint64_t count = 0;

  bool operator==(const TypeCount&) const = default;
};

// How many handles of a table lead to another process: the same open object is there, too, or the object's
// other end is.
struct SharedCount {
  ProcessId other;
  std::string type;  // of this table's handles
  std::uint64_t count = 0;

  bool operator==(const SharedCount&) const = default;
};

// A kernel handle table, as read between two moments (events go on meanwhile).
struct Snapshot {
  enum class Taken : std::uint8_t { at_start = 1, periodic = 2, at_exit = 3, on_request = 4 };

  TableId table;
  ImageId image;
  Taken taken = Taken::periodic;
  Time begin{}, end{};
  bool complete = true;  // false where reading stopped short: what is not in it may be open all the same
  std::vector<Handle> handles;  // by ascending value
  // How many handles the process may have: RLIMIT_NOFILE, kNoLimit where it may have any number. None where
  // that is not known.
  std::optional<std::uint64_t> soft_limit = {}, hard_limit = {};

  // Where the source counts what it does not list each: how many there are of each type, listed ones among
  // them. Empty where it lists all.
  std::vector<TypeCount> counts = {};

  // Where the tables of some processes were read together, all from one `begin` on: what this one shares with
  // the others of them. Two that are not named share nothing, as far as could be seen.
  std::vector<SharedCount> shared = {};

  static constexpr std::uint64_t kNoLimit = UINT64_MAX;

  // How many handles are open, as far as that is known.
  [[nodiscard]] std::uint64_t open() const;

  // So many of each type, by type.
  [[nodiscard]] std::map<std::string, std::uint64_t> types() const;

  // nullptr where the table does not have it.
  [[nodiscard]] const Handle* find(std::uint64_t value) const;

  bool operator==(const Snapshot&) const = default;
};

}  // namespace ajar::model
