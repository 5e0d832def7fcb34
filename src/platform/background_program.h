#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace ajar::platform {

// A program that does something for ajar while ajar goes on. Ctrl-C at the terminal is not for it, but for
// ajar alone. It reads nothing. One thread at a time. It outlives this, if it has not ended.
class BackgroundProgram {
 public:
  struct Request {
    std::string path;                      // of the file
    std::vector<std::string> arguments;    // its name first
    std::vector<std::string> environment;  // "NAME=value", beside ajar's own
    bool ends_with_caller = false;       // Linux: asked to end when the calling thread ends, however it does
    bool is_all_that_it_starts = false;  // Linux: what ends it ends them, too
    bool last_is_verbatim = false;       // Windows: the last argument, for cmd.exe's own way of reading
  };
  struct Finished {
    int status = -1;       // of its exit; -1: it was killed
    std::string out, err;  // the first 16 MiB of each
  };

  // A command as the system's shell understands it (sh, cmd.exe).
  static Request shell(std::string command);

  // The error names the program.
  static base::Result<BackgroundProgram> start(Request request);

  BackgroundProgram(BackgroundProgram&&) noexcept;
  BackgroundProgram& operator=(BackgroundProgram&&) noexcept;
  ~BackgroundProgram();

  [[nodiscard]] std::int64_t pid() const;

  // Told once, when it has ended.
  std::optional<Finished> poll();

  // What it has said by now to its standard error.
  [[nodiscard]] std::string said() const;

  // As Ctrl-C would, on Windows Ctrl-Break; there only where both have a console.
  void ask_to_end();
  // Without asking.
  void kill();

 private:
  struct State;
  explicit BackgroundProgram(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ajar::platform
