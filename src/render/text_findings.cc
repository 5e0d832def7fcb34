#include "render/text_findings.h"

#include <algorithm>
#include <ostream>
#include <string>

#include "render/escape.h"
#include "render/text_stack.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::counted;
using report::duration;
using report::thousands;

constexpr std::string_view indent = "    ";
constexpr std::size_t frames_of_others_shown = 4;

std::string label(std::string_view word, bool grave, const TextOptions& options) {
  if (!options.colour) return std::string(word);
  return (grave ? "\033[1;31m" : "\033[1;33m") + std::string(word) + "\033[0m";
}

std::string growth_words(const report::Group& group) {
  if (group.rate_per_second <= 0) return group.growing ? ", growing" : "";
  if (group.growing) return ", " + report::rate(group.rate_per_second) + " and growing";
  return ", grew by " + report::rate(group.rate_per_second) + " until " + duration(group.newest_s) +
         " before the end";
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

const char* kind_words(report::BadClose::Kind kind) {
  switch (kind) {
    case report::BadClose::Kind::closed_twice:
      return "CLOSED TWICE";
    case report::BadClose::Kind::closes_anothers:
      return "CLOSES ANOTHER'S";
    case report::BadClose::Kind::not_open:
      break;
  }
  return "CLOSED, NOT OPEN";
}

}  // namespace

void group_lines(const report::Group& group, std::size_t number, const TextOptions& options,
                 std::ostream& out) {
  const bool leak = group.verdict == report::Verdict::leak;
  const std::string index = std::to_string(number) + ".";
  const bool closed = group.outstanding == 0;
  out << (index.size() < 3 ? " " : "") << index << ' ' << label(leak ? "LEAK" : "SUSPECT", leak, options)
      << "  " << thousands(closed ? group.closed_at_end : group.outstanding) << " × " << escaped(group.type)
      << growth_words(group) << (closed ? ", closed only as the program ended" : "") << '\n';
  blame_lines(group.culprit, out);
  stack_lines(group.stack, pointer(group.culprit), frames_shown, options, out);
  if (group.stacks > 1) {
    out << indent << "reached along " << thousands(group.stacks)
        << " paths, of which this is the commonest\n";
  }
  out << indent << "opened " << thousands(group.opened) << ", closed " << thousands(group.closed)
      << "; oldest " << duration(group.oldest_s) << ", newest " << duration(group.newest_s) << '\n';
  out << indent << (leak ? "leak: " : "suspect: ") << escaped(group.reason) << '\n';
  for (const report::SignCount& sign : group.signs) out << indent << "==> " << sign.words << '\n';
  if (const report::Handle* handle = example(group)) {
    out << indent << "for example fd " << handle->value << ": " << escaped(handle->name) << '\n';
  }
}

void bad_close_lines(const report::BadClose& bad, const TextOptions& options, std::ostream& out) {
  out << ' ' << label(kind_words(bad.kind), false, options) << "  fd " << bad.handle;
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

}  // namespace ajar::render
