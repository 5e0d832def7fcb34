#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/sessions.h"
#include "platform/background_program.h"
#include "report/count_trends.h"

namespace ajar::watch {

// How a process that was caught is recorded.
struct CatchOptions {
  std::chrono::nanoseconds record_for = std::chrono::minutes(1);
  std::string via = "auto";  // AttachOptions::via
  std::string hook;          // a command of the shell, run when the report is there; empty: none
};

// What has become of one.
struct CatchNews {
  enum class Kind : std::uint8_t {
    caught,    // it is recorded from now on, or can't be: `who.trouble`
    recorded,  // `text` is the report, empty where there is none
    hook,      // `text` is what the hook printed, or why it failed
  };

  Kind kind = Kind::caught;
  report::Caught who;
  std::string text;
};

// Records one process by an `ajar attach` of its own, so that a watch goes on meanwhile, and nothing that
// happens there can end it: sets the mark 'half-time' when half of the time is over, writes the report beside
// the recording, and runs the hook. One thread at a time.
class CaughtRecording {
 public:
  // `ajar`: the program's path.
  CaughtRecording(const std::string& ajar, CatchOptions options, report::Caught who);

  // What happened since the last call.
  std::vector<CatchNews> look();

  [[nodiscard]] bool is_over() const { return !attach_ && !hook_; }
  [[nodiscard]] bool records() const { return attach_.has_value(); }

  // Those that ajar runs for it.
  [[nodiscard]] bool is_own(std::int64_t pid) const;

  [[nodiscard]] const report::Caught& who() const { return who_; }

  // It detaches and reports now, and the hook runs; asked once more it ends without, and once more at once.
  void ask_to_end();

 private:
  using Clock = std::chrono::steady_clock;

  void set_mark_when_due();
  [[nodiscard]] std::optional<control::Session> session() const;
  void end_session();
  std::string write_report(const platform::BackgroundProgram::Finished& finished);
  void drop_empty_recording();
  void start_hook();
  void look_at_hook();
  void tell(CatchNews::Kind kind, std::string text);

  CatchOptions options_;
  report::Caught who_;
  std::string name_;  // of its files, without what comes behind the last dot
  std::optional<platform::BackgroundProgram> attach_, hook_;
  std::optional<Clock::time_point> mark_at_;
  std::optional<Clock::time_point> hook_until_;
  int asked_ = 0;                            // to end, so many times
  std::optional<Clock::time_point> ask_at_;  // the session, again
  std::vector<CatchNews> news_;
};

}  // namespace ajar::watch
