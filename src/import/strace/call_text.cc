#include "import/strace/call_text.h"

#include <algorithm>
#include <charconv>

#include "base/number.h"
#include "base/words.h"
#include "import/strace/constants.h"

namespace ajar::import::strace {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Behind the closing quote of the string that begins at `at`; the text's end where there is none.
std::size_t behind_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

// Behind the decoration that begins with the '<' at `at`. In a path strace escapes < and >; of sockets it has
// "->" between two addresses, and ends with "]>"; a device's path has its numbers in one more pair.
std::size_t behind_decoration(std::string_view text, std::size_t at) {
  const std::size_t inside = at + 1;
  std::size_t name = inside;
  while (name < text.size() && text[name] != '[' && text[name] != '>' && text[name] != '/') ++name;
  if (name < text.size() && text[name] == '[' && name > inside && text[name - 1] == ':') {
    const std::size_t end = text.find("]>", name);
    return end == kNone ? text.size() : end + 2;
  }
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '<') ++depth;
    if (text[at] == '>' && --depth == 0) return at + 1;
  }
  return text.size();
}

bool is_decoration(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  return is_digit(text[at - 1]) || text.substr(0, at).ends_with("AT_FDCWD");
}

// Where the first character of `ends` is that is in no bracket, string, comment or decoration.
std::size_t find_outside(std::string_view text, std::string_view ends) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (depth == 0 && ends.find(c) != kNone) return at;
    if (c == '"') {
      at = behind_string(text, at);
      continue;
    }
    if (c == '<' && is_decoration(text, at)) {
      at = behind_decoration(text, at);
      continue;
    }
    if (c == '/' && text.substr(at).starts_with("/*")) {
      const std::size_t end = text.find("*/", at);
      if (end == kNone) return kNone;
      at = end + 2;
      continue;
    }
    if (c == '(' || c == '[' || c == '{') ++depth;
    if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
    ++at;
  }
  return kNone;
}

// "<0.000123>" at the end (-T).
std::optional<model::Time> take_duration(std::string_view& text) {
  constexpr std::int64_t kLongest = 1'000'000'000;  // seconds
  if (!text.ends_with('>')) return std::nullopt;
  const std::size_t begin = text.rfind(" <");
  if (begin == kNone) return std::nullopt;
  const std::string_view inside = text.substr(begin + 2, text.size() - begin - 3);
  const std::size_t point = inside.find('.');
  const auto whole = base::parse_number<std::int64_t>(inside.substr(0, point));
  if (!whole || *whole < 0 || *whole > kLongest) return std::nullopt;
  std::string fraction(point == kNone ? std::string_view("0") : inside.substr(point + 1));
  fraction.resize(9, '0');
  const auto nanoseconds = base::parse_number<std::int64_t>(fraction);
  if (!nanoseconds || *nanoseconds < 0) return std::nullopt;
  text = base::trimmed(text.substr(0, begin));
  return std::chrono::seconds(*whole) + model::Time(*nanoseconds);
}

// "3</etc/passwd>", "-1 ENOENT (No such file or directory)", "0x7f…", "? ERESTARTSYS (…)".
Result parse_result(std::string_view text) {
  Result result;
  text = base::trimmed(text);
  if (text.starts_with('?')) {
    result.took = take_duration(text);
    return result;
  }
  if (const auto descriptor = decorated_descriptor(text)) {
    text.remove_prefix(behind_decoration(text, text.find('<')));
    result.took = take_duration(text);
    result.value = descriptor->number;
    result.decoration = descriptor->decoration;
    result.deleted = descriptor->deleted;
    result.known = true;
    return result;
  }
  result.took = take_duration(text);
  const std::string_view word = base::take_word(text);
  const bool is_hex = word.starts_with("0x");
  if (is_hex) {
    const auto value = base::parse_number<std::uint64_t>(word.substr(2), 16);
    result.known = value.has_value();
    result.value = static_cast<std::int64_t>(value.value_or(0));
    return result;
  }
  // A process may have its name behind it (-Y).
  const auto value = base::parse_number<std::int64_t>(word.substr(0, word.find('<')));
  result.known = value.has_value();
  result.value = value.value_or(0);
  if (!value || *value >= 0) return result;
  const std::string_view name = base::take_word(text);
  if (name.starts_with('E')) {
    result.error = static_cast<std::int32_t>(constant(name).value_or(Result::kOtherError));
  } else {
    result.error = *value > -Result::kOtherError && *value != -1 ? static_cast<std::int32_t>(-*value)
                                                                 : Result::kOtherError;
  }
  return result;
}

}  // namespace

