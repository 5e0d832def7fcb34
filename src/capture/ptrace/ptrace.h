#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "capture/kernel/calls_way.h"
#include "capture/ptrace/python_table.h"
#include "capture/ptrace/record_ring.h"
#include "capture/ptrace/tracer_process.h"
#include "capture/recorder.h"

namespace ajar::capture::ptrace {

// The way in by ptrace(2): it needs no privileges, and sees each system call that matters, however a program
// is linked. A process of its own answers the stops (TracerProcess); what it finds comes as the records that
// a BPF program makes, and means the same. One thread at a time.
class Ptrace final : public kernel::CallsWay {
 public:
  // Watches what `start` starts, and all that this one makes: it makes one process, calls the function that
  // it gets in there, and lets the process become a program if that returns 0; it returns the pid.
  using BeforeExec = std::function<int()>;
  using Start = std::function<std::int64_t(const BeforeExec&)>;
  static base::Result<std::unique_ptr<Ptrace>> launch(Recorder& recorder, const Start& start);

  // Watches processes that run already, at every call they make; `children`: also those that they have
  // made, and make from now on. They run on as before when this object goes, or this process does. The error
  // says what is in the way.
  static base::Result<std::unique_ptr<Ptrace>> attach(Recorder& recorder,
                                                      const std::vector<std::int64_t>& pids, bool children);

  ~Ptrace() override;

  std::optional<std::string> failure() override;

 private:
  Ptrace(Recorder& recorder, RecordRing ring, PythonTable pythons)
      : CallsWay(recorder), ring_(std::move(ring)), pythons_(std::move(pythons)) {}

  static base::Result<std::unique_ptr<Ptrace>> start(Recorder& recorder, Tracer::Stops stops, bool children);
  Progress read() override;
  [[nodiscard]] std::uint64_t lost() const override { return ring_.lost(); }
  [[nodiscard]] LostOf lost_of_processes() const override { return {}; }
  void let_go() override;

  base::Result<void> follow(const std::vector<std::int64_t>& pids);
  void put_python(kernel::Process& process);
  void forget_pythons_of_ended();

  RecordRing ring_;
  PythonTable pythons_;
  // Which image and version of its code the table knows of, by pid.
  std::map<std::int64_t, std::pair<model::ImageId, std::uint64_t>> looked_at_;
  std::unique_ptr<TracerProcess> tracer_;
  bool attached_ = false;
  bool failed_ = false;
};

// Success where it would work for this user on this kernel; otherwise what is missing.
base::Result<void> usable();

}  // namespace ajar::capture::ptrace
