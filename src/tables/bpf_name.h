#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ajar::tables {

// The name that whoever made the map or program gave it, at most 15 bytes. Empty where it has none, or the
// kernel does not tell us (it takes the right to trace the process).
std::string bpf_name(std::int64_t pid, std::uint64_t handle, std::string_view type);

}  // namespace ajar::tables
