#include "analyze/token_question.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

namespace ajar::analyze {
namespace {

constexpr std::size_t kMostQuestions = 3;
constexpr double kOfGrowth = 0.5;

using Known = report::TokenQuestion::Known;

bool is_growing(const JudgedProcess& process) {
  return process.trend.trend == report::Trend::growing;
}

bool is_lsass(const JudgedProcess& process) {
  std::string name = process.trend.name;
  std::ranges::transform(name, name.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return name == "lsass" || name == "lsass.exe";
}

double tokens_per_second(const report::CountTrend& trend) {
  const auto tokens = std::ranges::find(trend.types, "Token", &report::TypeTrend::type);
  return tokens == trend.types.end() ? 0 : tokens->rate_per_second;
}

}  // namespace

std::vector<report::TokenQuestion> token_questions(std::span<const JudgedProcess> judged, bool of_log) {
  const auto lsass = std::ranges::find_if(
      judged, [](const JudgedProcess& process) { return is_growing(process) && is_lsass(process); });
  std::vector<report::TokenQuestion> questions;
  if (lsass == judged.end()) return questions;
  for (const JudgedProcess& process : judged) {
    if (!is_growing(process) || is_lsass(process) || questions.size() == kMostQuestions) continue;
    const report::CountTrend& trend = process.trend;
    const double tokens = tokens_per_second(trend);
    const bool is_certain = tokens > 0 && tokens >= kOfGrowth * trend.rate_per_second;
    // Its types are known, and tokens are few of them: there is nothing to ask.
    if (!is_certain && !trend.types.empty()) continue;
    questions.push_back({.process = {.pid = trend.pid, .name = trend.name},
                         .lsass = {.pid = lsass->trend.pid, .name = lsass->trend.name},
                         .known = is_certain ? Known::tokens : Known::counts,
                         .tokens_per_second = is_certain ? tokens : 0,
                         .is_of_log = of_log});
  }
  return questions;
}

}  // namespace ajar::analyze
