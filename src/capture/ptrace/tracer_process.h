#pragma once

#include <cstdint>
#include <vector>

#include "base/owned_fd.h"
#include "base/result.h"
#include "capture/ptrace/python_table.h"
#include "capture/ptrace/record_ring.h"
#include "capture/ptrace/tracer.h"

namespace ajar::capture::ptrace {

// A Tracer in a process of its own, which outlives this one where it has to: calls that a CallFilter stops
// fail without it. It has a session of its own, so that no terminal's signal ends it, holds no descriptor of
// ours, and ends when nothing is left to be traced. When this process ends, the ring is abandoned.
class TracerProcess {
 public:
  static base::Result<TracerProcess> start(RecordRing& ring, const PythonTable& pythons, Tracer::Stops stops,
                                           bool children);
  TracerProcess(TracerProcess&&) = default;

  [[nodiscard]] std::int64_t pid() const { return pid_; }

  // In a process that is to become a program: it is traced from here on. 0, or the errno. Safe in a signal
  // handler.
  [[nodiscard]] int trace_me() const;

  // Processes that run already; 0, or the errno for the first one that can't be traced. Called once.
  struct Refused {
    std::int64_t pid = 0;
    int error = 0;
  };
  Refused attach(const std::vector<std::int64_t>& pids);

  // No more questions: it goes about its work.
  void leave() { control_.reset(); }

  // Of itself, or killed.
  [[nodiscard]] bool has_ended() const;

  // After the ring was abandoned, where it stops at all calls: returns when it has let go of all.
  void wait_until_it_lets_go() const;

  // Where all that it traced has ended: takes note of its own end, which nobody else is sure to do.
  void collect() const;

 private:
  TracerProcess(std::int64_t pid, base::OwnedFd control) : pid_(pid), control_(std::move(control)) {}

  std::int64_t pid_;
  base::OwnedFd control_;
};

}  // namespace ajar::capture::ptrace
