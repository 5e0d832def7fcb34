#include "cli/watch_journal.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <vector>

#include "render/count_trends.h"

namespace ajar::cli {
namespace {

constexpr std::chrono::hours kAgainAfter(1);

}  // namespace

void WatchJournal::look(watch::Watch& watch, WatchScreen& screen) {
  const Clock::time_point now = Clock::now();
  for (const model::ProcessId process : watch.ended()) said_at_.erase(process);
  std::erase_if(said_at_, [&](const auto& said) { return now - said.second >= kAgainAfter; });
  std::vector<model::ProcessId> unsaid;
  for (const model::ProcessId process : watch.growing()) {
    if (said_at_.try_emplace(process, now).second) unsaid.push_back(process);
  }
  const std::tm local = fmt::localtime(static_cast<std::time_t>(watch.sweep().unix_s));
  for (const report::CountTrend& trend : watch.trends_of(unsaid))
    screen.say(fmt::format("{:%Y-%m-%d %H:%M:%S}  {}", local, render::growing_line(trend)));
}

}  // namespace ajar::cli
