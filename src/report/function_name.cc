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

// A parenthesis that is part of a name and begins no parameters: "(anonymous namespace)", Go's "(*Server)".
bool is_part_of_name(std::string_view name, std::size_t start, std::size_t at) {
  return name.substr(at).starts_with("(anonymous") ||
         name.substr(start, at - start).starts_with("decltype") ||
         (name.substr(at).starts_with("(*") && name.substr(0, at).ends_with('.'));
}

bool in_identifier(std::string_view name, std::size_t at) {
  const char before = at == 0 ? ' ' : name[at - 1];
  return (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
         (before >= '0' && before <= '9') || before == '_';
}

// Compilers append it to the names of functions that return a std::string: "name[abi:cxx11]".
std::string_view without_abi_tag(std::string_view name) {
  const std::size_t tag = name.ends_with(']') ? name.rfind("[abi:") : std::string_view::npos;
  return tag == std::string_view::npos || tag == 0 ? name : name.substr(0, tag);
}

// Rust's "<std::fs::File>::open", and not "<std::fs::File as shop::Journal>::open".
bool is_rust_library(std::string_view name) {
  const bool of_library =
      name.starts_with("<std::") || name.starts_with("<alloc::") || name.starts_with("<core::");
  return of_library && name.substr(0, past_bracket(name, 0)).find(" as ") == std::string_view::npos;
}

}  // namespace

std::string_view qualified_name(std::string_view name) {
  std::size_t start = 0;
  std::size_t at = 0;
  bool is_operator = false;
  while (at < name.size()) {
    const char c = name[at];
    const std::size_t skip = in_identifier(name, at) ? 0 : operator_length(name.substr(at));
    if (skip > 0) {
      at += skip;
      is_operator = true;  // "operator unsigned long"
    } else if (c == '(' && !is_part_of_name(name, start, at)) {
      break;
    } else if (c == '(' || c == '<' || c == '{' || c == '[') {
      at = past_bracket(name, at);
    } else {
      ++at;
      if (c == ' ' && !is_operator) start = at;
    }
  }
  const std::string_view found = without_abi_tag(name.substr(start, at - start));
  return found.empty() ? name : found;  // a runtime's "StubRoutines (1)"
}

bool is_standard_library(std::string_view demangled) {
  const std::string_view name = qualified_name(demangled);
  return name.starts_with("std::") || name.starts_with("__gnu_cxx::") || is_rust_library(name);
}

}  // namespace ajar::report
