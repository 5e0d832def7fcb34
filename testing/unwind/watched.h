#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "unwind/programs.h"
#include "unwind/result.h"

// Real programs, run with the library that compares every frame, and what came of it.
namespace ajar::unwinding {

struct Watching {
  std::uint64_t pace = 1000;  // see library/pace.h: some thousand stacks of a process that runs for seconds
  int turns = 1;              // how much the programs have to do
  std::string broken{};       // a part of the walker that is broken on purpose, see library/broken.h
};

struct Watched {
  std::size_t processes = 0;
  std::uint64_t called = 0, interrupted = 0, frames = 0, equal = 0, deepest = 0;
  std::uint64_t again = 0, elsewhere = 0;  // what memos were asked, see result.h
  std::uint64_t not_compared = 0;  // interrupted in code that was just being loaded, or too many at once
  std::unordered_set<std::uint64_t> distinct;
  std::uint64_t guessed = 0;  // where readelf confirms that there is no call-frame information
  std::map<std::string, std::uint64_t> wrong;  // what
  std::vector<std::string> differences;        // of the wrong ones the first, in words
  std::vector<std::string> examples;           // of the guessed ones
  std::string trouble;                         // why the program did not do what it should; empty: it did

  [[nodiscard]] std::uint64_t stacks() const { return called + interrupted; }
  [[nodiscard]] bool all_right() const { return wrong.empty() && trouble.empty(); }
  void add(const Watched& other);
};

Watched watch(const Program& program, const Watching& how);

// What the processes whose results lie in a folder have found; what libunwind guessed is confirmed by
// readelf.
Watched read_results(const std::filesystem::path& folder);

// One line of a table, and lines for what is wrong. `with_examples`: of what libunwind guessed, too.
std::string in_words(const std::string& name, const Watched& watched, bool with_examples);
std::string heading();

}  // namespace ajar::unwinding
