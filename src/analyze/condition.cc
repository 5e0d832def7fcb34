#include "analyze/condition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/duration.h"
#include "base/words.h"

namespace ajar::analyze {
namespace {

using Quantity = Condition::Quantity;

constexpr std::array<std::pair<std::string_view, Quantity>, 6> kQuantities = {
    {{"count", Quantity::count},
     {"rate", Quantity::rate},
     {"share", Quantity::share},
     {"full", Quantity::full},
     {"refused", Quantity::refused},
     {"system-full", Quantity::system_full}}};

// Something that is or isn't, and not a number.
constexpr bool is_bare(Quantity quantity) {
  return quantity == Quantity::refused || quantity == Quantity::system_full;
}

constexpr std::string_view kExample = "'count>1000 or rate>5/s for 1m or full<10m'";

base::Error no_condition(std::string_view what, std::string_view why) {
  return base::Error("'" + std::string(what) + "' " + std::string(why) + ", as in " + std::string(kExample));
}

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  const bool is_word = text.find_first_not_of("0123456789.") != std::string_view::npos;  // "inf", "-1"
  if (text.empty() || is_word || problem != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

// "5/s", "300/m", "2/h"; a bare number is by the second.
std::optional<double> rate_of(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto number = number_of(text.substr(0, slash));
  const std::string_view unit = text.substr(std::min(slash + 1, text.size()));
  if (!number) return std::nullopt;
  constexpr std::array<std::pair<std::string_view, double>, 4> kUnits = {
      {{"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}}};
  if (slash == text.size()) return number;
  for (const auto& [name, seconds] : kUnits) {
    if (unit == name) return *number / seconds;
  }
  return std::nullopt;
}

std::optional<double> seconds_of(std::string_view text) {
  const auto duration = base::parse_duration(text);
  if (!duration.ok()) return std::nullopt;
  return std::chrono::duration<double>(duration.value()).count();
}

std::optional<double> value_of(Quantity quantity, std::string_view text) {
  constexpr double kPercent = 100;
  switch (quantity) {
    case Quantity::count:
      return number_of(text);
    case Quantity::rate:
      return rate_of(text);
    case Quantity::full:
      return seconds_of(text);
    case Quantity::share: {
      const bool is_percent = text.ends_with('%');
      const auto number = number_of(text.substr(0, text.size() - (is_percent ? 1 : 0)));
      if (number && !is_percent && *number > 1) return std::nullopt;  // 80 means 80 %, most likely
      return number && is_percent ? *number / kPercent : number;
    }
    case Quantity::refused:
    case Quantity::system_full:
      break;
  }
  return std::nullopt;
}

constexpr std::string_view value_example(Quantity quantity) {
  switch (quantity) {
    case Quantity::count:
      return "is no number of handles: 1000";
    case Quantity::rate:
      return "is no rate: 5/s, 300/m, 20/h";
    case Quantity::share:
      return "is no share of the limit: 80%";
    default:
      return "is no time until it is full: 30s, 10m, 1h";
  }
}

std::optional<double> when(bool is_so) {
  return is_so ? std::optional(1.0) : std::nullopt;
}

std::optional<double> fact_of(Quantity quantity, const CountFacts& facts) {
  switch (quantity) {
    case Quantity::count:
      return static_cast<double>(facts.count);
    case Quantity::rate:
      return facts.rate_per_second;
    case Quantity::share:
      return facts.share;
    case Quantity::full:
      return facts.full_in_s;
    case Quantity::refused:
      return when(facts.refused);
    case Quantity::system_full:
      return when(facts.system_full);
  }
  return std::nullopt;
}

}  // namespace

// By recursive descent: any := all { "or" all }, all := one { "and" one },
// one := ( comparison | "(" any ")" ) [ "for" duration ].
class Condition::Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), rest_(text) {}

  base::Result<Condition> parse() {
    take_any(0);
    if (!error_ && !next().empty()) fail(next(), "is not understood there: 'or', 'and' or 'for' can follow");
    if (error_) return *std::move(error_);
    condition_.text_ = std::string(base::trimmed(text_));
    return std::move(condition_);
  }

 private:
  static constexpr std::string_view kBlanks = " \t\n";
  static constexpr std::string_view kSigns = "()<>=,";

  // The next word or sign, which stays.
  [[nodiscard]] std::string_view next() {
    rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(kBlanks)));
    if (rest_.starts_with(">=") || rest_.starts_with("<=")) return rest_.substr(0, 2);
    if (!rest_.empty() && kSigns.find(rest_.front()) != std::string_view::npos) return rest_.substr(0, 1);
    return rest_.substr(0, rest_.find_first_of(std::string(kBlanks) + std::string(kSigns)));
  }

  std::string_view take() {
    const std::string_view word = next();
    rest_.remove_prefix(word.size());
    return word;
  }

