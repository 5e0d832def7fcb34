#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "base/words.h"
#include "render/escape.h"
#include "render/handle_words.h"
#include "render/table_words.h"
#include "render/tables.h"
#include "render/text_stack.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::HandleTable;
using report::TableHandle;
using report::thousands;

constexpr std::size_t kShortestName = 20;  // columns that a name gets, however narrow the terminal is

void header_line(const HandleTable& table, const TablesOptions& options, std::ostream& out) {
  out << called(table.name, table.pid);
  if (table.up_s.has_value()) out << ", up " << report::duration(*table.up_s);
  const double share = share_of(table.open, table.soft_limit);
  out << ": " << warned_by(share, open_words(table.open, table.soft_limit), options) << '\n';
}

void type_lines(const HandleTable& table, const TablesOptions& options, std::ostream& out) {
  std::size_t type_width = 0;
  std::size_t count_width = 0;
  for (const report::TypeCount& type : table.types) {
    type_width = std::max(type_width, columns(escaped(type.type)));
    count_width = std::max(count_width, thousands(type.count).size());
  }
  for (const report::TypeCount& type : table.types) {
    const std::string count = thousands(type.count);
    out << "  " << padded(escaped(type.type), type_width) << "  "
        << std::string(count_width - count.size(), ' ') << count;
    const std::string gap(type_width + count_width + 4, ' ');
    for (std::size_t i = 0; i < type.signs.size(); ++i) {
      out << (i == 0 ? "" : "\n" + gap) << "   " << warned("==> " + type.signs[i].words, false, options);
    }
    out << '\n';
  }
}

void note_lines(const HandleTable& table, const TablesOptions& options, std::ostream& out) {
  if (table.listed < table.open) {
    out << "  " << (table.listed == 0 ? "none" : thousands(table.listed)) << " of them "
        << (table.listed == 1 ? "is" : "are") << " listed; the others are only counted\n";
  } else if (!table.complete) {
    out << "  " << warned("the table could not be read to its end: there may be more handles", true, options)
        << '\n';
  }
  for (const report::Limit& limit : table.limits) {
    const double share = share_of(limit.used, limit.most);
    // The header says how near that is.
    const bool said = limit.name.ends_with("RLIMIT_NOFILE") && limit.most == table.soft_limit;
    if (said || (!is_near(share) && !options.details)) continue;
    out << "  " << warned_by(share, limit_words(limit), options) << '\n';
  }
  if (table.shares_table_with.empty()) return;
  out << "  one table with " << escaped(base::joined(table.shares_table_with, ", "))
      << ": what one closes, the others lose\n";
}

void detail_line(std::string_view label, std::size_t width, std::string_view text, std::ostream& out) {
  out << "  " << padded(label, width) << ' ' << text << '\n';
}

void origin_lines(const TableHandle& handle, std::size_t width, double now_s, const TablesOptions& options,
                  std::ostream& out) {
  if (!handle.no_origin.empty()) detail_line("opened by", width, escaped(handle.no_origin), out);
  if (!handle.origin.has_value()) return;
  const report::Origin& origin = *handle.origin;
  std::string words = origin.culprit.has_value() ? culprit_words(*origin.culprit) : escaped(origin.call);
  if (origin.opened_at_s)
    words += ", " + report::duration(std::max(0.0, now_s - *origin.opened_at_s)) + " before";
  if (!origin.thread_name.empty()) words += ", thread " + escaped(origin.thread_name);
  detail_line("opened by", width, words, out);
  origin_stack(origin, options, out);
}

void detailed_handle(const TableHandle& handle, const HandleTable& table, const TablesOptions& options,
                     std::ostream& out) {
  out << handle_words(handle.value, table.windows) << "   " << escaped(handle.type);
  const bool says_more = !handle.name.empty() && std::ranges::none_of(handle.details, [](const auto& detail) {
    return detail.label.starts_with("local");
  });
  if (says_more) out << "   " << escaped(handle.name);
  if (const std::string signs = sign_list(handle); !signs.empty())
    out << "   " << warned("==> " + signs, false, options);
  out << '\n';
  std::size_t width = 12;
  for (const report::Detail& detail : handle.details) width = std::max(width, columns(detail.label));
  for (const report::Detail& detail : handle.details)
    detail_line(detail.label, width, escaped(detail.text), out);
  origin_lines(handle, width, table.read_at_s, options, out);
}

void handle_rows(const HandleTable& table, const TablesOptions& options, std::ostream& out) {
  std::size_t number = 0;
  std::size_t type = 0;
  for (const TableHandle& handle : table.handles) {
    number = std::max(number, handle_words(handle.value, table.windows).size());
    type = std::max(type, columns(escaped(handle.type)));
  }
  for (const TableHandle& handle : table.handles) {
    const std::string signs = sign_list(handle);
    const std::size_t taken = number + 2 + type + 2 + (signs.empty() ? 0 : signs.size() + 7);
    const std::size_t room =
        options.width == 0 ? 0 : std::max(kShortestName, std::max(options.width, taken) - taken);
    out << padded(handle_words(handle.value, table.windows), number) << "  "
        << padded(escaped(handle.type), type) << "  " << name_words(handle.name, room);
    if (!signs.empty()) out << "   " << warned("==> " + signs, false, options);
    out << '\n';
  }
}

void table_lines(const HandleTable& table, const TablesOptions& options, std::ostream& out) {
  header_line(table, options, out);
  type_lines(table, options, out);
  note_lines(table, options, out);
  if (!options.details) return handle_rows(table, options, out);
  for (const TableHandle& handle : table.handles) {
    out << '\n';
    detailed_handle(handle, table, options, out);
  }
}

}  // namespace

void tables_text(const report::HandleTables& tables, const TablesOptions& options, std::ostream& out) {
  bool first = true;
  for (const HandleTable& table : tables.processes) {
    if (!first) out << '\n';
    first = false;
    table_lines(table, options, out);
  }
  for (const std::string& line : tables.machine) out << escaped(line) << '\n';
  for (const std::string& warning : tables.warnings) out << "warning: " << escaped(warning) << '\n';
}

}  // namespace ajar::render
