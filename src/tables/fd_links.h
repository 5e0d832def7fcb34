#pragma once

#include <cstdint>
#include <expected>
#include <vector>

#include "model/snapshot.h"

// The entries of an open folder /proc/PID/fd.
namespace ajar::tables {

// Handles with what their links say: number, type, name.
struct Links {
  std::vector<model::Handle> handles;  // by ascending value
  std::uint64_t refused = 0;           // that were there and could not be read
  int error = 0;                       // why the last of these could not
};

// One readlinkat(2) for each, by `threads` threads where there are enough of them; or the errno of listing
// the folder. What was closed meanwhile is left out; what is open all the while is there.
std::expected<Links, int> read_links(int folder, unsigned threads);

// How many there are, as the folder's size says from Linux 6.2 on; 0 where it does not.
std::uint64_t count_handles(int folder);

// Whether this kernel says so.
bool kernel_counts_handles();

// Whether the folder lists anything. That of a process on its way out does not any more.
bool lists_anything(int folder);

}  // namespace ajar::tables
