#include "render/text_dump.h"

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <string>

#include "render/escape.h"
#include "render/text_untraced.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::counted;
using report::thousands;

constexpr std::size_t kTypesShown = 8;

void header_line(const report::Process& process, const report::Report& report, std::ostream& out) {
  const bool has_name = report.file != process.name;
  out << (report.file.empty() ? "ajar" : escaped(report.file)) << ": ";
  out << (has_name || process.pid == 0 ? named(process) : "pid " + std::to_string(process.pid));
  if (process.dump->up_s) out << ", up " << report::duration(*process.dump->up_s);
  out << ", " << escaped(process.dump->system) << ", " << counted(process.open, "handle", "handles") << '\n';
}

// "99.1 %"; nothing for what is less than one in a hundred.
std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0 || 100 * part < whole) return {};
  char text[16];
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  const int length = std::snprintf(text, sizeof text, "%.1f %%", share);
  return {text, length > 0 ? static_cast<std::size_t>(length) : 0};
}

void type_lines(const report::Process& process, const TextOptions& options, std::ostream& out) {
  const report::Dump& dump = *process.dump;
  const std::size_t shown = options.top == 0 ? dump.types.size() : std::min(kTypesShown, dump.types.size());
  std::size_t type_width = 0;
  std::size_t count_width = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    type_width = std::max(type_width, columns(escaped(dump.types[i].type)));
    count_width = std::max(count_width, thousands(dump.types[i].count).size());
  }
  for (std::size_t i = 0; i < shown; ++i) {
    const report::TypeCount& type = dump.types[i];
    const std::string count = thousands(type.count);
    const std::string share = percent(type.count, process.open);
    out << "   " << padded(escaped(type.type), type_width) << "  "
        << std::string(count_width - count.size(), ' ') << count;
    if (!share.empty()) out << std::string(share.size() < 8 ? 8 - share.size() : 0, ' ') << share;
    if (const auto unnamed = dump.unnamed.find(type.type); unnamed != dump.unnamed.end())
      out << "   " << thousands(unnamed->second) << " without a name";
    if (!type.type.empty() && type.type == dump.standing_out)
      out << "   <== stands out: no healthy process has so many";
    out << '\n';
    for (const report::SignCount& sign : type.signs) out << "      ==> " << sign.words << '\n';
  }
  if (shown == dump.types.size()) return;
  std::uint64_t rest = 0;
  for (std::size_t i = shown; i < dump.types.size(); ++i) rest += dump.types[i].count;
  out << "   … " << counted(rest, "handle", "handles") << " of "
      << counted(dump.types.size() - shown, "other type", "other types") << " (--top 0)\n";
}

void operations_line(const report::Process& process, std::ostream& out) {
  const report::Dump& dump = *process.dump;
  if (dump.operations == 0 && !process.windows) {
    out << " what code opened these a list does not tell: 'ajar attach "
        << (process.pid == 0 ? "PID" : std::to_string(process.pid)) << "' does, while it runs\n";
    return;
  }
  if (dump.operations == 0) {
    out << " no handle operations: what code opened these is not in the dump. Turn handle tracing on "
           "(!htrace "
           "-enable in\n"
           "    WinDbg, 'Handles' in Application Verifier), let it leak, and take the dump again\n";
    return;
  }
  const std::uint64_t untraced = process.coverage.before_tracking + process.coverage.unseen;
  out << ' ' << counted(dump.operations, "handle operation", "handle operations");
  if (dump.ring_is_full) out << ", the ring is full";
  if (untraced == 0) {
    out << ": all open handles have a traced open\n";
  } else {
    out << ": " << (dump.ring_is_full ? "at least " : "")
        << counted(untraced, "open handle has", "open handles have") << " no traced open\n";
  }
}

}  // namespace

void dump_lines(const report::Process& process, const report::Report& report, const TextOptions& options,
                std::ostream& out) {
  header_line(process, report, out);
  type_lines(process, options, out);
  operations_line(process, out);
}

void dump_table_lines(const report::Process& process, const TextOptions& options, std::ostream& out) {
  const report::Dump& dump = *process.dump;
  constexpr std::size_t kNamesShown = 5;
  const std::size_t all = dump.same_names.size();
  const std::size_t shown = options.top == 0 ? all : std::min(all, kNamesShown);
  if (shown > 0) out << "\n open many times, each on an object of one name:\n";
  for (std::size_t i = 0; i < shown; ++i) {
    const report::SameName& same = dump.same_names[i];
    out << "   " << thousands(same.count) << " × " << escaped(same.type) << "  " << escaped(same.name)
        << '\n';
  }
  if (shown < all) out << "   … " << counted(all - shown, "more name", "more names") << " (--top 0)\n";
}

}  // namespace ajar::render
