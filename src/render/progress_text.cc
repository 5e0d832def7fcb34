#include "render/progress_text.h"

#include <cmath>

#include "render/escape.h"
#include "render/text_findings.h"
#include "render/text_stack.h"
#include "report/words.h"

namespace ajar::render {
namespace {

// The first of a process's groups is its worst; among processes, the one with the most outstanding.
const report::Group* worst_of(const report::Report& report) {
  const report::Group* worst = nullptr;
  for (const report::Process& process : report.processes) {
    for (const report::Group& group : process.groups) {
      if (!is_finding(group)) continue;
      const bool worse = worst == nullptr || group.verdict < worst->verdict ||
                         (group.verdict == worst->verdict && group.outstanding > worst->outstanding);
      if (worse) worst = &group;
    }
  }
  return worst;
}

std::string time_words(double seconds) {
  const auto all = static_cast<std::uint64_t>(std::llround(seconds));
  if (all < 120) return std::to_string(all) + " s";
  if (all < 7200) return std::to_string(all / 60) + " min";
  return std::to_string(all / 3600) + " h " + std::to_string(all / 60 % 60) + " min";
}

std::string counts_words(const report::Report& report) {
  std::uint64_t opened = 0;
  std::uint64_t closed = 0;
  for (const report::Process& process : report.processes) {
    for (const report::Group& group : process.groups) {
      opened += group.outstanding;
      closed += group.closed;
    }
  }
  return "   +" + report::thousands(opened) + " open, " + report::thousands(closed) + " closed";
}

std::string group_words(const report::Group& group) {
  std::string words;
  if (group.rate_per_second > 0) words += " +" + report::rate(group.rate_per_second);
  words += "  " + escaped(group.type.empty() ? group.call : group.type);
  if (group.culprit.has_value()) words += "  " + culprit_words(*group.culprit);
  return words;
}

}  // namespace

std::string progress_line(const report::Report& report, double seconds, bool colour, std::size_t width) {
  std::string time = time_words(seconds);
  time.insert(0, time.size() < 7 ? 7 - time.size() : 0, ' ');
  const std::string counts = counts_words(report);
  const report::Group* worst = worst_of(report);
  const auto fitting = [&](const std::string& line) { return width == 0 ? line : cut(line, width); };
  if (worst == nullptr) return fitting(time + counts);
  const std::string label = verdict_label(worst->verdict);
  const std::string before = time + padded(counts, 28) + " ";
  std::string line = fitting(before + label + group_words(*worst));
  // Colours take no columns, so they come last.
  if (line.find(label, before.size()) != before.size()) return line;
  const bool grave = worst->verdict == report::Verdict::leak;
  return line.replace(before.size(), label.size(), coloured(label, grave, colour));
}

}  // namespace ajar::render
