#include "analyze/marks.h"

#include <algorithm>
#include <vector>

#include "report/words.h"

namespace ajar::analyze {
namespace {

std::vector<model::Mark> by_time(const model::World& world) {
  std::vector<model::Mark> marks;
  for (const model::Mark& mark : world.marks) {
    if (!mark.id.none()) marks.push_back(mark);
  }
  std::ranges::stable_sort(marks, {}, &model::Mark::time);
  return marks;
}

// The last of very many, which one is most likely to mean.
std::string listed(const std::vector<model::Mark>& marks) {
  constexpr std::size_t shown = 20;
  const std::size_t left_out = marks.size() - std::min(marks.size(), shown);
  std::string text;
  for (std::size_t i = left_out; i < marks.size(); ++i) {
    text += text.empty() ? "" : ", ";
    text += "'" + marks[i].label + "' at " + report::duration(model::seconds(marks[i].time));
  }
  if (left_out > 0) text += ", and " + report::thousands(left_out) + " before these";
  return text;
}

}  // namespace

base::Result<model::Mark> find_mark(const model::World& world, const std::string& label) {
  const std::vector<model::Mark> marks = by_time(world);
  if (marks.empty())
    return base::Error("there is no mark in it; 'ajar mark PID' makes one while a session records");
  if (label.empty()) return marks.back();
  const auto found = std::ranges::find(marks, label, &model::Mark::label);
  if (found != marks.end()) return *found;
  return base::Error("there is no mark '" + label + "' in it; there are: " + listed(marks));
}

}  // namespace ajar::analyze
