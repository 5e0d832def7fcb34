#include "render/text_stack.h"

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <span>
#include <utility>

#include "base/path.h"
#include "render/escape.h"
#include "report/function_name.h"
#include "report/words.h"

namespace ajar::render {
namespace {

constexpr std::string_view indent = "        ";
constexpr std::string_view gap = "  ";

struct Row {
  std::string function, place, module;
  std::size_t times = 1;  // in a row

  [[nodiscard]] bool says_the_same_as(const Row& other) const {
    return function == other.function && place == other.place && module == other.module;
  }
};

std::string in_hex(std::uint64_t offset) {
  char text[24];
  std::snprintf(text, sizeof text, "+0x%llx", static_cast<unsigned long long>(offset));
  return text;
}

Row row_of(const report::Frame& frame) {
  if (!frame.marker.empty())
    return {.function = "(" + escaped(frame.marker) + ")", .place = {}, .module = {}};
  Row row;
  const std::string name = escaped(report::qualified_name(frame.function));
  if (frame.match == report::Match::exact) row.function = name;
  if (frame.match == report::Match::nearest) row.function = "near " + name;
  if (frame.match == report::Match::none) row.function = "?";
  row.module = escaped(frame.module);
  if (!frame.file.empty()) {
    row.place = place_words(frame.file, frame.line);
  } else if (!frame.module.empty()) {
    if (frame.offset != 0) row.place = in_hex(frame.offset);
  } else if (frame.match == report::Match::none) {
    row.place = in_hex(frame.offset).substr(1);  // an address, not an offset
  }
  if (frame.inlined) row.module += " (inlined)";
  return row;
}

std::vector<Row> rows_of(std::span<const report::Frame> frames) {
  std::vector<Row> rows;
  for (const report::Frame& frame : frames) {
    Row row = row_of(frame);
    if (!rows.empty() && rows.back().says_the_same_as(row)) {
      ++rows.back().times;  // a recursion
    } else {
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

bool leads_to_main(const report::Frame& frame) {
  const bool exact = frame.match == report::Match::exact;
  return frame.marker.empty() && (frame.system || (exact && (report::is_standard_library(frame.function) ||
                                                             frame.function == "_start")));
}

// How many frames there are to show, of those that tell something.
std::size_t telling_frames(const report::Stack& stack) {
  std::size_t count = stack.size();
  while (count > 0 && leads_to_main(stack[count - 1])) --count;
  return count == 0 ? stack.size() : count;
}

std::size_t past_culprit(const report::Stack& stack, const report::Culprit* culprit) {
  if (culprit == nullptr) return 0;
  const auto found = std::ranges::find_if(stack, [&](const report::Frame& frame) {
    return frame.marker.empty() && frame.module == culprit->module && frame.offset == culprit->offset &&
           (!frame.module.empty() || (frame.function == culprit->function && frame.line == culprit->line));
  });
  if (found == stack.end()) return 0;
  return std::min(stack.size(), static_cast<std::size_t>(found - stack.begin()) + 2);
}

}  // namespace

std::string place_words(const std::string& file, std::uint32_t line) {
  const std::string name = escaped(base::file_name(file));
  return line == 0 ? name : name + ":" + std::to_string(line);
}

void stack_lines(const report::Stack& whole, const report::Culprit* culprit, std::size_t frames,
                 const TextOptions& options, std::ostream& out) {
  report::Stack stack = whole;
  if (!options.full_stacks) std::erase_if(stack, [](const report::Frame& frame) { return frame.runtime; });
  const std::size_t telling = options.full_stacks ? stack.size() : telling_frames(stack);
  std::vector<Row> rows = rows_of(std::span(stack).first(telling));
  if (!options.full_stacks && rows.size() > frames + 1) {
    const std::size_t to_culprit = rows_of(std::span(stack).first(past_culprit(stack, culprit))).size();
    rows.resize(std::min(rows.size(), std::max(frames, to_culprit)));
  }
  std::size_t shown = 0;
  for (const Row& row : rows) shown += row.times;
  std::size_t place = 0;
  std::size_t module = 0;
  std::size_t function = 0;
  for (const Row& row : rows) {
    if (!row.place.empty() || !row.module.empty()) function = std::max(function, columns(row.function));
    place = std::max(place, columns(row.place));
    module = std::max(module, columns(row.module));
  }
  const std::size_t taken = indent.size() + 2 * gap.size() + place + module;
  if (!options.full_stacks)
    function = std::min(function, std::max<std::size_t>(options.width, taken + 24) - taken);
  for (const Row& row : rows) {
    out << indent;
    if (row.place.empty() && row.module.empty()) {
      out << row.function << '\n';
      continue;
    }
    out << padded(cut(row.function, function), function) << gap;
    if (row.module.empty()) out << row.place;
    if (!row.module.empty() && place != 0) out << padded(row.place, place) << gap;
    out << row.module;
    if (row.times > 1) out << gap << "× " << row.times;
    out << '\n';
  }
  const std::size_t of_runtime = whole.size() - stack.size();
  std::string left_out;
  if (shown < telling) left_out = report::counted(telling - shown, "more frame", "more frames");
  if (of_runtime != 0) {
    if (!left_out.empty()) left_out += ", ";
    left_out += report::counted(of_runtime, "frame", "frames") + " of the interpreter";
  }
  if (!left_out.empty()) out << indent << "… " << left_out << " (--full-stacks)\n";
}

std::string culprit_words(const report::Culprit& culprit) {
  std::string words = escaped(culprit.module);
  if (!culprit.function.empty()) {
    if (!words.empty()) words += gap;
    words += escaped(report::qualified_name(culprit.function)) + "()";
  } else {
    if (culprit.offset != 0) words += in_hex(culprit.offset);
  }
  if (!culprit.file.empty()) words += std::string(gap) + place_words(culprit.file, culprit.line);
  return words;
}

std::string whom_to_call(const report::Culprit& culprit) {
  std::string words;
  const auto add = [&](const std::string& more) { words += (words.empty() ? "" : ", ") + more; };
  if (!culprit.package.empty()) add("package " + escaped(culprit.package));
  if (!culprit.version.empty()) {
    culprit.package.empty() ? add("version " + escaped(culprit.version))
                            : void(words += " " + escaped(culprit.version));
  }
  if (!culprit.build_id.empty()) add("build id " + escaped(culprit.build_id));
  // A text may know no more of it than how it is called.
  if (!culprit.path.empty() && culprit.path != culprit.module) add(escaped(culprit.path));
  return words;
}

}  // namespace ajar::render
