#include "top/process_page.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/path.h"
#include "base/words.h"
#include "render/count_trends.h"
#include "render/escape.h"
#include "render/handle_words.h"
#include "render/table_words.h"
#include "report/words.h"
#include "top/text.h"

namespace ajar::top {
namespace {

constexpr std::size_t kCountWidth = 8;
constexpr std::size_t kRateWidth = 10;
constexpr std::size_t kLeastSince = 10;
constexpr std::size_t kLeastHandles = 3;  // lines of the list, however many types there are
constexpr std::size_t kLastCounts = 30;

std::string change_words(std::uint64_t before, std::uint64_t now) {
  if (before == now) return "";
  return now > before ? "+" + report::thousands(now - before) : "-" + report::thousands(before - now);
}

// What it is known by as long as it is open: the kernel changes a file's name when that is deleted.
std::pair<std::uint64_t, std::string> identity(const report::TableHandle& handle) {
  const bool is_deleted = std::ranges::find(handle.signs, "deleted") != handle.signs.end();
  return {handle.value, std::string(is_deleted ? base::without_deleted(handle.name) : handle.name)};
}

}  // namespace

void ProcessPage::refresh() {
  judged_ = machine_.judge(process_.id, kLastCounts);
  auto read = machine_.table(process_.id);
  if (!read.ok()) {
    trouble_ = read.error().message();
    return;
  }
  trouble_.clear();
  table_ = std::move(read).value();
  if (!was_read_) {
    was_read_ = true;
    first_read_s_ = table_.read_at_s;
    for (const report::TypeCount& type : table_.types) first_counts_[type.type] = type.count;
    for (const report::TableHandle& handle : table_.handles) first_handles_.insert(identity(handle));
  }
  arrange();
}

void ProcessPage::arrange() {
  shown_.clear();
  for (const report::TableHandle& handle : table_.handles) {
    const bool matches = filter_.matches(handle.type) || filter_.matches(handle.name) ||
                         filter_.matches(number_of(handle)) || filter_.matches(render::sign_list(handle));
    if (matches) shown_.push_back(&handle);
  }
  const auto at = std::ranges::find_if(
      shown_, [&](const report::TableHandle* handle) { return handle->value >= chosen_number_; });
  list_.choose(static_cast<std::size_t>(at - shown_.begin()));
  list_.keep(shown_.size(), seen_);
}

std::string ProcessPage::number_of(const report::TableHandle& handle) const {
  return render::handle_number(handle.value, table_.windows);
}

bool ProcessPage::is_new(const report::TableHandle& handle) const {
  return !first_handles_.contains(identity(handle));
}

bool ProcessPage::press(const Key& key) {
  const std::string before = filter_.text();
  const bool was_for_it = filter_.press(key);
  if (before != filter_.text()) arrange();
  return was_for_it;
}

bool ProcessPage::act(Action action) {
  if (list_.move(action, shown_.size(), seen_)) {
    if (list_.chosen() < shown_.size()) chosen_number_ = shown_[list_.chosen()]->value;
    // Whichever is the last one: there comes what comes.
    if (action == Action::end) chosen_number_ = std::numeric_limits<std::uint64_t>::max();
    return true;
  }
  if (action == Action::filter) {
    filter_.begin();
    return true;
  }
  if (action != Action::leave || !filter_.is_set()) return false;
  filter_.clear();
  arrange();
  return true;
}

void ProcessPage::add_head(bool frozen, std::vector<Line>& lines) const {
  const report::CountTrend& trend = judged_.trend;
  Line& title = lines.emplace_back(" " + render::called(process_.name, process_.pid), Look::strong);
  if (was_read_) {
    if (table_.up_s) title.add(", up " + report::duration(*table_.up_s));
    title.add(
        ": " + render::open_words(table_.open, table_.soft_limit),
        render::is_near(render::share_of(table_.open, table_.soft_limit)) ? Look::warning : Look::plain);
  }
  Line& state = lines.emplace_back(" ");
  if (!trouble_.empty()) {
    state.add(render::escaped(trouble_), Look::warning);
  } else if (trend.trend == report::Trend::growing) {
    state.add("growing " + render::growth_words(trend), Look::grave);
    if (const auto full_in_s = trend.full_in_s())
      state.add(*full_in_s <= 0 ? ", full" : ", full in " + report::duration(*full_in_s), Look::grave);
  } else {
    state.add(std::string(report::trend_word(trend.trend)) + ": " + trend.reason);
  }
  if (frozen) state.add("   frozen (Space goes on)", Look::warning);
}

std::string ProcessPage::since_words() const {
  return "IN " + report::duration(std::max(0.0, table_.read_at_s - first_read_s_));
}

std::size_t ProcessPage::since_width() const {
  return std::max(kLeastSince, since_words().size() + 2);
}

Line ProcessPage::type_line(const report::TypeCount& type, std::size_t width) const {
  const auto& growing = judged_.trend.types;
  const auto trend = std::ranges::find(growing, type.type, &report::TypeTrend::type);
  const auto before = first_counts_.find(type.type);
  const std::uint64_t was = before == first_counts_.end() ? 0 : before->second;
  const bool grows = trend != growing.end();
  const Look look = grows ? Look::grave : Look::plain;
  Line line;
  line.add("  " + to_left(render::escaped(type.type), width) +
               to_right(number_in(type.count, kCountWidth), kCountWidth),
           look);
  line.add(to_right(grows ? "+" + report::rate(trend->rate_per_second) : "", kRateWidth), look);
  line.add(to_right(change_words(was, type.count), since_width()));
  for (const report::SignCount& sign : type.signs) line.add("   ==> " + sign.words, Look::warning);
  return line;
}

void ProcessPage::add_types(std::size_t most, std::vector<Line>& lines) const {
  std::size_t width = std::string_view("TYPE").size();
  for (const report::TypeCount& type : table_.types)
    width = std::max(width, columns_of(render::escaped(type.type)));
  constexpr std::size_t kWidest = 24;
  width = std::min(width, kWidest);
  lines.emplace_back("  " + to_left("TYPE", width) + to_right("HANDLES", kCountWidth) +
                         to_right("GROWTH", kRateWidth) + to_right(since_words(), since_width()) +
                         "   FORGOTTEN?",
                     Look::heading);
  const std::size_t shown = table_.types.size() <= most ? most : most - 1;
  for (std::size_t i = 0; i < std::min(shown, table_.types.size()); ++i)
    lines.push_back(type_line(table_.types[i], width));
  if (table_.types.size() > shown)
    lines.emplace_back("  … " + report::counted(table_.types.size() - shown, "more type", "more types"),
                       Look::faint);
}

void ProcessPage::add_notes(std::vector<Line>& lines) const {
  if (!table_.complete)
    lines.emplace_back("  the table could not be read to its end: there may be more handles", Look::grave);
  for (const report::Limit& limit : table_.limits) {
    const bool said = limit.name.ends_with("RLIMIT_NOFILE") && limit.most == table_.soft_limit;
    if (!said && render::is_near(render::share_of(limit.used, limit.most)))
      lines.emplace_back("  " + render::limit_words(limit), Look::warning);
  }
}

void ProcessPage::add_handles(Size size, std::vector<Line>& lines) {
  std::size_t number = std::string_view("FD").size();
  std::size_t type = std::string_view("TYPE").size();
  for (const report::TableHandle* handle : shown_) {
    number = std::max(number, number_of(*handle).size());
    type = std::max(type, columns_of(render::escaped(handle->type)));
  }
  lines.emplace_back(
      "  " + to_right(table_.windows ? "HANDLE" : "FD", number) + "  " + to_left("TYPE", type) + "  NAME",
      Look::heading);
  seen_ = size.lines - std::min(size.lines, lines.size() + 1);
  list_.keep(shown_.size(), seen_);
  for (std::size_t at = list_.first(); at < list_.first() + seen_; ++at) {
    Line& line = lines.emplace_back();
    if (at >= shown_.size()) continue;
    const report::TableHandle& handle = *shown_[at];
    const std::string signs = render::sign_list(handle);
    const std::string mark = signs.empty() ? "" : "  ==> " + signs;
    const std::size_t taken = 2 + number + 2 + type + 2 + mark.size();
    line.chosen = at == list_.chosen();
    line.add(is_new(handle) ? "+ " : "  ", Look::grave);
    line.add(to_right(number_of(handle), number) + "  " + to_left(render::escaped(handle.type), type) + "  ",
             is_new(handle) ? Look::strong : Look::plain);
    const std::string name = render::escaped(handle.name);
    line.add(taken < size.columns ? cut_to(name, size.columns - taken) : name);
    line.add(mark, Look::warning);
  }
}

// The whole name of the chosen one, which its line may not have room for.
Line ProcessPage::telling_line() const {
  if (shown_.empty())
    return Line(filter_.is_set()
                    ? " no handle has '" + render::escaped(filter_.text()) + "' in its type, name or sign"
                    : " no handles",
                Look::faint);
  const report::TableHandle& handle = *shown_[list_.chosen()];
  std::string text = " " + render::handle_words(handle.value, table_.windows) + ": ";
  text += render::escaped(handle.name.empty() ? handle.type : handle.name);
  if (is_new(handle)) text += "  (+: came since you look)";
  return Line(text, Look::faint);
}

std::vector<Line> ProcessPage::lines(Size size, Style /*style*/, bool frozen) {
  std::vector<Line> lines;
  add_head(frozen, lines);
  if (!was_read_) {
    lines.pop_back();
    add_whole(trouble_, Look::warning, size.columns, lines);
    return lines;
  }
  // Headings of both lists and the line at the bottom are there in any case.
  const std::size_t room = size.lines - std::min(size.lines, lines.size() + 3 + kLeastHandles);
  add_types(std::max<std::size_t>(room * 2 / 3, 2), lines);
  add_notes(lines);
  add_handles(size, lines);
  lines.push_back(telling_line());
  return lines;
}

}  // namespace ajar::top