  bool take_if(std::string_view word) {
    if (!base::same_word(next(), word)) return false;
    take();
    return true;
  }

  void fail(std::string_view what, std::string_view why) {
    if (error_) return;
    error_ = what.empty() ? no_condition(base::trimmed(text_), "breaks off") : no_condition(what, why);
  }

  [[nodiscard]] std::size_t here() const { return text_.size() - rest_.size(); }

  std::size_t add(Part part, std::size_t begin) {
    part.text = std::string(base::trimmed(text_.substr(begin, here() - begin)));
    condition_.parts_.push_back(std::move(part));
    return condition_.parts_.size() - 1;
  }

  std::size_t take_any(int depth) { return take_list(Part::Kind::any, "or", depth); }

  std::size_t take_list(Part::Kind kind, std::string_view word, int depth) {
    const std::size_t begin = here();
    std::vector<std::size_t> parts;
    do {
      parts.push_back(kind == Part::Kind::any ? take_list(Part::Kind::all, "and", depth) : take_one(depth));
    } while (!error_ && take_if(word));
    return parts.size() == 1 ? parts.front() : add({.kind = kind, .parts = parts}, begin);
  }

  std::size_t take_one(int depth) {
    constexpr int kDeep = 16;
    const std::size_t begin = here();
    if (depth > kDeep) fail("(", "stands too deep");
    if (error_) return 0;
    if (!take_if("(")) return take_comparison(begin);
    const std::size_t inner = take_any(depth + 1);
    if (!error_ && !take_if(")")) fail(next(), "stands where ')' is missing");
    if (error_ || !base::same_word(next(), "for")) return inner;
    Part whole{.kind = Part::Kind::all, .parts = {inner}};
    take_for(whole);
    return add(std::move(whole), begin);
  }

  std::size_t take_comparison(std::size_t begin) {
    const std::string_view word = take();
    const auto row = std::ranges::find_if(
        kQuantities, [&](const auto& quantity) { return base::same_word(quantity.first, word); });
    if (row == kQuantities.end()) {
      fail(word, "is nothing to ask for; there are count, rate, share, full, refused and system-full");
      return 0;
    }
    Part part{.quantity = row->second};
    if (!is_bare(part.quantity)) take_value(part);
    take_for(part);
    return error_ ? 0 : add(std::move(part), begin);
  }

  void take_value(Part& part) {
    const std::string_view sign = take();
    if (sign != ">" && sign != "<" && sign != ">=" && sign != "<=")
      return fail(sign, "stands where '>' or '<' has to");
    part.above = sign.front() == '>';
    part.or_equal = sign.size() == 2;
    const std::string_view word = take();
    const auto value = value_of(part.quantity, word);
    if (!value) return fail(word, value_example(part.quantity));
    part.value = *value;
  }

  void take_for(Part& part) {
    if (error_ || !take_if("for")) return;
    const std::string_view word = take();
    const auto seconds = seconds_of(word);
    if (!seconds) return fail(word, "is no duration behind 'for': 30s, 1m");
    part.held_for_s = *seconds;
  }

  std::string_view text_, rest_;
  Condition condition_;
  std::optional<base::Error> error_;
};

base::Result<Condition> Condition::parse(std::string_view text) {
  constexpr std::size_t kLongest = 4096;
  if (text.size() > kLongest) return base::Error("a condition of more than 4,096 characters");
  return Parser(text).parse();
}

bool Condition::fulfils(const Part& part, const CountFacts& facts, const std::vector<bool>& others) const {
  const auto holds = [&](std::size_t other) { return others[other]; };
  if (part.kind == Part::Kind::all) return std::ranges::all_of(part.parts, holds);
  if (part.kind == Part::Kind::any) return std::ranges::any_of(part.parts, holds);
  const auto fact = fact_of(part.quantity, facts);
  if (!fact) return false;
  if (part.or_equal && *fact == part.value) return true;
  return part.above ? *fact > part.value : *fact < part.value;
}

std::optional<std::string> Condition::holds(const CountFacts& facts, double at_s, State& state) const {
  state.since_.resize(parts_.size());
  std::vector<bool> holding(parts_.size());
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    std::optional<double>& since = state.since_[i];
    if (!fulfils(part, facts, holding)) {
      since.reset();
      continue;
    }
    if (!since) since = at_s;
    holding[i] = at_s - *since >= part.held_for_s;
  }
  if (parts_.empty() || !holding.back()) return std::nullopt;
  const Part& whole = parts_.back();
  if (whole.kind != Part::Kind::any) return whole.text;
  const auto first = std::ranges::find_if(whole.parts, [&](std::size_t part) { return holding[part]; });
  return parts_[*first].text;
}

bool Condition::asks_for(Quantity quantity) const {
  return std::ranges::any_of(parts_, [&](const Part& part) {
    return part.kind == Part::Kind::comparison && part.quantity == quantity;
  });
}

}  // namespace ajar::analyze
