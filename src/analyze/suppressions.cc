#include "analyze/suppressions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analyze/pattern.h"
#include "base/words.h"
#include "report/function_name.h"

namespace ajar::analyze {
namespace {

using Key = Suppression::Term::Key;

constexpr std::pair<std::string_view, Key> keys[] = {
    {"type", Key::type}, {"module", Key::module}, {"function", Key::function}, {"path", Key::path}};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

// One word of a line, quotes taken away; nullopt at the end of the line or at a comment.
std::optional<std::string> next_word(std::string_view& line) {
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  if (line.empty() || line.front() == '#') return std::nullopt;
  std::string word;
  bool quoted = false;
  while (!line.empty() && (quoted || !is_blank(line.front()))) {
    if (line.front() == '"') {
      quoted = !quoted;
    } else {
      word += line.front();
    }
    line.remove_prefix(1);
  }
  return word;
}

std::optional<Suppression::Term> parse_term(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals + 1 == word.size()) return std::nullopt;
  const auto* key = std::ranges::find(keys, std::string_view(word).substr(0, equals),
                                      &std::pair<std::string_view, Key>::first);
  if (key == std::end(keys)) return std::nullopt;
  return Suppression::Term{.key = key->second, .pattern = word.substr(equals + 1)};
}

bool matches_module(const std::string& pattern, const report::Group& group) {
  if (pattern.find('/') != std::string::npos) {
    return group.culprit.has_value() && matches_pattern(pattern, group.culprit->path);
  }
  return std::ranges::any_of(
      group.stack, [&](const report::Frame& frame) { return matches_pattern(pattern, frame.module); });
}

bool matches_function(const std::string& pattern, const report::Group& group) {
  return std::ranges::any_of(group.stack, [&](const report::Frame& frame) {
    return frame.match == report::Match::exact &&
           (matches_pattern(pattern, frame.function) ||
            matches_pattern(pattern, report::qualified_name(frame.function)));
  });
}

bool matches_term(const Suppression::Term& term, const report::Group& group) {
  switch (term.key) {
    case Key::type:
      return matches_pattern(term.pattern, group.type);
    case Key::module:
      return matches_module(term.pattern, group);
    case Key::function:
      return matches_function(term.pattern, group);
    case Key::path:
      return std::ranges::all_of(
          group.handles, [&](const report::Handle& h) { return matches_pattern(term.pattern, h.name); });
  }
  return false;
}

}  // namespace

base::Result<std::vector<Suppression>> parse_suppressions(std::string_view text) {
  std::vector<Suppression> suppressions;
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    const std::size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    Suppression suppression{.text = std::string(base::trimmed(line)), .line = line_number, .terms = {}};
    while (const auto word = next_word(line)) {
      auto term = parse_term(*word);
      if (!term.has_value()) {
        return base::Error("line " + std::to_string(line_number) + ": '" + *word +
                           "' is not type=…, module=…, function=… or path=… with a pattern");
      }
      suppression.terms.push_back(std::move(*term));
    }
    if (!suppression.terms.empty()) suppressions.push_back(std::move(suppression));
  }
  return suppressions;
}

bool matches(const Suppression& suppression, const report::Group& group) {
  return !suppression.terms.empty() &&
         std::ranges::all_of(suppression.terms,
                             [&](const Suppression::Term& term) { return matches_term(term, group); });
}

}  // namespace ajar::analyze
