#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "wire/python_frames.h"

namespace ajar::capture::ptrace {

// Where traced processes have their CPython: ajar finds it in their files, the tracer looks at each stop. In
// memory that both have: made before the one forks the other. Only ajar writes; one thread each.
class PythonTable {
 public:
  static base::Result<PythonTable> make();
  PythonTable(PythonTable&& other) noexcept;
  PythonTable& operator=(PythonTable&&) = delete;
  ~PythonTable();

  // `where` without interpreters: it has none, or none any more. False where there is no room.
  bool put(std::int64_t pid, const ajar_python& where);
  // Nothing where none is known.
  [[nodiscard]] std::optional<ajar_python> find(std::int64_t pid) const;

 private:
  struct Row;
  explicit PythonTable(Row* rows) : rows_(rows) {}
  [[nodiscard]] Row* row_of(std::int64_t pid, std::int64_t wanted) const;

  Row* rows_;
};

}  // namespace ajar::capture::ptrace
