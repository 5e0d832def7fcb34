#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/command.h"
#include "harness/temp_dir.h"

namespace ajar::e2e {

// A terminal with somebody at it: tmux has the screen and the keys. What is awaited is looked for until it is
// there, or the limit of a program has passed.
class Screen {
 public:
  struct Size {
    int columns = 80, lines = 24;
  };

  // The command runs in a shell on a screen of that size.
  Screen(const std::string& command, Size size);

  // By tmux's names: "Enter", "Escape", "Down", or characters.
  void press(const std::vector<std::string>& keys) const;
  void type(const std::string& text) const;
  void resize(Size size) const;

  // What is seen, a line each; blanks at their ends are left out. `with_colours`: with the terminal's
  // sequences.
  [[nodiscard]] std::string seen(bool with_colours = false) const;

  [[nodiscard]] bool shows(std::string_view text) const;
  [[nodiscard]] bool shows_no_more(std::string_view text) const;

 private:
  [[nodiscard]] harness::Outcome tmux(std::vector<std::string> words) const;

  harness::TempDir directory_;
  std::string socket_ = directory_ / "tmux";
  std::optional<harness::Running> server_;
};

// The text with what differs from one time to the next made the same: numbers are '#', bars '~', times TIME,
// and blanks in a row are one.
std::string masked(const std::string& seen);

}  // namespace ajar::e2e
