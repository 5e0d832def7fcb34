#include "top/process_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "render/count_trends.h"
#include "render/escape.h"
#include "render/table_words.h"
#include "report/words.h"
#include "top/text.h"

namespace ajar::top {
namespace {

constexpr std::size_t kLinesAround = 4;  // title, summary, headings; the line of the chosen one
constexpr std::size_t kLastCounts = 30;  // as many as the widest sparkline has
constexpr std::size_t kShortestName = 12;
constexpr std::size_t kGap = 1;

constexpr std::array kSortWords = {
    SortWord{SortKey::count, "count"}, SortWord{SortKey::growth, "growth"}, SortWord{SortKey::share, "share"},
    SortWord{SortKey::full, "full"},   SortWord{SortKey::pid, "pid"},       SortWord{SortKey::name, "name"},
};

enum class Cell : std::uint8_t { handles, growth, share, full, verdict, counts, pid, name };

struct Column {
  Cell cell;
  std::string_view heading;
  std::size_t width;  // 0: what is left
  bool to_the_left;
  int dropped;  // the earlier one is dropped first where there is no room; 0: never
  std::optional<SortKey> sort;
};

constexpr std::array kColumns = {
    Column{Cell::handles, "HANDLES", 8, false, 0, SortKey::count},
    Column{Cell::growth, "GROWTH", 9, false, 0, SortKey::growth},
    Column{Cell::share, "USED", 6, false, 4, SortKey::share},
    Column{Cell::full, "FULL IN", 10, false, 3, SortKey::full},
    Column{Cell::verdict, "VERDICT", 9, true, 2, std::nullopt},
    Column{Cell::counts, "COUNTS", 8, true, 1, std::nullopt},
    Column{Cell::pid, "PID", 7, false, 0, SortKey::pid},
    Column{Cell::name, "NAME", 0, true, 0, SortKey::name},
};

// The columns that there is room for, as wide as they are then. A wider screen has longer sparklines.
std::vector<Column> columns_for(std::size_t width) {
  std::vector<Column> columns(kColumns.begin(), kColumns.end());
  const auto taken = [&] {
    std::size_t sum = 0;
    for (const Column& column : columns) sum += column.width + kGap;
    return sum;
  };
  for (int next = 1; next <= 4 && taken() + kShortestName > width; ++next)
    std::erase_if(columns, [&](const Column& column) { return column.dropped == next; });
  constexpr std::size_t kOrdinary = 80;
  for (Column& column : columns) {
    if (column.cell == Cell::counts && width > kOrdinary)
      column.width = std::min(kLastCounts, column.width + (width - kOrdinary) / 2);
  }
  const std::size_t left = width - std::min(width, taken());
  columns.back().width = left;
  return columns;
}

std::string in_column(const Column& column, std::string_view text) {
  return column.to_the_left ? to_left(text, column.width) : to_right(text, column.width);
}

std::string share_cell(std::optional<double> share) {
  if (!share) return "";
  if (*share > 1) return ">100 %";
  if (*share < 0.01) return "<1 %";
  // Full is said only of what is full.
  const auto percent = *share < 1 ? std::min(std::llround(*share * 100), 99LL) : 100;
  return std::to_string(percent) + " %";
}

std::string full_cell(std::optional<double> seconds) {
  if (!seconds) return "";
  return *seconds <= 0 ? "full" : report::duration(*seconds);
}

constexpr double kNever = std::numeric_limits<double>::infinity();

}  // namespace

std::span<const SortWord> sort_words() {
  return kSortWords;
}

void ProcessTable::take(Processes processes) {
  last_ = std::move(processes);
  arrange();
}

// Limits are read of those that are seen, and where all are sorted by them.
void ProcessTable::arrange() {
  rows_.clear();
  for (const Process& process : last_.processes) {
    if (!filter_.matches(process.name) && !filter_.matches(std::to_string(process.pid))) continue;
    Row row{.process = process, .share = {}, .full_in_s = {}, .judged = {}};
    if (sort_ == SortKey::share || process.is_growing()) {
      if (const auto limit = machine_.soft_limit(process.id)) {
        row.share = *limit == 0 ? 1 : static_cast<double>(process.handles) / static_cast<double>(*limit);
        if (process.is_growing()) {
          const double left = static_cast<double>(*limit) - static_cast<double>(process.handles);
          row.full_in_s = std::max(0.0, left) / process.rate_per_second;
        }
      }
    }
    rows_.push_back(std::move(row));
  }
  std::ranges::stable_sort(rows_, [&](const Row& a, const Row& b) { return is_before(a, b); });
  if (reversed_) std::ranges::reverse(rows_);
  follow_chosen();
}

// The greatest first, but of time until full, of pids and names; where it is the same, who has more handles.
bool ProcessTable::is_before(const Row& a, const Row& b) const {
  const auto more = [](const auto& x, const auto& y) { return std::pair(x > y, x == y); };
  const auto [before, same] = [&]() -> std::pair<bool, bool> {
    switch (sort_) {
      case SortKey::count:
        return more(a.process.handles, b.process.handles);
      case SortKey::growth:
        return more(a.process.rate_per_second, b.process.rate_per_second);
      case SortKey::share:
        return more(a.share.value_or(-1), b.share.value_or(-1));
      case SortKey::full:
        return more(b.full_in_s.value_or(kNever), a.full_in_s.value_or(kNever));
      case SortKey::pid:
        return more(b.process.pid, a.process.pid);
      case SortKey::name:
        return more(b.process.name, a.process.name);
    }
    return {false, true};
  }();
  if (!same) return before;
  if (a.process.handles != b.process.handles) return a.process.handles > b.process.handles;
  return a.process.pid < b.process.pid;
}

bool ProcessTable::is_down() const {
  return (sort_ <= SortKey::share) != reversed_;
}

void ProcessTable::follow_chosen() {
  if (!followed_) return;
  const auto row =
      std::ranges::find_if(rows_, [&](const Row& other) { return other.process.id == followed_; });
  // One that has gone leaves its line to the next.
  if (row != rows_.end()) {
    list_.choose(static_cast<std::size_t>(row - rows_.begin()));
  } else {
    list_.keep(rows_.size(), seen_);
    followed_ = rows_.empty() ? std::nullopt : std::optional(rows_[list_.chosen()].process.id);
  }
}

const Process* ProcessTable::chosen() const {
  return list_.chosen() < rows_.size() ? &rows_[list_.chosen()].process : nullptr;
}

bool ProcessTable::press(const Key& key) {
  const std::string before = filter_.text();
  const bool was_for_it = filter_.press(key);
  if (before != filter_.text()) arrange();
  return was_for_it;
}

void ProcessTable::sort_by(SortKey key) {
  reversed_ = key == sort_ && !reversed_;
  sort_ = key;
  arrange();
}

bool ProcessTable::act(Action action) {
  if (list_.move(action, rows_.size(), seen_)) {
    const Process* process = chosen();
    followed_ = action == Action::home || process == nullptr ? std::nullopt : std::optional(process->id);
    return true;
  }
  if (action >= Action::by_count && action <= Action::by_name) {
    sort_by(static_cast<SortKey>(static_cast<int>(action) - static_cast<int>(Action::by_count)));
    return true;
  }
  constexpr auto kKeys = static_cast<unsigned>(kSortWords.size());
  const auto column = static_cast<unsigned>(sort_);
  switch (action) {
    case Action::column_left:
      sort_by(static_cast<SortKey>((column + kKeys - 1) % kKeys));
      return true;
    case Action::column_right:
      sort_by(static_cast<SortKey>((column + 1) % kKeys));
      return true;
    case Action::filter:
      filter_.begin();
      return true;
    case Action::leave:
      if (!filter_.is_set()) return false;
      filter_.clear();
      arrange();
      return true;
    default:
      return false;
  }
}

const Judged& ProcessTable::judged(Row& row) {
  if (!row.judged) {
    row.judged = machine_.judge(row.process.id, kLastCounts);
    if (const auto limit = row.judged->trend.soft_limit)
      row.share = render::share_of(row.process.handles, limit);
  }
  return *row.judged;
}

Line ProcessTable::summary_line(bool frozen) const {
  const auto growing = std::ranges::count_if(last_.processes, &Process::is_growing);
  Line line(" ");
  if (last_.all_ended) {
    line.add("ended: all that was to be watched", Look::strong);
  } else if (growing > 0) {
    line.add(report::thousands(static_cast<std::uint64_t>(growing)) + " growing", Look::grave);
  } else {
    line.add("none is growing");
  }
  if (filter_.is_set() && !filter_.is_typed()) {
    line.add("   " + report::counted(rows_.size(), "process", "processes") + " with '" +
                 render::escaped(filter_.text()) + "'",
             Look::strong);
  }
  if (frozen) line.add("   frozen (Space goes on)", Look::warning);
  return line;
}

Line ProcessTable::row_line(Row& row, std::size_t columns, Style style) {
  const Judged& judged = this->judged(row);
  const Look look = row.process.is_growing() ? Look::grave : Look::plain;
  Line line;
  for (const Column& column : columns_for(columns)) {
    std::string text;
    Look here = look;
    switch (column.cell) {
      case Cell::handles:
        text = number_in(row.process.handles, column.width);
        break;
      case Cell::growth:
        if (row.process.is_growing()) text = "+" + report::rate(row.process.rate_per_second);
        break;
      case Cell::share:
        text = share_cell(row.share);
        if (look == Look::plain && row.share && render::is_near(*row.share)) here = Look::warning;
        break;
      case Cell::full:
        text = full_cell(row.full_in_s);
        break;
      case Cell::verdict:
        text = report::trend_word(judged.trend.trend);
        if (look == Look::plain) here = Look::faint;
        break;
      case Cell::counts:
        text = sparkline(judged.last_counts, column.width, style);
        break;
      case Cell::pid:
        text = std::to_string(row.process.pid);
        break;
      case Cell::name:
        text = render::escaped(row.process.name);
        break;
    }
    line.add(in_column(column, text), here);
    line.add(std::string(kGap, ' '));
  }
  return line;
}

// More of the chosen one.
Line ProcessTable::telling_line() {
  if (rows_.empty()) {
    return Line(filter_.is_set()
                    ? " no process has '" + render::escaped(filter_.text()) + "' in its name or pid"
                    : " no process to show",
                Look::faint);
  }
  Row& row = rows_[list_.chosen()];
  const report::CountTrend& trend = judged(row).trend;
  std::string text = " " + render::called(row.process.name, row.process.pid) + ": ";
  if (trend.trend != report::Trend::growing) return Line(text + trend.reason, Look::faint);
  text += render::growth_words(trend);
  if (const std::string types = render::type_words(trend); !types.empty()) text += " (" + types + ")";
  if (const std::string forecast = render::forecast_words(trend); !forecast.empty()) text += ", " + forecast;
  return Line(text, Look::grave);
}

std::vector<Line> ProcessTable::lines(Size size, Style style, bool frozen) {
  seen_ = size.lines - std::min(size.lines, kLinesAround);
  list_.keep(rows_.size(), seen_);
  std::vector<Line> lines;
  lines.emplace_back(" " + render::sweep_line(last_.sweep, last_.clock), Look::strong);
  lines.push_back(summary_line(frozen));
  Line& headings = lines.emplace_back();
  for (const Column& column : columns_for(size.columns)) {
    const bool sorted = column.sort == sort_;
    std::string heading(column.heading);
    if (sorted) heading.insert(0, is_down() ? "↓" : "↑");
    headings.add(in_column(column, heading) + std::string(kGap, ' '), sorted ? Look::strong : Look::heading);
  }
  for (std::size_t at = list_.first(); at < list_.first() + seen_; ++at) {
    if (at >= rows_.size()) {
      lines.emplace_back();
      continue;
    }
    lines.push_back(row_line(rows_[at], size.columns, style));
    lines.back().chosen = at == list_.chosen();
  }
  lines.push_back(telling_line());
  return lines;
}

}  // namespace ajar::top
