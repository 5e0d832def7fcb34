#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "analyze/condition.h"
#include "base/result.h"

namespace ajar::watch {

// Who was refused handles, and whether the system has run out of them, by what the kernel tells. One thread
// at a time.
class RunningOut {
 public:
  // Asks the kernel for what the condition asks for. The error says why it can't be told.
  static base::Result<std::unique_ptr<RunningOut>> listen(const analyze::Condition& condition);

  RunningOut();
  RunningOut(const RunningOut&) = delete;
  RunningOut& operator=(const RunningOut&) = delete;
  ~RunningOut();

  // What happened since the last look.
  void look();

  [[nodiscard]] bool was_refused(std::int64_t pid) const { return refused_.contains(pid); }
  [[nodiscard]] bool system_is_full() const { return system_is_full_; }

 private:
  struct Sources;

  std::unique_ptr<Sources> sources_;
  std::set<std::int64_t> refused_;
  bool system_is_full_ = false;
};

// Whether the kernel says by that that the system has as many open files as it may: "VFS: file-max limit
// 2466183 reached" (get_empty_filp in fs/file_table.c).
bool says_system_is_full(const std::string& message);

}  // namespace ajar::watch
