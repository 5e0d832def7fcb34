#pragma once

#include <stdint.h>

namespace ajar::agent {

// The rows of the catalog's table of entry points, by number: 1 is the first. What ajar_event.entry holds.
enum class Entry : uint16_t {
  none = 0,
#define AJAR_ENTRY(name, call, shape, asked, result, parameters, arguments) name,
#include "catalog/linux_entries.def"
#undef AJAR_ENTRY
  end
};

inline constexpr uint32_t kEntryCount = static_cast<uint32_t>(Entry::end) - 1;

}  // namespace ajar::agent
