#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyze/condition.h"
#include "base/result.h"
#include "watch/caught_recording.h"
#include "watch/watch.h"

namespace ajar::watch {

// What tells when handles have run out: of a process, and of the system.
class RunningOut;

struct TrapOptions {
  analyze::Condition condition;
  CatchOptions recording;
  std::chrono::nanoseconds cool_down = std::chrono::minutes(10);  // no process is caught again before
};

// Waits for processes that do what the condition says, and has each of them recorded. One thread at a time.
class Trap {
 public:
  static base::Result<std::unique_ptr<Trap>> arm(TrapOptions options);

  Trap(const Trap&) = delete;
  Trap& operator=(const Trap&) = delete;
  ~Trap();

  // To be called after each look of the watch.
  void look(Watch& watch);

  // What became of those that were caught, since the last call.
  std::vector<CatchNews> take_news();

  // Some are being recorded, or a hook runs.
  [[nodiscard]] bool is_busy() const { return !recordings_.empty(); }

  // All, as far as it is known what became of them.
  [[nodiscard]] const std::vector<report::Caught>& caught() const { return caught_; }

  // See CaughtRecording.
  void ask_to_end();

 private:
  struct Watched {
    analyze::Condition::State state;
    std::optional<std::uint64_t> soft_limit;
    std::optional<model::Time> limit_again;  // when it is asked for again
    std::optional<model::Time> not_before;   // it is caught again
  };

  Trap(TrapOptions options, std::string ajar);

  [[nodiscard]] bool is_own(std::int64_t pid) const;
  [[nodiscard]] bool has_room() const;
  void look_at(Watch& watch, const model::CountSample& sample, std::int64_t pid);
  analyze::CountFacts facts_of(Watch& watch, const model::CountSample& sample, std::int64_t pid);
  void look_for_limit(Watched& watched, std::int64_t pid, model::Time now) const;

  TrapOptions options_;
  std::string ajar_;
  std::unique_ptr<RunningOut> running_out_;
  model::ProcessId first_to_blame_;  // in this look, that the system has run out; none: it has not
  std::map<model::ProcessId, Watched> watched_;
  struct Running {
    std::unique_ptr<CaughtRecording> recording;
    std::size_t row = 0;  // in caught_
  };
  std::vector<Running> recordings_;
  std::vector<report::Caught> caught_;
};

}  // namespace ajar::watch
