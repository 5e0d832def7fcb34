#include "top/help_page.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "render/escape.h"
#include "top/text.h"

namespace ajar::top {
namespace {

using Meaning = std::pair<std::string_view, std::string_view>;

constexpr std::array kColumns = {
    Meaning{"GROWTH", "of what rises beyond chance, and evenly"},
    Meaning{"USED", "of the soft limit (RLIMIT_NOFILE)"},
    Meaning{"FULL IN", "when that limit is reached if it goes on like this"},
    Meaning{"VERDICT", "growing; rose (a step, a warm-up); steady; too short to tell yet"},
    Meaning{"COUNTS", "the last counts, a bar each"},
};

constexpr std::size_t kIndent = 15;

// The words beside what they explain, in as many lines as they need.
void add(std::string_view what, const std::string& words, std::size_t columns, std::vector<Line>& lines) {
  std::istringstream text(render::wrapped(words, kIndent, std::max(columns, kIndent + 10)));
  bool first = true;
  for (std::string line; std::getline(text, line); first = false) {
    if (first) {
      lines.emplace_back("  " + to_left(what, kIndent - 2), Look::strong);
      lines.back().add(line);
    } else {
      lines.emplace_back(line);
    }
  }
}

std::vector<Line> all_lines(std::size_t columns) {
  std::vector<Line> lines;
  for (const HelpRow& row : help_rows()) add(row.keys, row.words, columns, lines);
  lines.emplace_back();
  for (const auto& [column, meaning] : kColumns) add(column, std::string(meaning), columns, lines);
  return lines;
}

}  // namespace

std::vector<Line> HelpPage::lines(Size size) {
  std::vector<Line> lines;
  lines.emplace_back(" ajar top: which processes' handles grow", Look::strong);
  lines.emplace_back();
  const std::vector<Line> all = all_lines(size.columns);
  length_ = all.size();
  seen_ = size.lines - std::min(size.lines, lines.size());
  scroll_.keep(length_, seen_);
  for (std::size_t at = scroll_.first(); at < scroll_.first() + seen_; ++at)
    lines.push_back(at < length_ ? all[at] : Line());
  return lines;
}

}  // namespace ajar::top
