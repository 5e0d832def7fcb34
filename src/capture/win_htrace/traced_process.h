#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "capture/recorder.h"
#include "capture/win_htrace/handle_traces.h"
#include "capture/win_htrace/pace.h"
#include "capture/win_htrace/seen_traces.h"
#include "capture/win_htrace/system.h"
#include "capture/win_htrace/tracing.h"
#include "model/address_stacks.h"
#include "model/process_rows.h"

namespace ajar::capture::win_htrace {

// A process whose handles the kernel traces: what it kept becomes events. They have no times of their own:
// each gets that of the look that found it, but for a nanosecond, so that all are in their order. One thread
// at a time.
class TracedProcess {
 public:
  // Turns the tracing on. The recorder and the system must outlive it.
  static base::Result<std::unique_ptr<TracedProcess>> start(Recorder& recorder, System& system,
                                                            std::int64_t pid);
  TracedProcess(const TracedProcess&) = delete;
  TracedProcess& operator=(const TracedProcess&) = delete;
  ~TracedProcess();  // the tracing ends, if it began with it

  struct Found {
    std::size_t events = 0;
    std::uint32_t percent_new = 0;  // of what the kernel keeps
  };
  // Takes what is new. `now`: not before it is time for a look.
  Found look(bool now);

  // What came and went.
  void look_at_modules();

  // Whether it has ended; then its rows say so.
  bool has_ended();

  // No trace that was found by now is later.
  [[nodiscard]] model::Time looked_until() const { return last_; }

  [[nodiscard]] std::int64_t pid() const { return pid_; }
  [[nodiscard]] const model::ProcessRows& rows() const { return rows_; }
  [[nodiscard]] const Tracing& tracing() const { return tracing_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  TracedProcess(Recorder& recorder, System& system, std::int64_t pid, const model::ProcessRows& rows,
                std::unique_ptr<HandleTracer> tracer, const Tracing& tracing);

  using ModuleKey = std::pair<std::uint64_t, std::string>;  // where it begins, and which it is
  struct Addresses {
    std::array<std::uint64_t, HandleTrace::kMostFrames> all{};
    bool is_own = false;

    bool operator==(const Addresses&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Addresses& addresses) const;
  };

  void take(const HandleTraces& traces, const SeenTraces::New& found);
  void tell(const HandleTrace& trace, model::Time time);
  void tell_gap();
  model::StackId stack_of(const HandleTrace& trace);
  [[nodiscard]] bool is_in_modules(const HandleTrace& trace) const;
  void load(model::Module module, ModuleKey key);

  Recorder& recorder_;
  System& system_;
  std::int64_t pid_;
  model::ProcessRows rows_;
  std::unique_ptr<HandleTracer> tracer_;
  Tracing tracing_;
  SeenTraces seen_;
  Pace pace_;
  std::map<ModuleKey, model::ModuleId> modules_;  // loaded
  model::CodeRanges code_;
  model::AddressStacks stacks_;
  std::unordered_map<Addresses, model::StackId, Hash> known_stacks_;
  std::chrono::nanoseconds next_modules_{};  // not looked at before, whatever addresses come
  model::ThreadRows threads_;
  model::Time last_{};  // of the last look, and its last event
  bool has_ended_ = false;
  std::string failure_;
};

}  // namespace ajar::capture::win_htrace
