#include "names/llvm_symbolizer.h"

#include <charconv>
#include <string_view>

#include "harness/command.h"

namespace ajar::names {
namespace {

constexpr std::string_view kUnknown = "??";

std::string known(std::string_view text) {
  return text == kUnknown ? std::string() : std::string(text);
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// "file:line:column"; there may be colons in the file's name.
void read_place(std::string_view place, Frame& frame) {
  const std::size_t column = place.rfind(':');
  const std::size_t line = column == 0 ? column : place.rfind(':', column - 1);
  if (column == std::string_view::npos || line == std::string_view::npos) return;
  frame.file = known(place.substr(0, line));
  std::from_chars(place.data() + line + 1, place.data() + column, frame.line);
}

// Two lines for each frame, then an empty one.
Chain read_chain(std::string_view& text) {
  Chain chain;
  while (!text.empty()) {
    const std::string_view function = take_line(text);
    if (function.empty()) break;
    Frame frame{.function = known(function), .file = {}};
    read_place(take_line(text), frame);
    chain.push_back(std::move(frame));
  }
  if (chain.size() == 1 && chain.front().empty()) chain.clear();
  return chain;
}

}  // namespace

base::Result<std::vector<Chain>> ask_llvm(const std::string& path, std::span<const std::uint64_t> addresses,
                                          LlvmNames names) {
  std::string input;
  for (const std::uint64_t address : addresses) input += std::to_string(address) + '\n';
  const harness::Outcome outcome = harness::run(
      {.words = {kLlvmSymbolizer, "--obj=" + path, "--inlines", "--no-demangle", "--output-style=LLVM",
                 names == LlvmNames::linkage ? "--functions=linkage" : "--functions=short"},
       .input = std::move(input)});
  std::vector<Chain> chains;
  std::string_view rest = outcome.out;
  while (!rest.empty()) chains.push_back(read_chain(rest));
  if (outcome.exit_status != 0 || chains.size() != addresses.size()) {
    return base::Error(std::string(kLlvmSymbolizer) + ": " + harness::how_it_ended(outcome) + ", " +
                       std::to_string(chains.size()) + " answers to " + std::to_string(addresses.size()) +
                       " addresses of " + path + ": " + outcome.err.substr(0, 200));
  }
  return chains;
}

}  // namespace ajar::names
