#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/path_search.h"
#include "platform/signal_state.h"

namespace ajar::platform {

struct SpawnRequest {
  std::string path;                      // of the file, see find_program()
  std::vector<std::string> arguments;    // the program's name, as it was typed, first
  std::vector<std::string> environment;  // "NAME=value"
  SignalState signals;                   // the program starts with these
  // Called in the process that becomes the program: an errno keeps it from that. Only what is safe in a
  // signal handler.
  std::function<int()> before_exec = {};
};

struct Ended {
  // One of the two.
  std::optional<int> exit_status;
  std::optional<int> killed_by_signal;
  bool core_dumped = false;
  std::chrono::microseconds user_time{}, system_time{};
  std::uint64_t most_resident_bytes = 0;

  // As a shell gives it: 128 + the signal for a killed one.
  [[nodiscard]] int shell_status() const { return exit_status.value_or(128 + killed_by_signal.value_or(0)); }
};

// A program that was started, to be waited for. Its end is collected once: after wait() or poll() told it,
// its pid may be another process's. Nothing happens to the program when the Child goes.
class Child {
 public:
  explicit Child(std::int64_t pid) : pid_(pid) {}

  [[nodiscard]] std::int64_t pid() const { return pid_; }

  // Blocks until the program has ended; a signal's handler does not end the wait.
  base::Result<Ended> wait();

  // Whether it has, without blocking.
  base::Result<std::optional<Ended>> poll();

  // Whether it has, leaving its end to be collected: /proc still knows the process.
  [[nodiscard]] bool has_ended() const;

 private:
  base::Result<std::optional<Ended>> collect(int options);

  std::int64_t pid_;
};

// Starts a program in the caller's process group and working directory. It gets the very descriptors that are
// not closed on exec, which ajar's own all are. A text file without "#!" is given to /bin/sh, as execvp does.
// Returns once the program is executing, or with the reason why it can't. If the caller ignores SIGCHLD, it
// no longer does, since no end could be collected.
std::expected<Child, StartFailure> spawn(const SpawnRequest& request);

}  // namespace ajar::platform
