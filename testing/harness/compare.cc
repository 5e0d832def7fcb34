#include "harness/compare.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <sstream>
#include <string_view>

namespace ajar::harness {
namespace {

// "a|b" or "a" holds "a"; an empty list holds everything.
bool holds(std::string_view alternatives, std::string_view word) {
  if (alternatives.empty()) return true;
  std::istringstream list{std::string(alternatives)};
  for (std::string each; std::getline(list, each, '|');) {
    if (each == word) return true;
  }
  return false;
}

// "fetch_rate(int)" is fetch_rate.
std::string_view without_parameters(std::string_view function) {
  return function.substr(0, function.find('('));
}

bool speaks_of(const TrueGroup& row, const ReportedGroup& group) {
  return holds(row.type, group.type) && (row.module.empty() || row.module == group.module) &&
         (row.function.empty() || row.function == without_parameters(group.function));
}

std::uint64_t told(const ReportedGroup& group) {
  return group.outstanding + group.closed_at_end;
}

std::string describe(const TrueGroup& row) {
  return std::to_string(row.count + row.closed_at_end) + " x " + row.type + " by '" + row.function +
         "' in '" + row.module + "'";
}

using Sentences = std::vector<std::string>;

void expect_equal(std::string_view what, std::uint64_t reported, std::optional<std::uint64_t> truth,
                  Sentences& said) {
  if (!truth || reported == *truth) return;
  said.push_back(std::string(what) + ": reported " + std::to_string(reported) + ", in truth " +
                 std::to_string(*truth));
}

struct Counted {
  std::uint64_t outstanding = 0, closed_at_end = 0;
};

// How many the report has of a row; what the verdicts are, is compared on the way.
Counted reported_of(const TrueGroup& row, const ReportedProcess& process, std::vector<bool>& spoken_of,
                    Sentences& said) {
  Counted count;
  for (std::size_t i = 0; i < process.groups.size(); ++i) {
    const ReportedGroup& group = process.groups[i];
    if (spoken_of[i] || told(group) == 0 || !speaks_of(row, group)) continue;
    spoken_of[i] = true;
    count.outstanding += group.outstanding;
    count.closed_at_end += group.closed_at_end;
    if (!holds(row.verdict, group.verdict)) {
      said.push_back("verdict on " + group.summary() + " should be " + row.verdict +
                     "; its reason was: " + group.reason);
    }
  }
  return count;
}

std::uint64_t count_of(const std::vector<ReportedBadClose>& all) {
  return std::accumulate(all.begin(), all.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const ReportedBadClose& bad) { return sum + bad.count; });
}

std::uint64_t thefts_of(const ReportedProcess& process) {
  std::uint64_t sum = 0;
  for (const ReportedBadClose& bad : process.bad_closes)
    sum += bad.kind == "closes another's" ? bad.count : 0;
  return sum;
}

void compare_origins(const ReportedProcess& process, const Truth& truth, Sentences& said) {
  for (const auto& [function, count] : truth.inherited_from) {
    const auto reported =
        std::ranges::count(process.coverage.inherited_from, function,
                           [](const std::string& name) { return std::string(without_parameters(name)); });
    expect_equal("inherited, opened by '" + function + "'", static_cast<std::uint64_t>(reported), count,
                 said);
  }
}

void check_group(const ReportedGroup& group, Sentences& said) {
  if (group.closed_at_end > group.closed)
    said.push_back("more closed at the end than all in all: " + group.summary());
  if (group.opened < group.outstanding) said.push_back("more outstanding than opened: " + group.summary());
  if (group.handles.size() > group.outstanding)
    said.push_back("more handles than outstanding: " + group.summary());
  if (!holds("leak|suspect|steady|one-off", group.verdict))
    said.push_back("no such verdict: " + group.summary());
  if (group.reason.empty()) said.push_back("a verdict without a reason: " + group.summary());
}

}  // namespace

std::vector<std::string> contradictions(const ReportedProcess& process) {
  Sentences said;
  if (!process.not_traced.empty()) return said;
  const ReportedCoverage& coverage = process.coverage;
  std::uint64_t outstanding = 0;
  for (const ReportedGroup& group : process.groups) {
    outstanding += group.outstanding;
    check_group(group, said);
  }
  expect_equal("open, and open of the coverage", process.open, coverage.open, said);
  expect_equal("open, and the sum of outstanding, inherited, before tracking and unseen", coverage.open,
               outstanding + coverage.inherited + coverage.before_tracking + coverage.unseen, said);
  expect_equal("explained, and open without unseen and before tracking",
               coverage.explained + coverage.unseen + coverage.before_tracking, coverage.open, said);
  if (!holds("exit|periodic|never", coverage.compared))
    said.push_back("compared: no such word: " + coverage.compared);
  return said;
}

std::vector<std::string> differences(const ReportedProcess& process, const Truth& truth) {
  Sentences said;
  if (!process.not_traced.empty()) return {"not traced: " + process.not_traced};
  std::optional<std::uint64_t> inherited = truth.inherited;
  std::optional<std::uint64_t> unseen = truth.unseen;
  std::vector<bool> spoken_of(process.groups.size(), false);
  for (const TrueGroup& row : truth.outstanding) {
    const Counted count = reported_of(row, process, spoken_of, said);
    std::optional<std::uint64_t>* const instead = row.instead == "inherited" ? &inherited
                                                  : row.instead == "unseen"  ? &unseen
                                                                             : nullptr;
    if (count.outstanding == 0 && instead != nullptr) {
      if (*instead) **instead += row.count;
    } else {
      expect_equal("outstanding of the row " + describe(row), count.outstanding, row.count, said);
    }
    if (row.closed_at_end > 0)
      expect_equal("closed at the end of the row " + describe(row), count.closed_at_end, row.closed_at_end,
                   said);
  }
  for (std::size_t i = 0; i < process.groups.size(); ++i) {
    if (!spoken_of[i] && told(process.groups[i]) > 0)
      said.push_back("not in truth: " + process.groups[i].summary());
  }
  expect_equal("open", process.open, truth.open, said);
  // What a watcher has seen opened, and an exec has passed on, is inherited for it, too.
  const std::uint64_t before = truth.attached ? std::min<std::uint64_t>(truth.inherited.value_or(0), 3) : 0;
  if (inherited) *inherited -= before;
  expect_equal("inherited", process.coverage.inherited, inherited, said);
  compare_origins(process, truth, said);
  expect_equal("unseen", process.coverage.unseen, unseen, said);
  expect_equal("before tracking", process.coverage.before_tracking, before, said);
  expect_equal("bad closes", count_of(process.bad_closes), truth.bad_closes, said);
  expect_equal("closes of another's", thefts_of(process), truth.thefts, said);
  // Not every way in is told of uses.
  std::vector<ReportedBadClose> uses = process.bad_uses;
  std::erase_if(uses, [](const ReportedBadClose& use) { return use.noise; });
  if (!uses.empty()) expect_equal("uses of what is not open", count_of(uses), truth.bad_uses, said);
  return said;
}

}  // namespace ajar::harness
