#include "unwind/places.h"

#include <optional>
#include <regex>
#include <sstream>

#include "harness/command.h"

namespace ajar::unwinding {
namespace {

// "… FDE cie=00000000 pc=00000000000c5020..00000000000d0bf0": the function's beginning and end.
std::optional<std::pair<std::uint64_t, std::uint64_t>> function_of(const std::string& line) {
  static const std::regex kFunction(" FDE .*pc=([0-9a-f]+)\\.\\.([0-9a-f]+)");
  std::smatch found;
  if (!std::regex_search(line, found, kFunction)) return std::nullopt;
  return std::pair(std::stoull(found[1].str(), nullptr, 16), std::stoull(found[2].str(), nullptr, 16));
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// One word of a row by the title of its column; empty where there is no such column.
std::string word_under(const std::vector<std::string>& titles, const std::vector<std::string>& words,
                       const std::string& title) {
  for (std::size_t i = 0; i < titles.size() && i < words.size(); ++i) {
    if (titles[i] == title) return words[i];
  }
  return {};
}

bool is_row(const std::vector<std::string>& words) {
  return words.size() >= 2 && words[0].size() == 16 &&
         words[0].find_first_not_of("0123456789abcdef") == std::string::npos;
}

// "rax+8" and the like: a register that is a caller's to keep (System V ABI, AMD64 supplement, figure 3.4).
bool is_of_lost_register(const std::string& cfa) {
  static const std::regex kCallers("(rax|rcx|rdx|rsi|rdi|r8|r9|r10|r11)[+-][0-9]+");
  return std::regex_match(cfa, kCallers);
}

std::string readelf(const std::string& how, const std::string& path) {
  const harness::Outcome outcome = harness::run({.words = {"readelf", "--wide", how, path}});
  return outcome.exit_status == 0 ? outcome.out : "";
}

}  // namespace

ModuleInformation::ModuleInformation(const std::string& rows) : readable_(!rows.empty()) {
  std::istringstream in(rows);
  std::vector<std::string> titles;
  Function* function = nullptr;
  for (std::string line; std::getline(in, line);) {
    if (const auto range = function_of(line)) {
      function = &functions_[range->first];
      *function = {.end = range->second, .rows = {}};
    } else if (line.empty()) {
      function = nullptr;
    }
    const std::vector<std::string> words = words_of(line);
    if (!words.empty() && words[0] == "LOC") titles = words;
    if (function == nullptr || !is_row(words)) continue;
    const bool lost = is_of_lost_register(word_under(titles, words, "CFA"));
    function->rows.push_back({.first = std::stoull(words[0], nullptr, 16),
                              .information = lost ? Information::lost : Information::plain});
  }
}

ModuleInformation ModuleInformation::of(const std::string& path) {
  return ModuleInformation(readelf("--debug-dump=frames-interp,no-follow-links", path));
}

Information ModuleInformation::at(std::uint64_t offset) const {
  if (!readable_) return Information::unknown;
  auto after = functions_.upper_bound(offset);
  if (after == functions_.begin()) return Information::none;
  const auto& [begin, function] = *--after;
  if (offset >= function.end) return Information::none;
  const Row* found = nullptr;
  for (const Row& row : function.rows) {
    if (row.first <= offset) found = &row;
  }
  return found == nullptr ? Information::plain : found->information;
}

}  // namespace ajar::unwinding
