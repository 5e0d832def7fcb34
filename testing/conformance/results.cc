#include "conformance/results.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

namespace ajar::conformance {
namespace {

constexpr std::uint64_t kStandardStreams = 3;

std::string in_words(const harness::Truth& truth) {
  std::string words;
  const auto add = [&words](const std::string& part) { words += (words.empty() ? "" : ", ") + part; };
  for (const harness::TrueGroup& group : truth.outstanding) {
    add(std::to_string(group.count) + " × " + (group.type.empty() ? "of any type" : group.type) +
        (group.function.empty() ? "" : " by " + group.function));
  }
  const std::uint64_t inherited = truth.inherited.value_or(kStandardStreams);
  if (inherited > kStandardStreams) add(std::to_string(inherited - kStandardStreams) + " inherited");
  for (const auto& [function, count] : truth.inherited_from)
    words += " (" + std::to_string(count) + " by " + function + ")";
  if (truth.bad_closes.value_or(0) > 0) add(std::to_string(*truth.bad_closes) + " bad closes");
  if (truth.bad_uses > 0)
    add(std::to_string(truth.bad_uses) + (truth.bad_uses == 1 ? " use" : " uses") + " of what is not open");
  if (!truth.also.empty()) add(truth.also);
  return words.empty() ? "nothing" : words;
}

// One field, whatever is in the text.
std::string in_a_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

Row parse_row(const std::string& line) {
  std::istringstream fields(line);
  std::array<std::string, 4> field;
  for (std::string& each : field) std::getline(fields, each, '\t');
  return {.situation = field[0], .result = result_named(field[1]), .truth = field[2], .why = field[3]};
}

}  // namespace

const Row* Results::find(std::string_view situation) const {
  const auto found = std::ranges::find(rows, situation, &Row::situation);
  return found == rows.end() ? nullptr : &*found;
}

std::string in_words(const std::vector<harness::Truth>& truths) {
  std::string words;
  for (const harness::Truth& truth : truths) {
    const bool first = truths.size() > 1 && words.empty();
    words += (first ? "child: " : words.empty() ? "" : "; parent: ") + in_words(truth);
  }
  return words;
}

Row row_of(const Situation& situation, const Judgement& judgement) {
  const bool explained = judgement.result == Result::unavailable || judgement.result == Result::wrong;
  return {.situation = std::string(situation.name),
          .result = judgement.result,
          .truth = in_words(judgement.truths),
          .why = explained ? in_a_line(judgement.why) : ""};
}

std::string this_machine() {
  utsname system{};
  ::uname(&system);
  const std::string release = system.release;
  const std::string version = release.substr(0, release.find('.', release.find('.') + 1));
  return "Linux " + version + ", " + system.machine + ", " + (::geteuid() == 0 ? "root" : "not root");
}

std::string to_text(const Results& results) {
  std::string text = results.machine + "\n";
  for (const Row& row : results.rows) {
    text += row.situation + "\t" + std::string(name_of(row.result)) + "\t" + row.truth;
    text += row.why.empty() ? "\n" : "\t" + row.why + "\n";
  }
  return text;
}

Results parse_results(std::string_view way, std::string_view text) {
  Results results{.way = std::string(way), .machine = {}, .rows = {}};
  std::istringstream lines{std::string(text)};
  if (!std::getline(lines, results.machine)) throw std::invalid_argument("no results of " + results.way);
  for (std::string line; std::getline(lines, line);) results.rows.push_back(parse_row(line));
  return results;
}

}  // namespace ajar::conformance
