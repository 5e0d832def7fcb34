#include <algorithm>
#include <array>
#include <ostream>
#include <span>
#include <string>
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

struct Row {
  const CountTrend* trend = nullptr;
  std::string verdict, name, handles, rate;
};

std::string name_of(const CountTrend& trend) {
  return trend.pid == 0 ? escaped(trend.name) : called(trend.name, trend.pid);
}

Row row_of(const CountTrend& trend) {
  Row row;
  row.trend = &trend;
  row.verdict = trend_word(trend.trend);
  row.name = name_of(trend);
  if (trend.trend == Trend::growing) row.verdict = "GROWING";
  const bool moved = trend.trend == Trend::growing || trend.trend == Trend::rose;
  row.handles = moved                       ? thousands(trend.first) + " -> " + thousands(trend.last)
                : trend.least == trend.most ? thousands(trend.last)
                                            : thousands(trend.least) + " to " + thousands(trend.most);
  row.handles += trend.last == 1 ? " handle" : " handles";
  if (trend.trend == Trend::growing) row.rate = "+" + report::rate(trend.rate_per_second);
  return row;
}

std::size_t widest(const std::vector<Row>& rows, std::string Row::* cell) {
  std::size_t most = 0;
  for (const Row& row : rows) most = std::max(most, columns(row.*cell));
  return most;
}

// What its table said, in a line of its own.
void write_more(const CountTrend& trend, std::ostream& out) {
  std::string words = forecast_words(trend);
  if (const std::string types = type_words(trend); !types.empty())
    words += (words.empty() ? "" : "; ") + types;
  if (!words.empty()) out << "            " << words << '\n';
  for (const std::string& line : together_words(trend)) out << "            " << line << '\n';
}

// What processes that have ended, and others, had to do with each other.
void write_falls(const report::CountTrends& trends, const TablesOptions& options, std::ostream& out) {
  const std::size_t shown =
      options.top == 0 ? trends.falls.size() : std::min(options.top, trends.falls.size());
  for (const report::FallAtEnd& fall : std::span(trends.falls).first(shown)) {
    out << "   " << fall_words(fall) << '\n';
    for (const std::string& line : fall_curves(fall)) out << "            " << line << '\n';
  }
  if (shown < trends.falls.size())
    out << "   … " << counted(trends.falls.size() - shown, "more fall", "more falls")
        << " when others ended (--top 0)\n";
}

void write_rows(const std::vector<Row>& rows, const TablesOptions& options, std::ostream& out) {
  const std::array widths = {widest(rows, &Row::verdict), widest(rows, &Row::name),
                             widest(rows, &Row::handles), widest(rows, &Row::rate)};
  for (const Row& row : rows) {
    std::string line = "   " + padded(row.verdict, widths[0]) + "  " + padded(row.name, widths[1]) + "  " +
                       padded(row.handles, widths[2]);
    if (widths[3] > 0) line += "  " + padded(row.rate, widths[3]);
    line += "  " + row.trend->reason;
    if (options.width > 0) line = cut(line, options.width);
    const bool is_growing = row.trend->trend == Trend::growing;
    out << (is_growing ? warned(line, true, options) : line) << '\n';
    if (is_growing) write_more(*row.trend, out);
  }
}

}  // namespace

void count_trends_text(const report::CountTrends& trends, const TablesOptions& options, std::ostream& out) {
  if (!trends.file.empty()) out << escaped(trends.file) << ": ";
  out << counted(trends.processes.size(), "process", "processes") << ", "
      << counted(trends.samples, "sample", "samples") << " in " << report::duration(trends.seconds);
  if (!trends.host.empty()) out << " from " << escaped(trends.host);
  out << '\n';
  std::vector<Row> rows;
  std::vector<std::string> rest;
  for (const Trend trend : {Trend::growing, Trend::rose, Trend::steady, Trend::too_short}) {
    std::size_t count = 0;
    std::size_t shown = 0;
    const bool one_by_one = options.top == 0 || trend == Trend::growing || trend == Trend::rose;
    for (const CountTrend& process : trends.processes) {
      if (process.trend != trend) continue;
      ++count;
      if (!one_by_one || (options.top != 0 && shown == options.top)) continue;
      rows.push_back(row_of(process));
      ++shown;
    }
    if (count == shown) continue;
    rest.push_back(std::string(trend_word(trend)) + ": " + (shown > 0 ? "… " : "") +
                   (shown > 0 ? counted(count - shown, "more process", "more processes")
                              : counted(count, "process", "processes")));
  }
  write_rows(rows, options, out);
  write_falls(trends, options, out);
  for (const report::TokenQuestion& question : trends.tokens) out << "   " << token_words(question) << '\n';
  for (std::size_t i = 0; i < rest.size(); ++i)
    out << "   " << rest[i] << (i + 1 == rest.size() ? " (--top 0)" : "") << '\n';
  for (const report::Caught& who : trends.caught) out << "caught " << end_of_caught(who) << '\n';
  for (const std::string& warning : trends.warnings) out << "warning: " << escaped(warning) << '\n';
}

}  // namespace ajar::render
