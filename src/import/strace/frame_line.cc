#include "import/strace/frame_line.h"

#include "base/number.h"

namespace ajar::import::strace {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// The bracket that the closing one at the text's end belongs to: functions of C++ have their parameters in
// their names.
std::size_t opening_of_last(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t at = text.size(); at-- > 0;) {
    if (text[at] == ')') ++depth;
    if (text[at] == '(' && --depth == 0) return at;
  }
  return kNone;
}

// "server.cpp:91".
bool take_source(std::string_view text, FrameLine& frame) {
  const std::size_t colon = text.rfind(':');
  if (colon == kNone) return false;
  const auto line = base::parse_number<std::uint32_t>(text.substr(colon + 1));
  if (!line) return false;
  frame.file = text.substr(0, colon);
  frame.line = *line;
  return true;
}

}  // namespace

std::optional<FrameLine> parse_frame(std::string_view text) {
  constexpr std::string_view kOffset = ") [0x";
  constexpr std::string_view kDisplacement = "+0x";
  const std::size_t at = text.rfind(kOffset);
  const std::size_t end = at == kNone ? kNone : text.find(']', at);
  if (end == kNone) return std::nullopt;
  FrameLine frame;
  const std::size_t digits = at + kOffset.size();
  const auto offset = base::parse_number(text.substr(digits, end - digits), 16);
  if (!offset) return std::nullopt;
  frame.offset = *offset;
  const std::string_view behind = text.substr(end + 1);
  if (!behind.empty() && !(behind.starts_with(' ') && take_source(behind.substr(1), frame)))
    return std::nullopt;
  const std::string_view named = text.substr(0, at + 1);
  const std::size_t bracket = opening_of_last(named);
  if (bracket == kNone || bracket == 0) return std::nullopt;
  frame.module = named.substr(0, bracket);
  frame.function = named.substr(bracket + 1, named.size() - bracket - 2);
  const std::size_t plus = frame.function.rfind(kDisplacement);
  if (plus == kNone) return frame.function.empty() ? std::optional(frame) : std::nullopt;
  const auto displacement = base::parse_number(frame.function.substr(plus + kDisplacement.size()), 16);
  if (!displacement) return std::nullopt;
  frame.displacement = *displacement;
  frame.function = frame.function.substr(0, plus);
  return frame;
}

}  // namespace ajar::import::strace
