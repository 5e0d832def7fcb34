#include "names/compare.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ajar::names {
namespace {

// Where a difference is.
enum class Part { chain, function, file, line };

struct Difference {
  Part part = Part::chain;
  std::size_t frame = 0;  // where the part is one of a frame
};

// Ours may have the namespaces in front where the others have the short name.
bool same_function(std::string_view ours, std::string_view theirs) {
  if (ours == theirs) return true;
  return !theirs.empty() && ours.ends_with(theirs) &&
         ours.substr(0, ours.size() - theirs.size()).ends_with("::");
}

std::vector<Difference> differences(const Chain& ours, const Chain& theirs, bool names) {
  if (ours.size() != theirs.size()) return {{.part = Part::chain}};
  std::vector<Difference> found;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (names && !same_function(ours[i].function, theirs[i].function)) found.push_back({Part::function, i});
    if (ours[i].file != theirs[i].file) found.push_back({Part::file, i});
    if (ours[i].line != theirs[i].line) found.push_back({Part::line, i});
  }
  return found;
}

bool equals_one(const Chain& ours, const std::vector<Chain>& theirs) {
  if (theirs.empty()) return ours.empty();
  return std::ranges::any_of(theirs,
                             [&](const Chain& chain) { return differences(ours, chain, true).empty(); });
}

// A reason for which an answer of llvm-symbolizer may differ from ours.
struct Rule {
  const char* name;
  bool (*explains)(const Answers& answers, const Asked& asked, const Difference& difference);
};

// The linker's name of the outermost function is the symbol table's: there it has a suffix for the part that
// the compiler moved away (f.cold), or another of the names that the linker knows the code by. libdw has
// ours.
bool is_name_of_symbol_table(const Answers& answers, const Asked& asked, const Difference& difference) {
  const Frame& ours = answers.ours[difference.frame];
  return difference.part == Part::function && difference.frame + 1 == answers.ours.size() &&
         (!asked.libdw || std::ranges::any_of(answers.libdw, [&](const Chain& chain) {
           return same_function(ours.function, chain.back().function);
         }));
}

constexpr auto kRules = std::to_array<Rule>({
    {"llvm names the outermost function by the symbol table", is_name_of_symbol_table},
});

// The debug information's word, with the linker's names.
Chain llvm_chain(const Answers& answers) {
  Chain chain = answers.llvm;
  for (std::size_t i = 0; i < chain.size() && chain.size() == answers.llvm_linkage.size(); ++i)
    chain[i].function = answers.llvm_linkage[i].function;
  return chain;
}

const Rule* reason(const Answers& answers, const Asked& asked, const Difference& difference) {
  const auto* const rule =
      std::ranges::find_if(kRules, [&](const Rule& r) { return r.explains(answers, asked, difference); });
  return rule == kRules.end() ? nullptr : rule;
}

}  // namespace

void Comparison::add(const Answers& answers) {
  ++addresses_;
  frames_ += answers.ours.size();
  if (!answers.ours.empty()) ++known_;

  const Chain theirs = llvm_chain(answers);
  bool wrong = asked_.libdw && !equals_one(answers.ours, answers.libdw);
  const std::vector<Difference> found = differences(answers.ours, theirs, asked_.llvm_names);
  for (const Difference& difference : found) {
    const Rule* const rule = reason(answers, asked_, difference);
    if (rule == nullptr) {
      wrong = true;
    } else {
      ++explained_[rule->name];
    }
  }
  if (found.empty() && !wrong) ++equal_;
  if (!wrong) return;
  ++wrong_;
  constexpr std::size_t kTold = 20;
  if (unexplained_.size() >= kTold) return;
  std::string words = std::to_string(answers.address) + "\n    ajar  " + in_words(answers.ours) +
                      "\n    llvm  " + in_words(theirs);
  for (const Chain& chain : answers.libdw) words += "\n    libdw " + in_words(chain);
  unexplained_.push_back(std::move(words));
}

}  // namespace ajar::names
