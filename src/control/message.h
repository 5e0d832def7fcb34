#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

// How two ajars write to each other. All integers are little-endian:
//
//   u32  how many bytes follow
//   u16  the version of the protocol
//        fields, up to the end: u16 length of the name, the name, u32 length of the value, the value
//
// This much stays as it is in every version. Within a version fields are only added: who does not know one
// passes over it, and who misses one takes it as empty.
namespace ajar::control {

inline constexpr std::uint16_t kProtocol = 1;
inline constexpr std::size_t kMaxMessage = std::size_t{1} << 20U;  // bytes, all in all

struct Message {
  std::uint16_t version = kProtocol;
  std::map<std::string, std::string, std::less<>> fields;

  // "" where there is none.
  [[nodiscard]] std::string_view field(std::string_view name) const;

  bool operator==(const Message&) const = default;
};

// What is too long to be sent is left out, the last fields first.
std::string encoded(const Message& message);

// Nothing where the message goes on behind these bytes; an error where they are none, or more than one. Of a
// name that is there twice the first value counts.
base::Result<std::optional<Message>> parse_message(std::span<const std::byte> bytes);

}  // namespace ajar::control
