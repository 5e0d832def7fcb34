#include "top/code_page.h"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

#include "render/escape.h"
#include "render/progress_text.h"
#include "render/table_words.h"
#include "render/text_findings.h"
#include "report/words.h"
#include "top/text.h"

namespace ajar::top {
namespace {

Look look_of(report::Verdict verdict) {
  if (verdict == report::Verdict::leak) return Look::grave;
  return verdict == report::Verdict::suspect ? Look::warning : Look::strong;
}

// Where a report names the option that shows more, this has a key for it.
std::string with_key(std::string line) {
  constexpr std::string_view kOption = "(--full-stacks)";
  if (line.ends_with(kOption)) line.replace(line.size() - kOption.size(), kOption.size(), "(w)");
  return line;
}

}  // namespace

const report::Process* CodePage::reported() const {
  if (attached_.report == nullptr) return nullptr;
  const auto& processes = attached_.report->processes;
  const auto found = std::ranges::find(processes, process_.pid, &report::Process::pid);
  return found == processes.end() ? nullptr : &*found;
}

void CodePage::add_head(bool frozen, std::size_t columns, std::vector<Line>& lines) const {
  Line& title = lines.emplace_back(" " + render::called(process_.name, process_.pid), Look::strong);
  title.add(": which code opens what stays open?");
  if (frozen) title.add("   frozen (Space goes on)", Look::warning);
  switch (attached_.state) {
    case Attached::State::starting:
      lines.emplace_back(" attaching …", Look::faint);
      break;
    case Attached::State::watching:
      lines.emplace_back(" " + render::escaped(attached_.words), Look::faint);
      break;
    case Attached::State::ended:
      add_whole(attached_.words, Look::warning, columns, lines);
      break;
  }
}

// As a report on the recording tells them.
std::vector<Line> CodePage::group_lines(std::size_t columns) const {
  std::vector<Line> lines;
  const report::Process* process = reported();
  if (process == nullptr) return lines;
  const render::TextOptions options{
      .full_stacks = whole_stacks_, .width = columns, .windows = process->windows};
  std::size_t number = 0;
  for (const report::Group& group : process->groups) {
    if (group.outstanding == 0 || !group.suppressed_by.empty()) continue;
    std::ostringstream text;
    render::group_lines(group, ++number, options, text);
    std::istringstream all(text.str());
    bool first = true;
    for (std::string line; std::getline(all, line); first = false)
      lines.emplace_back(with_key(std::move(line)), first ? look_of(group.verdict) : Look::plain);
    lines.emplace_back();
  }
  if (lines.empty()) lines.emplace_back(" nothing that was opened since is open now", Look::faint);
  return lines;
}

bool CodePage::act(Action action) {
  if (action == Action::whole_stacks) {
    whole_stacks_ = !whole_stacks_;
    return true;
  }
  return scroll_.move(action, length_, seen_);
}

std::vector<Line> CodePage::lines(Size size, Style /*style*/, bool frozen) {
  std::vector<Line> lines;
  add_head(frozen, size.columns, lines);
  if (const report::Process* process = reported()) {
    lines.emplace_back(render::progress_line(*attached_.report, process->ran_s, false, size.columns));
  }
  lines.emplace_back();
  const std::vector<Line> groups = group_lines(size.columns);
  length_ = groups.size();
  seen_ = size.lines - std::min(size.lines, lines.size() + 1);
  scroll_.keep(length_, seen_);
  for (std::size_t at = scroll_.first(); at < scroll_.first() + seen_; ++at)
    lines.push_back(at < length_ ? groups[at] : Line());
  const std::size_t below = length_ - std::min(length_, scroll_.first() + seen_);
  lines.emplace_back(below == 0 ? "" : " … " + report::counted(below, "more line", "more lines") + " below",
                     Look::faint);
  return lines;
}

}  // namespace ajar::top
