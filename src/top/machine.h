#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "report/count_trends.h"
#include "report/report.h"
#include "report/tables.h"

namespace ajar::top {

// A process that was counted.
struct Process {
  std::uint64_t id = 0;  // its own for as long as the machine is watched, other than a pid
  std::int64_t pid = 0;
  std::string name;
  std::uint64_t handles = 0;
  double rate_per_second = 0;  // of growth; 0 unless it is growing

  [[nodiscard]] bool is_growing() const { return rate_per_second > 0; }
};

// What one look at the machine tells.
struct Processes {
  std::string clock;  // "14:02:11"
  report::Sweep sweep;
  std::vector<Process> processes;
  bool all_ended = false;  // those that are to be watched
};

// What takes more to know of a process, and is asked of those that are seen.
struct Judged {
  report::CountTrend trend;                // with the soft limit as it is now
  std::vector<std::uint64_t> last_counts;  // the latest last
};

// How it stands with the process that is attached to.
struct Attached {
  enum class State : std::uint8_t { starting, watching, ended };

  State state = State::starting;
  std::string words;                             // how it began, or why it did not, in a line
  std::shared_ptr<const report::Report> report;  // none yet: nullptr
};

// Where the pages get from what they show. Processes go by their ids; of one that has ended, or never was,
// nothing is told, or an error.
class Machine {
 public:
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  virtual ~Machine() = default;

  virtual Processes look() = 0;
  virtual Judged judge(std::uint64_t process, std::size_t last_counts) = 0;
  // As it was when it was asked for last; now, where it never was.
  virtual std::optional<std::uint64_t> soft_limit(std::uint64_t process) = 0;

  // Its handle table as it is now, each handle in it.
  virtual base::Result<report::HandleTable> table(std::uint64_t process) = 0;

  // Begins to record which code opens what. One at a time. What keeps it from that is told by attached().
  virtual void attach(std::uint64_t process) = 0;
  virtual Attached attached() = 0;
  virtual void detach() = 0;
};

}  // namespace ajar::top
