#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "capture/live_way.h"
#include "session/live_recorder.h"
#include "session/run.h"
#include "session/signals.h"

namespace ajar::session {

// A program that is to be started, and the way in to it.
class Launch {
 public:
  virtual ~Launch() = default;

  // The way in that was chosen, by name.
  [[nodiscard]] virtual std::string_view way() const = 0;

  // Starts the program. `recorder` must outlive the way in.
  virtual std::expected<std::unique_ptr<capture::LiveWay>, RunFailure> start(LiveRecorder& recorder) = 0;

  // Of the program that was started.
  [[nodiscard]] virtual std::int64_t pid() const = 0;

  struct End {
    std::optional<int> exit_status, killed_by_signal;
    int shell_status = 0;  // as a shell gives it
  };
  // Its end, when it has come.
  virtual std::optional<End> end() = 0;

  // A signal that this process got and that the program should have.
  virtual void pass_on(const Signal& signal) = 0;
};

// Finds the program and chooses the way in; nothing is started. To be called before signals are received
// (Signals): the program gets them as they are now.
std::expected<std::unique_ptr<Launch>, RunFailure> prepare_launch(const RunOptions& options);

}  // namespace ajar::session
