#include "console/line_input.h"

#include <iostream>

namespace ajar::console {
namespace {

class Piped final : public LineInput {
 public:
  std::optional<std::string> next(const std::string& /*prompt*/) override {
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
  }
};

}  // namespace

std::unique_ptr<LineInput> standard_input(bool is_terminal) {
  if (is_terminal) return terminal_input();
  return std::make_unique<Piped>();
}

}  // namespace ajar::console
