#include "conformance/situations.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>
#include <string>

namespace ajar::conformance {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"right",       "unseen",   "not traced",
                                                    "unavailable", "mistaken", "wrong"};

// A way of which what is said of the other holds.
struct Alike {
  std::string_view way, other, reason;
};
constexpr auto kAlike = std::to_array<Alike>({
#define AJAR_EXPECTED_AS(way, other) {#way, #other, "as " #other},
#define AJAR_EXPECTED(way, situation, result, reason)
#include "conformance/expected.def"
#undef AJAR_EXPECTED
#undef AJAR_EXPECTED_AS
});

std::vector<Theme> rows_by_theme() {
  std::vector<Theme> all;
#define AJAR_THEME(title, text) all.push_back({title, text, {}});
#define AJAR_SITUATION(name, run, what) all.back().situations.push_back({#name, run, what});
#include "conformance/situations.def"
#undef AJAR_SITUATION
#undef AJAR_THEME
  return all;
}

std::vector<Situation> all_rows() {
  std::vector<Situation> all;
  for (const Theme& theme : themes()) std::ranges::copy(theme.situations, std::back_inserter(all));
  return all;
}

}  // namespace

std::string_view name_of(Result result) {
  return kNames.at(static_cast<std::size_t>(result));
}

Result result_named(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) throw std::invalid_argument("no such result: " + std::string(name));
  return static_cast<Result>(found - kNames.begin());
}

const std::vector<Theme>& themes() {
  static const std::vector<Theme> all = rows_by_theme();
  return all;
}

const std::vector<Situation>& situations() {
  static const std::vector<Situation> all = all_rows();
  return all;
}

const std::vector<Expected>& expectations() {
  static const std::vector<Expected> all = {
#define AJAR_EXPECTED_AS(way, other)
#define AJAR_EXPECTED(way, situation, result, reason) {#way, #situation, Result::result, reason},
#include "conformance/expected.def"
#undef AJAR_EXPECTED
#undef AJAR_EXPECTED_AS
  };
  return all;
}

Expected expected(std::string_view way, std::string_view situation) {
  for (const Expected& each : expectations()) {
    if (each.way == way && each.situation == situation) return each;
  }
  for (const Alike& each : kAlike) {
    if (each.way != way) continue;
    const Result result = expected(each.other, situation).result;
    if (result != Result::right) return {way, situation, result, each.reason};
  }
  return {.way = way, .situation = situation, .result = Result::right, .reason = {}};
}

}  // namespace ajar::conformance
