#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "model/snapshot.h"

// The entries of an open folder /proc/PID/fd.
namespace ajar::tables {

enum class Part : std::uint8_t { all, beginning };

// The numbers in the folder, ascending, or the errno.
std::expected<std::vector<std::uint64_t>, int> list_numbers(int folder, Part part);

// Handles with what their links say: number, type, name, and the inode that is part of a name.
struct Links {
  std::vector<model::Handle> handles;
  std::uint64_t refused = 0;  // that were there and could not be read
  int error = 0;              // why the last of these could not
};

// One readlinkat(2) each, by `threads` threads where there are enough of them. What was closed meanwhile is
// left out.
Links read_links(int folder, std::span<const std::uint64_t> numbers, unsigned threads);

}  // namespace ajar::tables
