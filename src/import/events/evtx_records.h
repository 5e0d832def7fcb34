#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace ajar::import::events {

// Hands on each record of an .evtx as XML, in the order of the file; "" for one that could not be read. False
// where there is more that can't be. Done by libevtx, which is not made for hostile files: it may crash,
// loop, and use any memory. `tell` ends it by returning false.
bool read_evtx_records(std::span<const std::byte> bytes,
                       const std::function<bool(std::string_view xml)>& tell);

}  // namespace ajar::import::events
