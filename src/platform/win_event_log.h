#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ajar::platform::win {

enum class EventOrder : std::uint8_t { oldest_first, latest_first };

// Of one of the system's logs ("System") the events that a query in its XPath selects ("*": all), as the XML
// that the system makes of each; at most so many. An error where there is no such log, or none may be read.
base::Result<std::vector<std::string>> read_events(std::string_view channel, std::string_view query,
                                                   EventOrder order, std::size_t most);

}  // namespace ajar::platform::win
