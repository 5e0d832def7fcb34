#include "capture/preload/event_words.h"

#include <array>
#include <cstring>
#include <iterator>

#include "capture/object_words.h"
#include "catalog/linux_tables.h"

namespace ajar::capture::preload {
namespace {

std::string_view type_of_call(std::string_view call) {
  for (const catalog::Call& row : catalog::kLinuxCalls) {
    if (call == row.name) return row.type;
  }
  return {};
}

}  // namespace

segment::EntryWords words_of_entry(std::uint16_t entry) {
  constexpr std::size_t kEntries = std::size(catalog::kLinuxEntries);
  if (entry == 0) return {};
  if (entry <= kEntries) {
    const catalog::EntryPoint& row = catalog::kLinuxEntries[entry - 1];
    return {row.name, type_of_call(row.call)};
  }
  const std::size_t by_number = entry - kEntries - 1;
  if (by_number >= std::size(catalog::kLinuxCalls)) return {};
  return {catalog::kLinuxCalls[by_number].name, catalog::kLinuxCalls[by_number].type};
}

segment::EventWords words_of(const ajar_event& event, std::string_view payload) {
  segment::EventWords words;
  const bool opens = event.effect == AJAR_EFFECT_OPEN || event.effect == AJAR_EFFECT_PAIR;
  switch (event.payload) {
    case AJAR_PAYLOAD_TEXT:
      words.text = payload;
      break;
    case AJAR_PAYLOAD_ADDRESS:
      words.text = words_of_address(payload);
      if (opens) words.type = type_of_accepted(payload);
      break;
    case AJAR_PAYLOAD_SOCKET: {
      std::array<ajar_u32, 3> asked{};
      if (payload.size() != sizeof(asked)) break;
      std::memcpy(asked.data(), payload.data(), sizeof(asked));
      words.type = type_of_socket(asked[0], asked[1], asked[2]);
      break;
    }
    default:
      break;
  }
  return words;
}

}  // namespace ajar::capture::preload
