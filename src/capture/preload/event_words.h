#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/wire.h"

namespace ajar::capture::preload {

// What an event of an entry point says in words whatever its bytes are.
struct EntryWords {
  std::string_view call;  // the entry point's name, or the kernel call's that was made by its number
  std::string_view type;  // of what it opens; empty where the call alone does not tell
};

// `entry` as in ajar_event; empty words for one that is not in the catalog.
EntryWords words_of_entry(std::uint16_t entry);

// What an event's bytes say in words.
struct EventWords {
  std::string type;  // of what was opened; empty where they do not tell
  std::string text;  // what was asked for
};

// `payload` are the event's payload bytes.
EventWords words_of(const ajar_event& event, std::string_view payload);

}  // namespace ajar::capture::preload
