#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace ajar::import {

// A file of another tool's.
struct Input {
  std::string name;  // without folders: what reports call it
  std::span<const std::byte> bytes;
};

// Whether the bytes look like a file of a kind that can be read. Says nothing of whether it is whole.
bool is_known(std::span<const std::byte> bytes);

// A recording (recording/FORMAT.md) of all that the file tells, in memory. Nothing where the bytes are of no
// kind that is known; an error where they are of one, and can't be read, or have nothing in them that ajar
// could tell. Keeps nothing of the input. May be called by several threads.
base::Result<std::optional<std::vector<std::byte>>> as_recording(const Input& input);

}  // namespace ajar::import
