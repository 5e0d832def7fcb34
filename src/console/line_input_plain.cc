#include <iostream>

#include "console/line_input.h"

namespace ajar::console {
namespace {

// The system's own editing of a line is all there is.
class Typed final : public LineInput {
 public:
  std::optional<std::string> next(const std::string& prompt) override {
    std::cout << prompt << std::flush;
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
  }
};

}  // namespace

std::unique_ptr<LineInput> terminal_input() {
  return std::make_unique<Typed>();
}

}  // namespace ajar::console
