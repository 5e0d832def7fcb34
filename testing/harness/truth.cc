#include "harness/truth.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

namespace ajar::harness {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMark = "truth: ";

std::optional<std::uint64_t> maybe(const Json& json, const char* key) {
  if (!json.contains(key)) return std::nullopt;
  return json.at(key).get<std::uint64_t>();
}

Truth parse_truth(const Json& json) {
  Truth truth{.pid = json.at("pid").get<std::int64_t>(),
              .outstanding = {},
              .open = json.at("open").get<std::uint64_t>(),
              .inherited = maybe(json, "inherited"),
              .unseen = maybe(json, "unseen"),
              .bad_closes = maybe(json, "bad_closes"),
              .thefts = json.value("thefts", std::uint64_t{0}),
              .bad_uses = json.value("bad_uses", std::uint64_t{0}),
              .inherited_from = json.value("inherited_from", std::map<std::string, std::uint64_t>()),
              .also = json.value("also", "")};
  for (const Json& group : json.at("outstanding")) {
    truth.outstanding.push_back({.type = group.at("type"),
                                 .count = group.at("count"),
                                 .function = group.at("function"),
                                 .module = group.at("module"),
                                 .verdict = group.value("verdict", ""),
                                 .closed_at_end = group.value("closed_at_end", std::uint64_t{0}),
                                 .instead = group.value("or", "")});
  }
  return truth;
}

}  // namespace

std::vector<Truth> parse_truths(std::string_view printed) {
  std::vector<Truth> truths;
  std::istringstream lines{std::string(printed)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kMark)) continue;
    Truth truth = parse_truth(Json::parse(line.substr(kMark.size())));
    const auto earlier = std::ranges::find(truths, truth.pid, &Truth::pid);
    if (earlier == truths.end()) {
      truths.push_back(std::move(truth));
    } else {
      *earlier = std::move(truth);
    }
  }
  return truths;
}

std::vector<std::string> contradictions(const Truth& truth) {
  if (!truth.inherited || !truth.unseen) return {};
  std::uint64_t stated = *truth.inherited + *truth.unseen;
  for (const TrueGroup& group : truth.outstanding) stated += group.count;
  if (stated == truth.open) return {};
  return {"pid " + std::to_string(truth.pid) + " states " + std::to_string(stated) + " descriptors and has " +
          std::to_string(truth.open)};
}

}  // namespace ajar::harness
