#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <optional>

#include "report/count_trends.h"
#include "report/report.h"

// JSON values that several documents have. Included by few: the library takes long to compile.
namespace ajar::render {

using Json = nlohmann::ordered_json;

// Microseconds are all that a time or a rate is good for.
double rounded(double value);

Json rounded_or_null(const std::optional<double>& value);

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value.has_value() ? Json(*value) : Json(nullptr);
}

Json stack_json(const report::Stack& stack);

// null where there is none.
Json culprit_json(const std::optional<report::Culprit>& culprit);

// "closed twice"
const char* bad_close_word(report::BadClose::Kind kind);
const char* bad_use_word(report::BadClose::Kind kind);

template <typename Items, typename ToJson>
Json array_of(const Items& items, ToJson&& to_json) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

Json token_question_json(const report::TokenQuestion& question);

Json signs_json(const std::vector<report::SignCount>& signs);

// With a newline after it; text that is not UTF-8 has its wrong bytes replaced.
void write_json(const Json& value, std::ostream& out);

}  // namespace ajar::render
