#include "render/together_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <span>

#include "render/escape.h"
#include "render/sparkline.h"
#include "render/table_words.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::counted;
using report::FallAtEnd;
using report::thousands;

constexpr std::size_t kMostNamed = 3;
constexpr std::size_t kMostTypes = 2;
constexpr std::size_t kCurveWidth = 32;

std::string called(const report::NamedProcess& process) {
  return process.pid == 0 ? escaped(process.name) : render::called(process.name, process.pid);
}

// "790 unix stream sockets and 12 files"
std::string shared_words(const std::vector<report::TypeTrend>& types) {
  std::string words;
  const std::size_t shown = std::min(types.size(), kMostTypes);
  for (std::size_t i = 0; i < shown; ++i) {
    const std::string type = escaped(types[i].type);
    const bool is_last = i + 1 == types.size();
    words += (i == 0 ? "" : is_last ? " and " : ", ") + counted(types[i].count, type, type + "s");
  }
  return types.size() > shown ? words + ", …" : words;
}

std::string r_words(double r) {
  // 0.9996 is not 1: that is what nothing but the same numbers are.
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.3f", std::min(r, 0.999));
  return "r = " + std::string(text.data());
}

// "a, b and c"
std::string names_of(std::span<const FallAtEnd::Ended> ended) {
  std::string words;
  const std::size_t shown = std::min(ended.size(), kMostNamed);
  for (std::size_t i = 0; i < shown; ++i)
    words += (i == 0 ? "" : i + 1 == ended.size() ? " and " : ", ") + called(ended[i].process);
  return ended.size() > shown ? words + " and " + thousands(ended.size() - shown) + " more" : words;
}

std::string evidence(const FallAtEnd& fall) {
  const bool is_one = fall.ended.size() == 1;
  const std::string held = std::string(": it held them for ") + (is_one ? "it" : "them");
  switch (fall.basis) {
    case FallAtEnd::Basis::shared: {
      std::uint64_t shared = 0;
      for (const FallAtEnd::Ended& ended : fall.ended) shared += ended.shared;
      return held + "; they shared " + counted(shared, "handle", "handles") + " when looked at last";
    }
    case FallAtEnd::Basis::alike: {
      double r = 1;
      for (const FallAtEnd::Ended& ended : fall.ended) r = std::min(r, ended.r.value_or(1));
      return held + "; it had risen as " + (is_one ? "that" : "those") + " did (" + r_words(r) +
             "), and never fell so before";
    }
    case FallAtEnd::Basis::several:
      return " at once: it held them for one of these, or for all; counts don't tell which";
    case FallAtEnd::Basis::coincidence:
      return "; both had been growing, but that alone proves nothing";
  }
  return "";
}

std::string between(std::uint64_t from, std::uint64_t to) {
  return thousands(from) + " -> " + thousands(to) + " handles";
}

}  // namespace

std::vector<std::string> together_words(const report::CountTrend& trend) {
  std::vector<std::string> lines;
  for (const report::Companion& companion :
       std::span(trend.together).first(std::min(trend.together.size(), kMostNamed)))
    lines.push_back("hand in hand with " + called(companion.process) + ": they share " +
                    shared_words(companion.shared));
  for (const report::Alike& alike : std::span(trend.alike).first(std::min(trend.alike.size(), kMostNamed)))
    lines.push_back("rises as " + called(alike.process) + " does (" + r_words(alike.r) +
                    "); that alone proves nothing");
  return lines;
}

std::string fall_words(const report::FallAtEnd& fall) {
  return called(fall.process) + " fell by " + thousands(fall.from - fall.to) + " when " +
         names_of(fall.ended) + " ended" + evidence(fall);
}

std::vector<std::string> fall_curves(const report::FallAtEnd& fall) {
  if (fall.curve.empty()) return {};
  struct Line {
    std::string name, numbers;
    const std::vector<report::CountPoint>* curve;
  };
  std::vector<Line> rows = {{called(fall.process), between(fall.from, fall.to), &fall.curve}};
  double from_s = fall.curve.front().at_s;
  const double until_s = fall.curve.back().at_s;
  for (const FallAtEnd::Ended& ended : std::span(fall.ended).first(std::min(fall.ended.size(), kMostNamed))) {
    if (ended.curve.empty()) continue;
    rows.push_back({called(ended.process),
                    between(ended.curve.front().handles, ended.curve.back().handles) + ", ended",
                    &ended.curve});
    from_s = std::min(from_s, ended.curve.front().at_s);
  }
  std::size_t widest = 0;
  for (const Line& row : rows) widest = std::max(widest, columns(row.name));
  std::vector<std::string> lines;
  for (const Line& row : rows)
    lines.push_back(padded(row.name, widest) + "  " + sparkline(*row.curve, from_s, until_s, kCurveWidth) +
                    "  " + row.numbers);
  return lines;
}

std::string token_words(const report::TokenQuestion& question) {
  using Known = report::TokenQuestion::Known;
  const std::string both = called(question.process) + " and " + called(question.lsass) + " both grow";
  const std::string tokens = "access tokens that " + escaped(question.process.name) + " doesn't close";
  const std::string pid = question.process.pid == 0 ? "PID" : std::to_string(question.process.pid);
  const std::string command = "ajar handles " + pid + " --type Token";
  if (question.known == Known::tokens)
    return both + ": " + tokens + " (Token +" + report::rate(question.tokens_per_second) +
           "), for each of which lsass holds what stands behind it";
  if (question.known == Known::pool_out)
    return both + ", and the kernel ran out of a pool: " + tokens +
           ", of which each takes some; see which: " + command;
  return both + ": is it " + tokens + ", for which lsass holds handles? " +
         (question.is_of_log ? "On that machine, twice: " + command +
                                   "; whether the kernel ran out of a pool meanwhile: ajar report System.evtx"
                             : "Ask twice: " + command);
}

}  // namespace ajar::render
