#pragma once

#include <cstdint>
#include <string>

// What the system of Windows answers. Known everywhere: recorded answers are read on Linux as well.
namespace ajar::platform::win {

using Status = std::int32_t;  // NTSTATUS: negative for what failed

inline constexpr auto kNotImplemented =
    static_cast<Status>(0xc000'0002);  // also of functions that are missing
inline constexpr auto kInvalidInfoClass = static_cast<Status>(0xc000'0003);
inline constexpr auto kTooShort = static_cast<Status>(0xc000'0004);
inline constexpr auto kInvalidHandle = static_cast<Status>(0xc000'0008);
inline constexpr auto kInvalidParameter = static_cast<Status>(0xc000'000d);
inline constexpr auto kBufferTooSmall = static_cast<Status>(0xc000'0023);
inline constexpr auto kBufferOverflow = static_cast<Status>(0x8000'0005);
inline constexpr auto kAccessDenied = static_cast<Status>(0xc000'0022);
inline constexpr auto kProcessIsEnding = static_cast<Status>(0xc000'010a);
inline constexpr auto kKeyDeleted = static_cast<Status>(0xc000'017c);

// Whether this system doesn't know the question at all.
constexpr bool is_unknown(Status status) {
  return status == kNotImplemented || status == kInvalidInfoClass;
}

// "0xc0000022", and "access denied (0xc0000022)".
std::string status_number(Status status);
std::string status_words(Status status);

}  // namespace ajar::platform::win
