#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/command.h"
#include "platform/terminal.h"

namespace ajar::cli {

// How a command prints. `Text`: the renderer's options.
template <typename Text>
struct Printing {
  bool json = false;
  Text text;
};

// What the help of a command says of its own: what --top cuts, and what --json prints.
struct PrintingWords {
  std::string top, json;
  bool with_stacks = true;  // it prints any
};

// The command-line options that write into these, which must outlive them. `top` holds what it is if not
// given.
std::vector<Option> printing_options(bool& json, std::size_t& top, bool& full_stacks,
                                     const PrintingWords& words);

template <typename Text>
std::vector<Option> printing_options(Printing<Text>& printing, const PrintingWords& words) {
  return printing_options(printing.json, printing.text.top, printing.text.full_stacks, words);
}

// With the width and the colours of the terminal, if it is one.
template <typename Text>
Text text_for(const Printing<Text>& printing, const platform::Terminal& terminal) {
  Text text = printing.text;
  if (terminal.interactive) {
    text.colour = terminal.color;
    text.width = terminal.columns;
  }
  return text;
}

}  // namespace ajar::cli
