#include "import/windbg/frames.h"

#include <algorithm>
#include <string>

#include "base/number.h"
#include "base/words.h"
#include "import/text/lines.h"

namespace ajar::import::windbg {
namespace {

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// What modules are called: no spaces, and nothing of C++'s own signs.
bool is_module_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && std::string_view("!+:<>()[]\"*?|,;=").find(c) == std::string_view::npos;
  });
}

// "module!function+0x1c", "module+0x1c" or "+0x1c" become the frame's parts.
bool take_symbol(std::string_view text, PrintedFrame& frame) {
  if (const std::size_t plus = text.rfind('+'); plus != std::string_view::npos) {
    if (const auto number = hex_number(text.substr(plus + 1))) {
      frame.displacement = number;
      text = base::trimmed(text.substr(0, plus));
    }
  }
  const std::size_t mark = text.find('!');
  const std::string_view module = text.substr(0, mark);
  if (!module.empty() && !is_module_name(module)) return false;
  frame.module = module;
  if (mark != std::string_view::npos) frame.function = text.substr(mark + 1);
  return !module.empty() || frame.displacement.has_value();
}

// "0x????????": ajar's console shows the stacks of a text so, of which the places are not known.
bool is_unknown(std::string_view address) {
  return address.size() > 2 && address.find_first_not_of('?', 2) == std::string_view::npos;
}

// " [c:\src\app.cpp @ 57]" at the end.
std::string_view take_line(std::string_view text, PrintedFrame& frame) {
  if (!text.ends_with(']')) return text;
  const std::size_t begin = text.rfind(" [");
  const std::size_t at = text.rfind(" @ ");
  if (begin == std::string_view::npos || at == std::string_view::npos || at < begin) return text;
  const auto number = base::parse_number<std::uint32_t>(text.substr(at + 3, text.size() - at - 4));
  if (!number) return text;
  frame.file = text.substr(begin + 2, at - begin - 2);
  frame.line = *number;
  return base::trimmed(text.substr(0, begin));
}

}  // namespace

std::optional<std::uint64_t> hex_number(std::string_view text) {
  if (base::begins_with(text, "0x")) text.remove_prefix(2);
  std::uint64_t value = 0;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '`' && digits != 0) continue;
    if (!is_hex_digit(c) || ++digits > 16) return std::nullopt;
    const char lower = static_cast<char>(c | 0x20);
    value = value * 16 + static_cast<std::uint64_t>(c <= '9' ? c - '0' : lower - 'a' + 10);
  }
  return digits == 0 ? std::nullopt : std::optional(value);
}

std::optional<PrintedFrame> trace_frame(std::string_view line) {
  const std::size_t colon = line.find(": ");
  if (!base::begins_with(line, "0x") || colon == std::string_view::npos) return std::nullopt;
  PrintedFrame frame;
  const std::string_view address = line.substr(0, colon);
  frame.address = hex_number(address);
  const std::string_view symbol = take_line(base::trimmed(line.substr(colon + 2)), frame);
  if ((!frame.address && !is_unknown(address)) || !take_symbol(symbol, frame)) return std::nullopt;
  return frame;
}

std::optional<PrintedFrame> sample_frame(std::string_view line) {
  // As pasted: "MyCustomDll +1a17".
  std::string joined(line);
  if (const std::size_t space = joined.find(" +"); space != std::string::npos) joined.erase(space, 1);
  const std::string_view symbol = std::string_view(joined).substr(0, joined.find(' '));
  if (symbol.find('+') == std::string_view::npos) return std::nullopt;
  PrintedFrame frame;
  if (!take_symbol(symbol, frame) || frame.module.empty() || !frame.displacement) return std::nullopt;
  return frame;
}

}  // namespace ajar::import::windbg
