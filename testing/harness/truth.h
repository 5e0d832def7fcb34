#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a victim says of itself, by the convention of testing/victims/README.md.
namespace ajar::harness {

struct TrueGroup {
  std::string type;  // as all texts here: empty is anything
  std::uint64_t count = 0;
  std::string function;
  std::string module;
  std::string verdict;
  std::uint64_t closed_at_end = 0;  // beside `count`
  std::string instead;              // "inherited" or "unseen": where these may be counted as well
};

struct Truth {
  std::int64_t pid = 0;
  std::vector<TrueGroup> outstanding;
  std::uint64_t open = 0;
  std::optional<std::uint64_t> inherited, unseen, bad_closes;
  std::uint64_t thefts = 0, bad_uses = 0;
  std::map<std::string, std::uint64_t> inherited_from{};  // by the function that opened them
  bool attached = false;  // not stated: its watcher came after it had begun with 0, 1 and 2
  std::string also{};     // what a complete answer says beyond the table
};

// The truths in what a victim printed, one per pid (the last that it stated), in the order of their first
// lines. Throws on a line that is none.
std::vector<Truth> parse_truths(std::string_view printed);

// How the truth itself does not add up; empty where it does.
std::vector<std::string> contradictions(const Truth& truth);

}  // namespace ajar::harness
