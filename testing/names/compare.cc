#include "names/compare.h"

#include <fmt/format.h>

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

constexpr auto kPartNames = std::to_array<const char*>({"chain", "function", "file", "line"});

// "file of frame 1", and what each says of it.
std::string in_words(const Difference& difference, const Chain& ours, const Chain& theirs) {
  const auto frame = [&](const Chain& chain) {
    return difference.part == Part::chain ? in_words(chain) : in_words(Chain{chain[difference.frame]});
  };
  return std::string(kPartNames.at(static_cast<std::size_t>(difference.part))) + " of frame " +
         std::to_string(difference.frame) + " of " + std::to_string(ours.size()) + "\n    ajar  " +
         frame(ours) + "\n    other " + frame(theirs);
}

// Against the one of theirs that is most like ours.
std::vector<Difference> least_differences(const Chain& ours, const std::vector<Chain>& theirs,
                                          const Chain*& closest) {
  static const Chain kNothing;
  closest = &kNothing;
  std::vector<Difference> least = differences(ours, kNothing, true);
  if (ours.empty() && !theirs.empty()) least = {{.part = Part::chain}};
  for (const Chain& chain : theirs) {
    std::vector<Difference> found = differences(ours, chain, true);
    if (closest != &kNothing && found.size() >= least.size()) continue;
    least = std::move(found);
    closest = &chain;
  }
  return least;
}

constexpr const char* kLlvm = "llvm";
constexpr const char* kLibdw = "libdw";

// A reason for which an answer of llvm-symbolizer may differ from ours.
struct Rule {
  std::string_view who;
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
    {kLlvm, "llvm names the outermost function by the symbol table", is_name_of_symbol_table},
});

// The debug information's word, with the linker's names.
Chain llvm_chain(const Answers& answers) {
  Chain chain = answers.llvm;
  for (std::size_t i = 0; i < chain.size() && chain.size() == answers.llvm_linkage.size(); ++i)
    chain[i].function = answers.llvm_linkage[i].function;
  return chain;
}

const Rule* reason(const char* who, const Answers& answers, const Asked& asked,
                   const Difference& difference) {
  const auto* const rule = std::ranges::find_if(
      kRules, [&](const Rule& r) { return r.who == who && r.explains(answers, asked, difference); });
  return rule == kRules.end() ? nullptr : rule;
}

}  // namespace

void Comparison::add(const Answers& answers) {
  ++addresses_;
  frames_ += answers.ours.size();
  if (!answers.ours.empty()) ++known_;

  bool is_equal = true, is_wrong = false;
  const auto weigh = [&](const char* who, const std::vector<Difference>& found, const Chain& theirs) {
    for (const Difference& difference : found) {
      is_equal = false;
      if (const Rule* const rule = reason(who, answers, asked_, difference); rule != nullptr) {
        ++explained_[rule->name];
        continue;
      }
      is_wrong = true;
      const std::string kind =
          std::string(who) + ": " + kPartNames.at(static_cast<std::size_t>(difference.part));
      constexpr std::size_t kTold = 3;
      if (++kinds_[kind] <= kTold)
        unexplained_.push_back(
            fmt::format("{:#x} {}: {}", answers.address, who, in_words(difference, answers.ours, theirs)));
    }
  };
  const Chain llvm = llvm_chain(answers);
  weigh(kLlvm, differences(answers.ours, llvm, asked_.llvm_names), llvm);
  if (asked_.libdw) {
    const Chain* closest = nullptr;
    const auto found = least_differences(answers.ours, answers.libdw, closest);
    weigh(kLibdw, found, *closest);
  }
  if (is_equal) ++equal_;
  if (is_wrong) ++wrong_;
}

}  // namespace ajar::names
