#include <ostream>

#include "render/count_trends.h"
#include "render/json_values.h"

namespace ajar::render {
namespace {

Json object(const report::TypeTrend& type) {
  return {{"type", type.type}, {"count", type.count}, {"rate_per_second", rounded(type.rate_per_second)}};
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
          {"grows_for_s", rounded(trend.grows_for_s)},
          {"types", array_of(trend.types, [](const auto& type) { return object(type); })},
          {"soft_limit", or_null(trend.soft_limit)},
          {"hard_limit", or_null(trend.hard_limit)},
          {"limit_in_s", rounded_or_null(trend.full_in_s())}};
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
              {"warnings", trends.warnings}},
             out);
}

}  // namespace ajar::render
