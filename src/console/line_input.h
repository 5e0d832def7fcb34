#pragma once

#include <memory>
#include <optional>
#include <string>

namespace ajar::console {

// Where commands come from.
class LineInput {
 public:
  LineInput() = default;
  LineInput(const LineInput&) = delete;
  LineInput& operator=(const LineInput&) = delete;
  virtual ~LineInput() = default;

  // The next line without its end; none when there is no more.
  virtual std::optional<std::string> next(const std::string& prompt) = 0;
};

// Standard input. `is_terminal`: somebody types, sees prompts, and edits and recalls lines where the build
// can.
std::unique_ptr<LineInput> standard_input(bool is_terminal);

// The part of it that depends on the build.
std::unique_ptr<LineInput> terminal_input();

}  // namespace ajar::console
