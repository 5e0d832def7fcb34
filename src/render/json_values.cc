#include "render/json_values.h"

#include <cmath>
#include <ostream>

namespace ajar::render {
namespace {

const char* word(report::Match match) {
  switch (match) {
    case report::Match::exact:
      return "exact";
    case report::Match::nearest:
      return "nearest";
    case report::Match::none:
      return "none";
  }
  return "none";
}

Json object(const report::Frame& frame) {
  if (!frame.marker.empty()) return Json::object({{"marker", frame.marker}});
  return {{"function", frame.function}, {"symbol", word(frame.match)}, {"file", frame.file},
          {"line", frame.line},         {"module", frame.module},      {"offset", frame.offset},
          {"inlined", frame.inlined},   {"system", frame.system},      {"runtime", frame.runtime}};
}

}  // namespace

const char* bad_close_word(report::BadClose::Kind kind) {
  switch (kind) {
    case report::BadClose::Kind::closed_twice:
      return "closed twice";
    case report::BadClose::Kind::not_open:
      return "not open";
    case report::BadClose::Kind::closes_anothers:
      return "closes another's";
  }
  return "not open";
}

const char* bad_use_word(report::BadClose::Kind kind) {
  return kind == report::BadClose::Kind::not_open ? bad_close_word(kind) : "used closed";
}

double rounded(double value) {
  return std::round(value * 1e6) / 1e6;
}

Json rounded_or_null(const std::optional<double>& value) {
  return value ? Json(rounded(*value)) : Json(nullptr);
}

Json stack_json(const report::Stack& stack) {
  return array_of(stack, [](const report::Frame& frame) { return object(frame); });
}

Json culprit_json(const std::optional<report::Culprit>& culprit) {
  if (!culprit.has_value()) return nullptr;
  return {{"module", culprit->module},     {"function", culprit->function}, {"offset", culprit->offset},
          {"file", culprit->file},         {"line", culprit->line},         {"path", culprit->path},
          {"build_id", culprit->build_id}, {"package", culprit->package},   {"version", culprit->version}};
}

Json token_question_json(const report::TokenQuestion& question) {
  const auto named = [](const report::NamedProcess& process) {
    return Json{{"pid", process.pid}, {"name", process.name}};
  };
  return {{"process", named(question.process)},
          {"lsass", named(question.lsass)},
          {"known", known_word(question.known)},
          {"tokens_per_second", rounded(question.tokens_per_second)}};
}

Json signs_json(const std::vector<report::SignCount>& signs) {
  return array_of(signs, [](const report::SignCount& sign) -> Json {
    return {{"sign", sign.sign}, {"count", sign.count}, {"words", sign.words}};
  });
}

void write_json(const Json& value, std::ostream& out) {
  out << value.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace ajar::render
