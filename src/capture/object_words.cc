#include "capture/object_words.h"

#include <cstring>
#include <span>

#include "tables/sockets/address.h"
#include "tables/sockets/socket_type.h"

namespace ajar::capture {

std::string type_of_socket(std::uint32_t domain, std::uint32_t type, std::uint32_t protocol) {
  constexpr std::uint32_t kTypeMask = 0xf;  // SOCK_NONBLOCK and SOCK_CLOEXEC are given along with the type
  return std::string(tables::socket_type_name(domain, type & kTypeMask, protocol));
}

// accept() tells the family by the peer's address, and connections are streams.
std::string type_of_accepted(std::string_view address) {
  constexpr std::uint32_t kStream = 1;
  std::uint16_t family = 0;
  if (address.size() < sizeof(family)) return {};
  std::memcpy(&family, address.data(), sizeof(family));
  return std::string(tables::socket_type_name(family, kStream, 0));
}

std::string words_of_address(std::string_view address) {
  return tables::decode_address({reinterpret_cast<const std::byte*>(address.data()), address.size()});
}

}  // namespace ajar::capture
