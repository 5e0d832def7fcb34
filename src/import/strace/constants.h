#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// The numbers of what strace names, as far as they decide what a call does to descriptors: from Linux'
// include/uapi, for x86 and Arm.
namespace ajar::import::strace {

// "F_DUPFD", "EBADF"; nothing for a name that isn't here.
std::optional<std::uint64_t> constant(std::string_view name);

// "SOCK_STREAM|SOCK_CLOEXEC", "0x4d /* SO_??? */", "-1", "0666". Names that aren't here count nothing; where
// none is, the number is 0xffffffff, which no constant has.
std::uint64_t number_of(std::string_view words);

}  // namespace ajar::import::strace
