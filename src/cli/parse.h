#pragma once

#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "cli/command.h"

namespace ajar::cli {

// A command line that names work to do.
struct Invocation {
  const Command* command = nullptr;
  std::unique_ptr<Action> action;  // with its options set
  std::vector<std::string> operands;
};

// Help or a version was asked for.
struct Answer {
  std::string text;
};

// `arguments` without the program's own name.
std::variant<Invocation, Answer, Failure> parse(std::span<const std::string> arguments);

}  // namespace ajar::cli
