// ajar_compare_stacks [--pace N] [--turns N] [--at-least N] [--examples] [--break PART] [NAME…]: runs real
// programs (those of these names) with ajar's walker and libunwind beside each other in them, and compares
// every frame of the stacks that both find. Status 1 where there is a difference that no rule explains, or
// where less was compared than should be.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "unwind/programs.h"
#include "unwind/watched.h"

namespace {

using namespace ajar::unwinding;

struct Options {
  Watching how{.pace = 1000, .turns = 4};
  std::uint64_t at_least = 0;
  bool examples = false;
  std::vector<std::string> names;  // empty: all
};

std::optional<Options> read_options(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool has_value = i + 1 < words.size();
    if (word == "--pace" && has_value) {
      options.how.pace = std::strtoull(words[++i].c_str(), nullptr, 10);
    } else if (word == "--turns" && has_value) {
      options.how.turns = std::atoi(words[++i].c_str());
    } else if (word == "--at-least" && has_value) {
      options.at_least = std::strtoull(words[++i].c_str(), nullptr, 10);
    } else if (word == "--break" && has_value) {
      options.how.broken = words[++i];
    } else if (word == "--examples") {
      options.examples = true;
    } else if (word.starts_with("--")) {
      return std::nullopt;
    } else {
      options.names.push_back(word);
    }
  }
  if (options.how.pace == 0 || options.how.turns < 1) return std::nullopt;
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options(argc, argv);
  if (!options.has_value()) {
    std::fputs(
        "usage: ajar_compare_stacks [--pace N] [--turns N] [--at-least N] [--examples] [--break PART] "
        "[NAME…]\n",
        stderr);
    return 2;
  }
  fmt::print("{}", heading());
  Watched all;
  bool right = true;
  for (const Program& program : programs()) {
    if (!options->names.empty() && std::ranges::find(options->names, program.name) == options->names.end())
      continue;
    if (const Program::Need* need = missing(program); need != nullptr) {
      fmt::print("{:<34} {} is not installed (package {})\n", program.name, need->program, need->package);
      right = right && (program.optional || std::getenv("AJAR_TEST_ALLOW_MISSING") != nullptr);
      continue;
    }
    const Watched watched = watch(program, options->how);
    fmt::print("{}", in_words(program.name, watched, options->examples));
    std::fflush(stdout);
    all.add(watched);
  }
  fmt::print("{}", in_words("all", all, false));
  const bool enough = all.called >= options->at_least;
  if (!enough) fmt::print("too few: at least {} stacks should be compared at calls\n", options->at_least);
  return right && enough && all.all_right() ? 0 : 1;
}
