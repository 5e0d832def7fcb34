#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "capture/kernel/call_events.h"
#include "capture/kernel/processes.h"
#include "capture/live_way.h"
#include "capture/recorder.h"

namespace ajar::capture::kernel {

// A way in that sees system calls from outside, as records (wire/kernel_call.h): what is the same whoever
// makes them. One thread at a time.
class CallsWay : public LiveWay {
 public:
  Progress poll() final;
  void notice_ends() final;
  void snapshot(model::Snapshot::Taken taken) final;
  // A record has said it, unless that was lost.
  void ended(std::int64_t pid, std::optional<int> exit_status, std::optional<int> signal) final;
  [[nodiscard]] bool settled() const final { return !processes_.any_alive(); }
  void finish() final;

  // Whether it is followed, and lives as far as is known.
  [[nodiscard]] bool follows(std::int64_t pid) { return processes_.find(pid) != nullptr; }

  // Handles that were open when it was attached to.
  [[nodiscard]] std::size_t open_at_start() const { return processes_.open_at_start(); }

 protected:
  explicit CallsWay(Recorder& recorder) : processes_(recorder), events_(recorder, processes_) {}

  [[nodiscard]] Processes& processes() { return processes_; }
  [[nodiscard]] CallEvents& events() { return events_; }

  // Takes the records that are there.
  virtual Progress read() = 0;
  using LostOf = std::map<std::int64_t, std::uint64_t>;

  // Records for which there was no room, since the start.
  [[nodiscard]] virtual std::uint64_t lost() const = 0;
  // Of these, and of later ones perhaps, those of which it is known whose they were, by process.
  [[nodiscard]] virtual LostOf lost_of_processes() const = 0;
  // Nothing is read any more.
  virtual void let_go() = 0;

 private:
  void tell_loss();

  Processes processes_;
  CallEvents events_;
  std::uint64_t lost_ = 0;            // when it was looked at last
  LostOf told_lost_;                  // … of each
  std::uint64_t told_somebodys_ = 0;  // … of which nobody knows whose they were
  unsigned polls_ = 0;
};

}  // namespace ajar::capture::kernel
