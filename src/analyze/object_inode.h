#pragma once

#include <cstdint>
#include <optional>

#include "model/snapshot.h"

namespace ajar::analyze {

// The number of the object's inode, as a fact or as part of the kernel's name: "socket:[4711]". Nothing where
// that is not known.
std::optional<std::uint64_t> object_inode(const model::Handle& handle);

}  // namespace ajar::analyze
