#include <algorithm>
#include <cstddef>
#include <iterator>

#include "cli/emptied_pools.h"
#include "platform/win_event_log.h"

namespace ajar::cli {

std::vector<std::string> emptied_pools() {
  using platform::win::EventOrder;
  using platform::win::read_events;
  constexpr std::size_t kMost = 4096;
  auto events = read_events("System", "*", EventOrder::oldest_first, 1);
  if (!events.ok()) return pools_not_available(events.error().message());
  if (events.value().empty()) return pools_not_available("the System log of events is empty");
  auto matter = read_events("System", query_for_pools(), EventOrder::latest_first, kMost);
  if (!matter.ok()) return pools_not_available(matter.error().message());
  std::ranges::move(matter.value(), std::back_inserter(events.value()));
  return emptied_pools_in(events.value());
}

}  // namespace ajar::cli
