#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "console/style.h"
#include "console/trace.h"
#include "model/snapshot.h"

namespace ajar::console {

struct ProcessRow {
  std::int64_t pid = 0;  // 0: not known
  std::string path;
};

struct ModuleRow {
  std::uint64_t begin = 0, end = 0;
  std::string path;
  bool is_loaded = true;
};

// When it is where the console looks.
struct Times {
  std::optional<std::int64_t> unix_ns;
  std::optional<double> up_s;  // the process
};

struct Traces {
  std::vector<Trace> traces;  // newest first
  std::uint64_t of = 0;       // all that there are; of a difference: that came since
};

// What a console looks at: a process that runs, or what a file tells of some. One thread at a time.
class Subject {
 public:
  Subject() = default;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  virtual ~Subject() = default;

  [[nodiscard]] virtual Style style() const = 0;

  // As `|` numbers them; one at least. `process` is such a number everywhere.
  [[nodiscard]] virtual const std::vector<ProcessRow>& processes() const = 0;

  // `facts`: with all that is known of each handle, which may take a while; else at least types and names.
  virtual base::Result<model::Snapshot> table(std::size_t process, bool facts) = 0;
  virtual base::Result<std::vector<ModuleRow>> modules(std::size_t process) = 0;
  [[nodiscard]] virtual Times times(std::size_t process) = 0;

  // Of one handle where it is not 0, and at most so many where that is not 0.
  virtual base::Result<Traces> traces(std::size_t process, std::uint64_t handle, std::uint64_t most) = 0;

  // The opens of what was opened after the mark and is open still. An empty label: after the last mark, or
  // from the start where there is none.
  virtual base::Result<Traces> outstanding(std::size_t process, const std::string& label) = 0;

  // Sets a mark, at which a difference without a label begins from now on.
  virtual base::Result<void> set_mark(std::size_t process) = 0;

  // Errors say who has to do it.
  virtual base::Result<void> stop_tracing(std::size_t process) = 0;
};

}  // namespace ajar::console
