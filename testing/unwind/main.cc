// ajar_compare_stacks [--pace N] [--turns N] [--at-least N] [--examples] [--break PART] [NAME…]: runs real
// programs (those of these names) with ajar's walker and libunwind beside each other in them, and compares
// every frame of the stacks that both find. Status 1 where there is a difference that is not excused, or
// where less was compared than should be; 2 for words that it doesn't know.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "unwind/library/broken.h"
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

// What is to be said of a name that isn't one of the `known`; empty: it is.
std::string complaint(const char* what, const std::string& name, const std::vector<std::string>& known) {
  if (std::ranges::find(known, name) != known.end()) return "";
  return fmt::format("ajar_compare_stacks: there is no {} '{}'; there are: {}\n", what, name,
                     fmt::join(known, ", "));
}

std::string complaint(const Options& options) {
  std::vector<std::string> known;
  for (const Program& program : programs()) known.push_back(program.name);
  for (const std::string& name : options.names) {
    if (std::string words = complaint("program", name, known); !words.empty()) return words;
  }
  const std::vector<std::string> parts(std::begin(broken::kPartNames), std::end(broken::kPartNames));
  return options.how.broken.empty() ? "" : complaint("part", options.how.broken, parts);
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
  if (const std::string words = complaint(*options); !words.empty()) {
    std::fputs(words.c_str(), stderr);
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
