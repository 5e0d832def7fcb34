#include "capture/preload/event_words.h"

#include <array>
#include <cstring>
#include <iterator>
#include <span>

#include "catalog/linux_tables.h"
#include "tables/sockets/address.h"
#include "tables/sockets/socket_type.h"

namespace ajar::capture::preload {
namespace {

std::string_view type_of_call(std::string_view call) {
  for (const catalog::Call& row : catalog::kLinuxCalls) {
    if (call == row.name) return row.type;
  }
  return {};
}

std::span<const std::byte> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

// accept() tells the family by the peer's address, and connections are streams.
std::string type_of_accepted(std::string_view address) {
  constexpr std::uint32_t kStream = 1;
  std::uint16_t family = 0;
  if (address.size() < sizeof(family)) return {};
  std::memcpy(&family, address.data(), sizeof(family));
  return std::string(tables::socket_type_name(family, kStream, 0));
}

}  // namespace

EntryWords words_of_entry(std::uint16_t entry) {
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

EventWords words_of(const ajar_event& event, std::string_view payload) {
  EventWords words;
  const bool opens = event.effect == AJAR_EFFECT_OPEN || event.effect == AJAR_EFFECT_PAIR;
  switch (event.payload) {
    case AJAR_PAYLOAD_TEXT:
      words.text = payload;
      break;
    case AJAR_PAYLOAD_ADDRESS:
      words.text = tables::decode_address(as_bytes(payload));
      if (opens) words.type = type_of_accepted(payload);
      break;
    case AJAR_PAYLOAD_SOCKET: {
      std::array<ajar_u32, 3> asked{};
      if (payload.size() != sizeof(asked)) break;
      std::memcpy(asked.data(), payload.data(), sizeof(asked));
      constexpr ajar_u32 kTypeMask = 0xf;  // SOCK_NONBLOCK and SOCK_CLOEXEC are given along with the type
      words.type = tables::socket_type_name(asked[0], asked[1] & kTypeMask, asked[2]);
      break;
    }
    default:
      break;
  }
  return words;
}

}  // namespace ajar::capture::preload
