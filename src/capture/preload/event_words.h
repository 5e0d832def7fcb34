#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/wire.h"

namespace ajar::capture::preload {

// What an event's bytes say in words.
struct EventWords {
  std::string_view call;  // the entry point
  std::string type;       // of what was opened; empty where the call does not tell
  std::string text;       // what was asked for
};

// `payload` are the event's payload bytes.
EventWords words_of(const ajar_event& event, std::string_view payload);

}  // namespace ajar::capture::preload
