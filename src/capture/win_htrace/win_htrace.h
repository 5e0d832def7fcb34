#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "capture/live_way.h"
#include "capture/recorder.h"
#include "capture/win_htrace/system.h"
#include "capture/win_htrace/traced_process.h"

namespace ajar::capture::win_htrace {

// The way in by the kernel's own tracing of handles, which !htrace of WinDbg reads: nothing enters the
// process, and it sees every operation, whoever does it, also those of other processes on its handles. What
// it doesn't see:
//
// - More than 16 frames of a stack, and frames of managed code by name. What was asked for (a path, a key),
//   and which call that was.
// - Times. The kernel keeps none: those of events are of the looks that found them, up to half a second
//   later.
// - What was pushed out of the kernel's ring between two looks: it keeps the last 131,072 operations, older
//   systems fewer. Such a gap is told as a loss of one event at least; how many it were nobody knows.
// - How often a process did the same again where all of its ring is one repetition (see SeenTraces).
// - What a process did after the last look before its end.
//
// One thread at a time.
class WinHtrace final : public LiveWay {
 public:
  // Success where the system has such tracing; Wine has none. The error says what to do.
  static base::Result<void> usable();

  // Traces processes that run already. An error names the process that can't be traced, and none is left
  // traced.
  static base::Result<std::unique_ptr<WinHtrace>> attach(Recorder& recorder,
                                                         const std::vector<std::int64_t>& pids);
  static base::Result<std::unique_ptr<WinHtrace>> attach(Recorder& recorder,
                                                         const std::vector<std::int64_t>& pids,
                                                         std::unique_ptr<System> system);

  // Handles that were open when it was attached to.
  [[nodiscard]] std::size_t open_at_start() const { return open_at_start_; }

  // What a user has to know of this way, a line each, before anything is seen.
  [[nodiscard]] std::vector<std::string> notes() const;

  Progress poll() override;
  void notice_ends() override;
  // One that is on_request has names, for which each object is asked.
  void snapshot(model::Snapshot::Taken taken) override;
  void ended(std::int64_t pid, std::optional<int> exit_status, std::optional<int> signal) override;
  [[nodiscard]] bool settled() const override { return alive_.empty(); }
  [[nodiscard]] std::optional<std::string> failure() override;
  void finish() override;

 private:
  WinHtrace(Recorder& recorder, std::unique_ptr<System> system)
      : recorder_(recorder), system_(std::move(system)) {}

  Progress look(bool now);
  [[nodiscard]] std::vector<std::int64_t> living() const;
  void add_names(std::int64_t pid, model::Snapshot& table);
  void take_tables(model::Snapshot::Taken taken, bool with_names);

  Recorder& recorder_;
  std::unique_ptr<System> system_;
  std::vector<std::unique_ptr<TracedProcess>> alive_;
  std::size_t open_at_start_ = 0;
  unsigned polls_ = 0;
};

// What the kernel has kept of a process that somebody else has traced, the latest first; empty where nobody
// does.
std::vector<HandleTrace> kept_traces(System& system, std::int64_t pid);

}  // namespace ajar::capture::win_htrace