std::optional<CallText> parse_call(std::string_view text) {
  CallText call;
  while (true) {
    const std::size_t end = find_outside(text, call.count + 1 < CallText::kMost ? ",)" : ")");
    if (end == kNone) return std::nullopt;
    const std::string_view argument = base::trimmed(text.substr(0, end));
    if (!argument.empty() || text[end] == ',' || call.count > 0) call.arguments[call.count++] = argument;
    const bool is_last = text[end] == ')';
    text.remove_prefix(end + 1);
    if (is_last) break;
  }
  text = base::trimmed(text);
  if (!text.starts_with('=')) return std::nullopt;
  call.result = parse_result(text.substr(1));
  return call;
}

std::optional<Descriptor> decorated_descriptor(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits == text.size() || text[digits] != '<') return std::nullopt;
  const auto number = base::parse_number<std::int64_t>(text.substr(0, digits));
  const std::size_t end = behind_decoration(text, digits);
  if (!number || text[end - 1] != '>') return std::nullopt;
  const std::string_view inside = text.substr(digits + 1, end - digits - 2);
  if (!inside.starts_with('/') && inside.find(':') == kNone) return std::nullopt;
  return Descriptor{
      .number = *number, .decoration = inside, .deleted = text.substr(end).starts_with("(deleted)")};
}

std::optional<Descriptor> parse_descriptor(std::string_view text) {
  if (const auto decorated = decorated_descriptor(text)) return decorated;
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(text.find_first_not_of("0123456789", sign), text.size());
  if (end < text.size() && text[end] != '<' && text[end] != ' ') return std::nullopt;
  const auto number = base::parse_number<std::int64_t>(text.substr(0, end));
  if (!number) return std::nullopt;
  return Descriptor{.number = *number, .decoration = {}, .deleted = false};
}

std::string_view take_element(std::string_view& list) {
  const std::size_t end = std::min(find_outside(list, ",]}"), list.size());
  const std::string_view element = base::trimmed(list.substr(0, end));
  const bool goes_on = end < list.size() && list[end] == ',';
  list = goes_on ? list.substr(end + 1) : std::string_view();
  return element;
}

std::string_view field(std::string_view structure, std::string_view name) {
  if (structure.starts_with('{') || structure.starts_with('[')) structure.remove_prefix(1);
  while (!structure.empty()) {
    const std::string_view element = take_element(structure);
    if (element.starts_with(name) && element.substr(name.size()).starts_with('='))
      return element.substr(name.size() + 1);
  }
  return {};
}

std::string unquoted(std::string_view text) {
  constexpr std::string_view kLetters = "abfnrtv";
  constexpr std::string_view kMeaning = "\a\b\f\n\r\t\v";
  if (!text.starts_with('"')) return {};
  text = text.substr(1, behind_string(text, 0) - 1);
  if (text.ends_with('"')) text.remove_suffix(1);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out += text[at];
      continue;
    }
    const char c = text[++at];
    const bool is_hex = c == 'x';
    const std::size_t begin = is_hex ? at + 1 : at;
    const std::size_t most = is_hex ? 2 : 3;
    const std::string_view digits = text.substr(begin, most);
    const std::size_t count =
        std::min(digits.find_first_not_of(is_hex ? "0123456789abcdefABCDEF" : "01234567"), digits.size());
    if (count > 0) {
      out += static_cast<char>(*base::parse_number<unsigned>(digits.substr(0, count), is_hex ? 16 : 8));
      at = begin + count - 1;
      continue;
    }
    const std::size_t letter = kLetters.find(c);
    out += letter == kNone ? c : kMeaning[letter];
  }
  return out;
}

}  // namespace ajar::import::strace
