#include "analyze/closed_at_end.h"

#include <algorithm>
#include <iterator>

// When the end begins
//
// A runtime that ends in an orderly way closes what the program forgot: the interpreter collects its objects,
// the destructors of static objects run, or the program itself walks through its list. After that nothing is
// open, and a program that grew to its end looks clean. So what is outstanding is judged as of the moment
// when the end began.
//
// No call tells that moment: the interpreter is finalized and a list is walked before exit() is reached. What
// can be seen is a row of closes with hardly an open between that goes on to the end of the process. Its
// first close is the moment; the quiet before it, in which a program works with what it has opened, counts as
// life. A row that began long before the end is work, such as draining connections, and tells nothing.
namespace ajar::analyze {
namespace {

using namespace std::chrono_literals;

// Whether the process came to its own end, and when.
std::optional<model::Time> own_end(const TableState& table, const Ending& ending) {
  if (!ending.ended || ending.killed) return std::nullopt;
  const model::Snapshot* last = table.compared();
  if (last != nullptr && last->taken == model::Snapshot::Taken::at_exit) return last->begin;
  return ending.finished ? std::optional(ending.at) : std::nullopt;
}

}  // namespace

ClosedAtEnd closed_at_end(const TableState& table, const Ending& ending) {
  ClosedAtEnd result;
  const std::vector<ClosingPhase::Closed>& row = table.closing_phase().closed();
  const std::optional<model::Time> end = own_end(table, ending);
  if (row.empty() || !end.has_value()) return result;
  result.began = std::ranges::min(row, {}, &ClosingPhase::Closed::closed).closed;
  const model::Time longest = std::max<model::Time>(1s, (*end - table.began()) / 20);
  if (*end - result.began > longest) return result;
  std::ranges::copy_if(row, std::back_inserter(result.handles),
                       [&](const ClosingPhase::Closed& closed) { return closed.opened < result.began; });
  return result;
}

}  // namespace ajar::analyze
