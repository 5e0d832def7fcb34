#include "render/text_findings.h"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>

#include "render/escape.h"
#include "render/handle_words.h"
#include "render/text_stack.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::counted;
using report::duration;
using report::thousands;

constexpr std::string_view indent = "    ";
constexpr std::size_t frames_of_others_shown = 4;

std::string growth_words(const report::Group& group) {
  if (group.rate_per_second <= 0) return group.growing ? ", growing" : "";
  if (group.growing) return ", " + report::rate(group.rate_per_second) + " and growing";
  return ", grew by " + report::rate(group.rate_per_second) + " until " +
         duration(group.newest_s.value_or(0)) + " before the end";
}

// Of what has no times.
std::string share_words(const report::Group& group) {
  if (group.oldest_s) return {};
  return " still open of " + report::counted(group.opened, "traced open", "traced opens");
}

std::string blame_words(const std::optional<report::Culprit>& culprit) {
  return culprit.has_value() ? culprit_words(*culprit)
                             : "no module to blame: every known frame is the system's";
}

void blame_lines(const std::optional<report::Culprit>& culprit, std::ostream& out) {
  out << indent << blame_words(culprit) << '\n';
  if (!culprit.has_value()) return;
  if (const std::string whom = whom_to_call(*culprit); !whom.empty()) out << indent << whom << '\n';
}

const report::Culprit* pointer(const std::optional<report::Culprit>& culprit) {
  return culprit.has_value() ? &*culprit : nullptr;
}

// The newest with a name is the one that can most likely still be looked at.
const report::Handle* example(const report::Group& group) {
  const auto named = std::find_if(group.handles.rbegin(), group.handles.rend(),
                                  [](const report::Handle& handle) { return !handle.name.empty(); });
  return named == group.handles.rend() ? nullptr : &*named;
}

void probable_line(const report::Probable& probable, const std::string& type, std::ostream& out) {
  if (probable.count == 0) return;
  const auto percent = std::lround(probable.share * 100);
  out << indent << "probably also " << thousands(probable.count) << " from before: " << escaped(type);
  if (!probable.like.empty()) out << ' ' << escaped(probable.like);
  out << " (of those that came since and stay, " << percent << " % are this code's)\n";
}

const char* kind_words(const report::BadClose& bad, const TextOptions& options) {
  const bool may_be_use = bad.is_use || options.bad_uses;
  switch (bad.kind) {
    case report::BadClose::Kind::closed_twice:
      return may_be_use ? "USED AFTER CLOSE" : "CLOSED TWICE";
    case report::BadClose::Kind::closes_anothers:
      return "CLOSES ANOTHER'S";
    case report::BadClose::Kind::not_open:
      break;
  }
  return may_be_use ? "USED, NOT OPEN" : "CLOSED, NOT OPEN";
}

}  // namespace

bool is_finding(const report::Group& group) {
  return group.suppressed_by.empty() && group.verdict <= report::Verdict::suspect;
}

std::string verdict_label(report::Verdict verdict) {
  std::string label(report::verdict_word(verdict));
  std::ranges::transform(label, label.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return label;
}

std::string label(std::string_view word, bool grave, const TextOptions& options) {
  return coloured(word, grave, options.colour);
}

void group_lines(const report::Group& group, std::size_t number, const TextOptions& options,
                 std::ostream& out) {
  const bool leak = group.verdict == report::Verdict::leak;
  const std::string index = std::to_string(number) + ".";
  const bool closed = group.outstanding == 0;
  out << (index.size() < 3 ? " " : "") << index << ' ' << label(verdict_label(group.verdict), leak, options)
      << "  " << thousands(closed ? group.closed_at_end : group.outstanding) << " × " << escaped(group.type)
      << growth_words(group) << (closed ? ", closed only as the program ended" : "") << share_words(group)
      << '\n';
  blame_lines(group.culprit, out);
  stack_lines(group.stack, pointer(group.culprit), frames_shown, options, out);
  if (group.stacks > 1) {
    out << indent << "reached along " << thousands(group.stacks)
        << " paths, of which this is the commonest\n";
  }
  if (group.oldest_s && group.newest_s) {
    out << indent << "opened " << thousands(group.opened) << ", closed " << thousands(group.closed)
        << "; oldest " << duration(*group.oldest_s) << ", newest " << duration(*group.newest_s) << '\n';
  }
  out << indent << report::verdict_word(group.verdict) << ": " << escaped(group.reason) << '\n';
  probable_line(group.probably_before, group.type, out);
  for (const report::SignCount& sign : group.signs) out << indent << "==> " << sign.words << '\n';
  if (const report::Handle* handle = example(group)) {
    out << indent << "for example " << handle_words(handle->value, options.windows) << ": "
        << escaped(handle->name) << '\n';
  }
}

void bad_close_lines(const report::BadClose& bad, const TextOptions& options, std::ostream& out) {
  out << ' ' << label(kind_words(bad, options), false, options) << "  "
      << handle_words(bad.handle, options.windows);
  if (bad.count > 1) out << " for example, " << thousands(bad.count) << " times";
  out << '\n';
  stack_lines(bad.stack, nullptr, frames_shown, options, out);
  const auto also = [&](const char* words, const report::Stack& stack) {
    if (stack.empty()) return;
    out << indent << words << '\n';
    stack_lines(stack, nullptr, frames_of_others_shown, options, out);
  };
  if (bad.kind == report::BadClose::Kind::closes_anothers) {
    also("which had been opened by", bad.opened_by);
    also("after which this close failed:", bad.noticed_by);
    also("the number had been the closer's own before, until it was closed by", bad.closed_by);
  } else {
    also("it had been closed by", bad.closed_by);
    also("and opened by", bad.opened_by);
  }
}

void failed_open_lines(const report::FailedOpen& failed, const TextOptions& options, std::ostream& out) {
  out << ' ' << label("AT THE LIMIT", true, options) << "  " << escaped(failed.call) << " failed "
      << counted(failed.count, "time", "times") << ", first at " << duration(failed.first_s) << ": "
      << escaped(failed.error) << '\n';
  out << indent << blame_words(failed.culprit) << '\n';
  if (!failed.example.empty()) out << indent << "for example " << escaped(failed.example) << '\n';
}

// prlimit(1): "2048:" is the soft limit alone, which anybody may raise as far as the hard one.
void limit_line(const report::Process& process, std::ostream& out) {
  const bool at_limit = std::ranges::any_of(process.failed_opens, &report::FailedOpen::at_limit);
  if (!at_limit || !process.running || !process.soft_limit) return;
  const std::uint64_t soft = *process.soft_limit;
  const bool below_hard = !process.hard_limit || *process.hard_limit > soft;
  const std::uint64_t more =
      below_hard ? std::min(2 * soft, process.hard_limit.value_or(2 * soft)) : 2 * soft;
  out << indent << "to buy time beyond " << thousands(soft) << ": " << (below_hard ? "" : "sudo ")
      << "prlimit --pid " << process.pid << " --nofile=" << more << (below_hard ? ":" : "") << '\n';
}

}  // namespace ajar::render
