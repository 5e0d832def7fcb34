#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/windows_objects.h"
#include "tables/windows/answers.h"

namespace ajar::tables::windows {

// That a process may have, on every Windows.
inline constexpr std::uint64_t kMostHandles = std::uint64_t{1} << 24U;

// How much is asked. Types are in the system's own table, which is one question; each name and state is
// another.
enum class Depth : std::uint8_t {
  types,  // and which threads and processes have ended
  names,
  all,
};

struct Table {
  std::vector<model::WindowsHandle> handles;    // by ascending value, each value once
  std::string not_opened;                       // why the process may not be opened; empty: it was
  std::map<std::string, std::uint64_t> unread;  // handles that may not be duplicated, by type
};

// The system's table of handles as it was at one moment, with the names of their types.
class HandleList {
 public:
  // Of all processes.
  static base::Result<HandleList> read();

  [[nodiscard]] const std::vector<HandleRow>& rows() const { return rows_; }

  // What the table itself says of a handle.
  [[nodiscard]] model::WindowsHandle handle_of(const HandleRow& row) const;

  // "type 77" where the system's list of types does not have it.
  [[nodiscard]] std::string type_of(const HandleRow& row) const;

 private:
  std::vector<HandleRow> rows_;
  std::map<std::uint32_t, std::string> types_;
};

// A process's handles. That there is such a process the caller has seen to.
base::Result<Table> read_table(std::int64_t pid, Depth depth);

}  // namespace ajar::tables::windows
