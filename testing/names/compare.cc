#include "names/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "symbolize/demangle.h"

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

// llvm-symbolizer asks the symbol table for the linker's name of the outermost function. (Of inlined ones it
// can't, and so their names must be equal.)
bool is_outermost_name(const Answers& answers, const Difference& difference) {
  return difference.part == Part::function && difference.frame + 1 == answers.ours.size();
}

bool is_linkage_name(std::string_view name) {
  return name.starts_with("_Z") || name.starts_with("_R");
}

// A part of f that the compiler moved away is called f.cold there, a variant of it f.constprop.0; in the
// debug information it is the function that the programmer wrote.
bool has_suffix(const Answers& answers, const Asked& /*asked*/, const Difference& difference) {
  if (!is_outermost_name(answers, difference)) return false;
  const std::string& ours = answers.ours.back().function;
  const std::string& theirs = answers.llvm_linkage.back().function;
  return !ours.empty() && theirs.starts_with(ours + '.');
}

// Namespaces, classes and the function of a name, without arguments of templates, parameters and what the ABI
// adds: "std::vector<int>::at(unsigned long) const" is "std::vector::at".
std::string path_of(std::string_view name) {
  constexpr std::string_view kUnnamed = "(anonymous namespace)";
  std::string path;
  unsigned depth = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (depth == 0 && name.substr(i).starts_with(kUnnamed)) {
      path += kUnnamed;
      i += kUnnamed.size() - 1;
    } else if (std::string_view("<[(").contains(name[i])) {
      ++depth;
    } else if (std::string_view(">])").contains(name[i])) {
      depth -= depth > 0 ? 1 : 0;
    } else if (depth == 0) {
      path += name[i];
    }
  }
  constexpr std::string_view kConst = " const";
  for (std::size_t at = 0; (at = path.find(kConst)) != std::string::npos;) path.erase(at, kConst.size());
  return path;
}

// The namespaces that we put in front of a short name are those of the linker's name. Not to be seen in names
// with other signs in them (operators, lambdas).
bool is_qualified_rightly(std::string_view ours, std::string_view linkage) {
  const std::string plain = symbolize::demangle(linkage.substr(0, linkage.find('.')));
  const bool has_signs = ours.contains("operator") || ours.contains('{') || plain.contains("{lambda");
  if (!ours.contains("::") || !is_linkage_name(linkage) || has_signs) return true;
  const std::string path = path_of(ours), theirs = path_of(plain);
  return theirs == path || theirs.ends_with(' ' + path);  // behind the type of the result
}

// The debug information has no linkage name: GCC gives none to what is not visible outside its unit, clang
// none with -gline-tables-only, nobody one to a thunk. Then what it has is equal to llvm-symbolizer's short
// name.
bool has_no_linkage_name(const Answers& answers, const Asked& /*asked*/, const Difference& difference) {
  if (!is_outermost_name(answers, difference)) return false;
  const std::string& ours = answers.ours.back().function;
  const std::string& brief = answers.llvm.back().function;
  if (is_linkage_name(ours)) return false;
  return (ours.empty() ? brief.empty() : same_function(ours, brief)) &&
         is_qualified_rightly(ours, answers.llvm_linkage.back().function);
}

// Several symbols are at the address: constructors and destructors of several kinds (C1, C2), aliases
// (glibc's
// __GI_f and f), functions that were folded into one. The debug information has one of them, libdw has found
// the same, and its short name is the one that llvm-symbolizer finds.
bool is_another_symbol(const Answers& answers, const Asked& asked, const Difference& difference) {
  if (!is_outermost_name(answers, difference) || answers.ours.back().function.empty()) return false;
  const std::string plain = symbolize::demangle(answers.ours.back().function);
  const std::string& brief = answers.llvm.back().function;
  const bool libdw_agrees = std::ranges::any_of(answers.libdw, [&](const Chain& chain) {
    return answers.ours.back().function == chain.back().function;
  });
  return (!asked.libdw || libdw_agrees) && plain.contains(brief.substr(0, brief.find('<')));
}

// The linker has folded functions into one, whose lines are told of the same bytes: by one as compiler-made,
// by the other as a line of the source. libdw takes the former.
bool is_folded(const Answers& answers, const Asked& /*asked*/, const Difference& difference) {
  return difference.part == Part::line && answers.libdw.size() == 1 &&
         answers.libdw.front()[difference.frame].line == 0 &&
         answers.llvm[difference.frame].line == answers.ours[difference.frame].line;
}

constexpr auto kRules = std::to_array<Rule>({
    {kLlvm, "symbol with a suffix", has_suffix},
    {kLlvm, "no linkage name", has_no_linkage_name},
    {kLlvm, "another symbol", is_another_symbol},
    {kLibdw, "folded", is_folded},
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
