#pragma once

#include <string_view>

#include "model/snapshot.h"
#include "tables/watched_object.h"

namespace ajar::tables {

// Adds to the handle what its fdinfo, the text of /proc/PID/fdinfo/N, says of it: flags and offset of every
// handle, and what is its kind's own. The handle's type tells how to read it. What no fact stands for is
// added as it is (FactKey::told). Bounded, whatever the text is. The formats are those of the kernel's
// show_fdinfo functions (Documentation/filesystems/proc.rst, 3.8).
// `name`: of what is watched.
void add_fd_info(model::Handle& handle, std::string_view text, const NameObject& name = object_words);

// Whether the fdinfo of a handle of this type can prove that it is forgotten.
bool tells_signs(std::string_view type);

}  // namespace ajar::tables
