#include "report/function_name.h"

#include <cstddef>

namespace ajar::report {
namespace {

// Past the bracket that closes the one at `open`, or the end.
std::size_t past_bracket(std::string_view name, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < name.size(); ++at) {
    const char c = name[at];
    if (c == '(' || c == '<' || c == '{' || c == '[') ++depth;
    const bool arrow = c == '>' && at > 0 && name[at - 1] == '-';
    if ((c == ')' || c == '>' || c == '}' || c == ']') && !arrow && --depth == 0) return at + 1;
  }
  return name.size();
}

// The length of "operator" and its symbol at `at`, so that its brackets are not taken for others; 0 where
// there is none.
std::size_t operator_length(std::string_view rest) {
  constexpr std::string_view word = "operator";
  if (!rest.starts_with(word)) return 0;
  constexpr std::string_view symbols = "()[]<>=!&|+-*/%^~,";
  std::size_t length = word.size();
  if (rest.substr(length).starts_with("()")) return length + 2;
  while (length < rest.size() && symbols.find(rest[length]) != std::string_view::npos &&
         rest[length] != '(') {
    ++length;
  }
  if (rest.substr(length).starts_with(" ")) ++length;  // "operator new", "operator< <int>"
  return length;
}

// A parenthesis that is part of a name and begins no parameters.
bool is_part_of_name(std::string_view name, std::size_t start, std::size_t at) {
  return name.substr(at).starts_with("(anonymous") || name.substr(start, at - start).starts_with("decltype");
}

}  // namespace

std::string_view qualified_name(std::string_view name) {
  std::size_t start = 0;
  std::size_t at = 0;
  while (at < name.size()) {
    const char c = name[at];
    if (const std::size_t skip = operator_length(name.substr(at)); skip > 0) {
      at += skip;
    } else if (c == '(' && !is_part_of_name(name, start, at)) {
      break;
    } else if (c == '(' || c == '<' || c == '{' || c == '[') {
      at = past_bracket(name, at);
    } else {
      ++at;
      if (c == ' ') start = at;
    }
  }
  return name.substr(start, at - start);
}

bool is_standard_library(std::string_view demangled) {
  const std::string_view name = qualified_name(demangled);
  return name.starts_with("std::") || name.starts_with("__gnu_cxx::");
}

}  // namespace ajar::report
