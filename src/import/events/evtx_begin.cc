#include <algorithm>
#include <array>

#include "import/events/evtx_log.h"

namespace ajar::import::events {

bool is_evtx_log(std::span<const std::byte> bytes) {
  constexpr std::array<unsigned char, 8> kBegin = {'E', 'l', 'f', 'F', 'i', 'l', 'e', 0};
  return bytes.size() >= kBegin.size() &&
         std::ranges::equal(bytes.first(kBegin.size()), std::as_bytes(std::span(kBegin)));
}

}  // namespace ajar::import::events
