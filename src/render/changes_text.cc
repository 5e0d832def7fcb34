#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "render/escape.h"
#include "render/handle_words.h"
#include "render/table_words.h"
#include "render/tables.h"
#include "render/text_stack.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::ChangeGroup;
using report::TableChange;
using report::thousands;

std::string growth_words(const TableChange& change) {
  if (change.rate_per_second > 0) return ", growing by " + report::rate(change.rate_per_second);
  if (change.rate_per_second < 0) return ", shrinking by " + report::rate(-change.rate_per_second);
  return {};
}

void header_lines(const TableChange& change, const TablesOptions& options, std::ostream& out) {
  out << called(change.name, change.pid);
  if (!change.same_process) out << ", another process than before";
  if (change.seconds > 0) out << ", " << report::duration(change.seconds) << " later";
  out << ": " << thousands(change.before) << " -> " << open_words(change.after, change.soft_limit)
      << growth_words(change) << '\n';
  if (change.limit_in_s.has_value()) {
    const std::string words =
        *change.limit_in_s <= 0 ? std::string("the limit is reached")
                                : "like this the limit is reached in " + report::duration(*change.limit_in_s);
    out << "  " << warned(words, *change.limit_in_s < 3600, options) << '\n';
  }
  if (!change.complete) {
    out << "  "
        << warned("a table could not be read to its end: what is missing seems to have gone", true, options)
        << '\n';
  }
}

// "fd 3, 4, 5, …", "handle 0x4, 0x8, …"
std::string number_words(const std::vector<std::uint64_t>& handles, bool windows) {
  constexpr std::size_t kShown = 3;
  std::string words;
  for (std::size_t i = 0; i < std::min(handles.size(), kShown); ++i)
    words += i == 0 ? handle_words(handles[i], windows) : ", " + handle_number(handles[i], windows);
  return words + (handles.size() > kShown ? ", …" : "");
}

void group_lines(const ChangeGroup& group, char sign, std::size_t count_width, std::size_t type_width,
                 bool windows, const TablesOptions& options, std::ostream& out) {
  const std::string count = thousands(group.count);
  out << "  " << sign << ' ' << std::string(count_width - count.size(), ' ') << count << " × "
      << padded(escaped(group.type), type_width) << "  "
      << (group.pattern.empty() ? "different names" : escaped(group.pattern)) << "  ("
      << number_words(group.handles, windows) << ')';
  for (const report::SignCount& shown : group.signs)
    out << "\n      " << warned("==> " + shown.words, false, options);
  out << '\n';
  if (!group.origin.has_value()) return;
  if (group.origin->culprit.has_value()) out << "    " << culprit_words(*group.origin->culprit) << '\n';
  origin_stack(*group.origin, options, out);
}

void group_list(const std::vector<ChangeGroup>& groups, std::uint64_t total, char sign, const char* what,
                bool windows, const TablesOptions& options, std::ostream& out) {
  if (groups.empty()) return;
  out << ' ' << report::counted(total, "handle", "handles") << ' ' << what << '\n';
  const std::size_t shown = options.top == 0 ? groups.size() : std::min(options.top, groups.size());
  std::size_t count_width = 0;
  std::size_t type_width = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    count_width = std::max(count_width, thousands(groups[i].count).size());
    type_width = std::max(type_width, columns(escaped(groups[i].type)));
  }
  for (std::size_t i = 0; i < shown; ++i)
    group_lines(groups[i], sign, count_width, type_width, windows, options, out);
  if (shown < groups.size())
    out << "  … " << report::counted(groups.size() - shown, "more kind", "more kinds") << " (--top 0)\n";
}

void change_lines(const TableChange& change, const TablesOptions& options, std::ostream& out) {
  header_lines(change, options, out);
  group_list(change.groups_came, change.came, '+', "came", change.windows, options, out);
  group_list(change.groups_went, change.went, '-', "went", change.windows, options, out);
  const std::uint64_t stayed = change.after - std::min(change.after, change.came);
  if (change.came == 0 && change.went == 0) {
    out << " nothing changed\n";
  } else if (change.same_process) {
    out << ' ' << thousands(stayed) << " stayed\n";
  }
}

void names_line(const char* what, const std::vector<std::string>& names, std::ostream& out) {
  if (names.empty()) return;
  constexpr std::size_t kShown = 8;
  out << what;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i)
    out << (i == 0 ? "" : ", ") << escaped(names[i]);
  if (names.size() > kShown) out << ", … " << thousands(names.size() - kShown) << " more";
  out << '\n';
}

}  // namespace

void changes_text(const report::TableChanges& changes, const TablesOptions& options, std::ostream& out) {
  bool first = true;
  for (const TableChange& change : changes.processes) {
    if (!first) out << '\n';
    first = false;
    change_lines(change, options, out);
  }
  names_line("only before: ", changes.only_before, out);
  names_line("only after: ", changes.only_after, out);
  for (const std::string& warning : changes.warnings) out << "warning: " << escaped(warning) << '\n';
}

}  // namespace ajar::render
