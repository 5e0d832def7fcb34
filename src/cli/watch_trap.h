#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/watch_screen.h"
#include "report/count_trends.h"
#include "session/waiting.h"
#include "watch/trap.h"

namespace ajar::cli {

// `ajar watch --arm`: the trap, and what is seen of it. Without that option it does nothing.
class WatchTrap {
 public:
  std::vector<Option> options();

  [[nodiscard]] bool is_wanted() const { return condition_.has_value(); }

  // Arms it. `record_for`: how long who is caught is recorded, if the user said so.
  std::expected<void, Failure> arm(std::optional<std::chrono::nanoseconds> record_for);
  // What it does, in a line.
  [[nodiscard]] const std::string& words() const { return words_; }

  // After each look of the watch. False where it is enough.
  bool look(watch::Watch& watch, WatchScreen& screen);

  // Between the looks, while it is busy: what is due in a recording does not wait for them. The same.
  bool look_at_recordings(WatchScreen& screen);
  [[nodiscard]] bool is_busy() const { return trap_ != nullptr && trap_->is_busy(); }

  // Lets those that are recorded be reported, until a signal.
  void finish(session::Waiting& waiting, WatchScreen& screen);

  [[nodiscard]] std::vector<report::Caught> caught() const;

 private:
  void tell_news(WatchScreen& screen);

  std::optional<analyze::Condition> condition_;
  std::chrono::nanoseconds cool_down_ = std::chrono::minutes(10);
  std::string hook_, via_ = "auto", words_;
  bool once_ = false;
  std::unique_ptr<watch::Trap> trap_;
  std::size_t reported_ = 0;
};

}  // namespace ajar::cli
