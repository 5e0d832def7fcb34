#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge.h"
#include "conformance/situations.h"

// The results of a run, kept in results/WAY: a line on the machine, then a line a situation, its fields
// separated by tabs.
namespace ajar::conformance {

struct Row {
  std::string situation;
  Result result = Result::wrong;
  std::string truth;  // in words; empty where the machine can't show it
  std::string why;    // only of `unavailable` and `wrong`: the reasons of the others stand in expected.def
};

struct Results {
  std::string way, machine;
  std::vector<Row> rows;

  // nullptr where there is none.
  [[nodiscard]] const Row* find(std::string_view situation) const;
};

Row row_of(const Situation& situation, const Judgement& judgement);

// "1 × file", "child: nothing; then 2 × file, 1 bad close": what the processes have at their ends.
std::string in_words(const std::vector<harness::Truth>& truths);

// "Linux 6.18, x86_64, root".
std::string this_machine();

std::string to_text(const Results& results);

// Throws where the text is no such file.
Results parse_results(std::string_view way, std::string_view text);

}  // namespace ajar::conformance
