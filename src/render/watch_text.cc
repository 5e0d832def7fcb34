#include <algorithm>
#include <cstddef>
#include <map>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "render/count_trends.h"
#include "render/escape.h"
#include "render/table_words.h"
#include "render/together_text.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::counted;
using report::CountTrend;
using report::thousands;
using report::Trend;

constexpr std::size_t kMostNames = 5;

bool is_growing(const CountTrend& trend) {
  return trend.trend == Trend::growing && !trend.ended;
}

// A sentence is broken, and not cut off: what it concludes stands at its end.
void indented_line(const std::string& indent, const std::string& words, const TablesOptions& options,
                   std::ostream& out) {
  out << indent << (options.width > 0 ? wrapped(words, indent.size(), options.width) : words) << '\n';
}

void write_growing(const CountTrend& trend, const TablesOptions& options, std::ostream& out) {
  std::string line = "   " + growing_line(trend);
  if (options.width > 0) line = cut(line, options.width);
  out << warned(line, true, options) << '\n';
  for (const std::string& words : together_words(trend)) indented_line("            ", words, options, out);
}

// The last ones, each in a line.
void fall_lines(const report::CountTrends& trends, const TablesOptions& options, std::ostream& out) {
  constexpr std::size_t kMost = 3;
  const std::size_t shown = std::min(trends.falls.size(), kMost);
  for (const report::FallAtEnd& fall : std::span(trends.falls).last(shown))
    indented_line("   ", fall_words(fall), options, out);
}

// The programs whose processes have the most handles: "postgres (17 processes), nginx (5 processes), …".
std::string names_of(const std::vector<const CountTrend*>& some) {
  struct Program {
    std::uint64_t processes = 0, handles = 0;
  };
  std::map<std::string, Program> programs;
  for (const CountTrend* trend : some) {
    Program& program = programs[trend->name];
    ++program.processes;
    program.handles += trend->last;
  }
  std::vector<std::pair<std::string, Program>> rows(programs.begin(), programs.end());
  std::ranges::stable_sort(rows, std::ranges::greater(), [](const auto& row) { return row.second.handles; });
  std::string words;
  for (const auto& [name, program] : std::span(rows).first(std::min(rows.size(), kMostNames))) {
    words += (words.empty() ? "" : ", ") + escaped(name);
    if (program.processes > 1) words += " (" + counted(program.processes, "process", "processes") + ")";
  }
  return rows.size() > kMostNames ? words + ", …" : words;
}

void steady_line(const std::vector<const CountTrend*>& some, const TablesOptions& options,
                 std::ostream& out) {
  if (some.empty()) return;
  const std::string line = "   steady   " + names_of(some);
  out << (options.width > 0 ? cut(line, options.width) : line) << '\n';
}

}  // namespace

std::string growing_line(const CountTrend& trend) {
  std::string line = "GROWING  " + called(trend.name, trend.pid) + "  " + growth_words(trend);
  const std::string forecast = forecast_words(trend);
  line += "  " + (forecast.empty() ? counted(trend.last, "handle", "handles") : forecast);
  if (const std::string types = type_words(trend); !types.empty()) line += "  (" + types + ")";
  return line;
}

std::string growth_words(const CountTrend& trend) {
  std::string words = "+" + report::rate(trend.rate_per_second);
  if (trend.grows_for_s > 0) words += " for " + report::duration(trend.grows_for_s);
  return words;
}

std::string forecast_words(const CountTrend& trend) {
  if (!trend.soft_limit) return {};
  const std::string words = open_words(trend.last, trend.soft_limit);
  const auto full_in_s = trend.full_in_s();
  if (!full_in_s) return words;
  return *full_in_s <= 0 ? words + ", full" : words + ", full in " + report::duration(*full_in_s);
}

std::string type_words(const CountTrend& trend) {
  std::string words;
  constexpr std::size_t kMostTypes = 4;
  for (std::size_t i = 0; i < std::min(trend.types.size(), kMostTypes); ++i) {
    const report::TypeTrend& type = trend.types[i];
    words += (i == 0 ? "" : ", ") + escaped(type.type) + " +" + report::rate(type.rate_per_second);
  }
  return trend.types.size() > kMostTypes ? words + ", …" : words;
}

std::string sweep_line(const report::Sweep& sweep, std::string_view clock) {
  std::string line = std::string(clock) + "  " + counted(sweep.processes, "process", "processes") + ", " +
                     counted(sweep.handles, "handle", "handles");
  if (sweep.unreadable > 0) line += ", " + thousands(sweep.unreadable) + " not readable";
  constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 60U;  // what systemd sets is even more
  if (sweep.used && sweep.most) {
    const std::string most = *sweep.most < kNoLimit ? " of " + thousands(*sweep.most) : "";
    line += " (" + thousands(*sweep.used) + most + " open files)";
  }
  return line;
}

void watch_text(const report::Sweep& sweep, const report::CountTrends& trends, std::string_view clock,
                const TablesOptions& options, std::ostream& out) {
  out << sweep_line(sweep, clock) << '\n';
  std::size_t shown = 0;
  for (const CountTrend& trend : trends.processes) {
    if (!is_growing(trend) || (options.top != 0 && shown == options.top)) continue;
    write_growing(trend, options, out);
    ++shown;
  }
  const auto growing = static_cast<std::size_t>(std::ranges::count_if(trends.processes, is_growing));
  if (growing > shown)
    out << "            … and " << counted(growing - shown, "more process", "more processes")
        << " (--top 0)\n";
  fall_lines(trends, options, out);
  for (const report::TokenQuestion& question : trends.tokens)
    indented_line("   ", token_words(question), options, out);
  std::vector<const CountTrend*> steady;
  std::size_t not_judged = 0;
  for (const CountTrend& trend : trends.processes) {
    if (trend.trend == Trend::too_short) ++not_judged;
    if (trend.trend == Trend::steady || trend.trend == Trend::rose) steady.push_back(&trend);
  }
  steady_line(steady, options, out);
  if (not_judged > 0) out << "   too short to judge: " << counted(not_judged, "process", "processes") << '\n';
}

}  // namespace ajar::render
