#include <ostream>

#include "render/count_trends.h"
#include "render/json_values.h"

namespace ajar::render {
namespace {

Json object(const report::TypeTrend& type) {
  return {{"type", type.type}, {"count", type.count}, {"rate_per_second", rounded(type.rate_per_second)}};
}

Json object(const report::Companion& companion) {
  return {{"pid", companion.process.pid},
          {"name", companion.process.name},
          {"shared", array_of(companion.shared, [](const auto& type) { return object(type); })},
          {"share_of_growth", rounded(companion.share_of_growth)}};
}

Json object(const report::Alike& alike) {
  return {{"pid", alike.process.pid}, {"name", alike.process.name}, {"r", rounded(alike.r)}};
}

// Pairs of a moment and a number.
Json curve_json(const std::vector<report::CountPoint>& curve) {
  return array_of(curve, [](const auto& point) { return Json::array({rounded(point.at_s), point.handles}); });
}

Json object(const report::FallAtEnd::Ended& ended) {
  return {{"pid", ended.process.pid},
          {"name", ended.process.name},
          {"shared", ended.shared},
          {"r", rounded_or_null(ended.r)},
          {"curve", curve_json(ended.curve)}};
}

Json object(const report::FallAtEnd& fall) {
  return {{"pid", fall.process.pid},
          {"name", fall.process.name},
          {"basis", basis_word(fall.basis)},
          {"at_s", rounded(fall.at_s)},
          {"from", fall.from},
          {"to", fall.to},
          {"curve", curve_json(fall.curve)},
          {"ended", array_of(fall.ended, [](const auto& ended) { return object(ended); })}};
}

Json object(const report::CountTrend& trend) {
  return {{"pid", trend.pid},
          {"name", trend.name},
          {"trend", trend_word(trend.trend)},
          {"reason", trend.reason},
          {"samples", trend.samples},
          {"from_s", rounded(trend.from_s)},
          {"until_s", rounded(trend.until_s)},
          {"first", trend.first},
          {"last", trend.last},
          {"least", trend.least},
          {"most", trend.most},
          {"rate_per_second", rounded(trend.rate_per_second)},
          {"rising_share", rounded(trend.rising_share)},
          {"ended", trend.ended},
          {"grows_for_s", rounded(trend.grows_for_s)},
          {"types", array_of(trend.types, [](const auto& type) { return object(type); })},
          {"soft_limit", or_null(trend.soft_limit)},
          {"hard_limit", or_null(trend.hard_limit)},
          {"limit_in_s", rounded_or_null(trend.full_in_s())},
          {"together", array_of(trend.together, [](const auto& companion) { return object(companion); })},
          {"alike", array_of(trend.alike, [](const auto& alike) { return object(alike); })}};
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json object(const report::Caught& who) {
  return {{"pid", who.pid},
          {"name", who.name},
          {"at_s", rounded(who.at_s)},
          {"why", who.why},
          {"handles", who.handles},
          {"soft_limit", or_null(who.soft_limit)},
          {"rate_per_second", rounded(who.rate_per_second)},
          {"recording", text_or_null(who.recording)},
          {"report", text_or_null(who.report)},
          {"trouble", text_or_null(who.trouble)}};
}

}  // namespace

void count_trends_json(const report::CountTrends& trends, std::ostream& out) {
  write_json({{"schema", "ajar-count-trends/1"},
              {"file", trends.file},
              {"host", trends.host},
              {"samples", trends.samples},
              {"seconds", rounded(trends.seconds)},
              {"processes", array_of(trends.processes, [](const auto& trend) { return object(trend); })},
              {"caught", array_of(trends.caught, [](const auto& who) { return object(who); })},
              {"falls", array_of(trends.falls, [](const auto& fall) { return object(fall); })},
              {"tokens", array_of(trends.tokens, token_question_json)},
              {"warnings", trends.warnings}},
             out);
}

}  // namespace ajar::render
