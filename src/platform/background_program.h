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
    std::string path;                      // of the file, or a name that is looked for in PATH
    std::vector<std::string> arguments;    // its name first
    std::vector<std::string> environment;  // "NAME=value", beside ajar's own
  };
  struct Finished {
    int status = -1;       // of its exit; -1: it was killed
    std::string out, err;  // the first 16 MiB of each
  };

  // The error names the program.
  static base::Result<BackgroundProgram> start(Request request);

  BackgroundProgram(BackgroundProgram&&) noexcept;
  BackgroundProgram& operator=(BackgroundProgram&&) noexcept;
  ~BackgroundProgram();

  [[nodiscard]] std::int64_t pid() const;

  // Told once, when it has ended.
  std::optional<Finished> poll();

  // As Ctrl-C would.
  void ask_to_end();

 private:
  struct State;
  explicit BackgroundProgram(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ajar::platform
