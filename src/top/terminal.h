#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "base/result.h"
#include "top/keys.h"
#include "top/picture.h"

namespace ajar::top {

// The screen and keyboard of this process's terminal, from when this begins to when it goes: then the
// terminal is as it was before. SIGINT, SIGTERM, SIGHUP and SIGQUIT end nothing but the waiting, afterwards
// nothing at all: a window that is closed sends several, and whoever used this may have something to put in
// order. There is one at a time, in the thread that it belongs to.
class Terminal {
 public:
  // Sets the locale's LC_CTYPE for the process. Errors: in a line, why there can be none.
  static base::Result<std::unique_ptr<Terminal>> open(bool colours);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  [[nodiscard]] Style style() const;
  [[nodiscard]] Size size() const;
  void show(const Picture& picture);

  // The next key; none where that time has come, or is_over().
  std::optional<Key> wait(std::chrono::steady_clock::time_point until);

  // A signal has come that ends it, or the terminal is gone.
  [[nodiscard]] bool is_over() const;

 private:
  struct State;
  explicit Terminal(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ajar::top
