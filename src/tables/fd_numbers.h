#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <vector>

// The numbers that a folder /proc/PID/fd lists.
namespace ajar::tables {

// The next numbers from where the folder stands, as many as fit into `room` bytes of getdents64(2), in the
// kernel's order; none at its end. Or the errno.
std::expected<std::vector<std::uint64_t>, int> list_some(int folder, std::size_t room);

// All that are left.
std::expected<std::vector<std::uint64_t>, int> list_rest(int folder);

// Whether the folder is the kernel's own: then it lists by ascending numbers, and can be told to go on with
// any one (fs/proc/fd.c, proc_readfd_common).
bool is_of_kernel(int folder);
void go_on_with(int folder, std::uint64_t number);

}  // namespace ajar::tables
