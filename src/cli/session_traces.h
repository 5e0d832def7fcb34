#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/find_session.h"
#include "console/subject.h"

namespace ajar::cli {

// What the console has to say of a process's operations: those that the running session which records it has
// recorded up to the moment of the question. Errors say where there is none.
class SessionTraces {
 public:
  explicit SessionTraces(std::int64_t pid) : pid_(pid), operand_(std::to_string(pid)) {}

  // As console::Subject has them.
  base::Result<console::Traces> traces(std::uint64_t handle, std::uint64_t most);
  base::Result<console::Traces> outstanding(const std::string& label);  // empty: since the mark that was set
  base::Result<void> set_mark();

  // The ajar that records goes on: the console can't end it.
  base::Result<std::int64_t> who_records();

 private:
  [[nodiscard]] base::Result<control::Session> session() const;

  template <typename Question>
  base::Result<console::Traces> ask(const Question& question);

  std::int64_t pid_;
  std::string operand_;
  std::string mark_;  // the last one that was set here
};

}  // namespace ajar::cli
