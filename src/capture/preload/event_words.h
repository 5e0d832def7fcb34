#pragma once

#include <cstdint>
#include <string_view>

#include "capture/segment/segment_reader.h"
#include "wire/wire.h"

namespace ajar::capture::preload {

// `entry` as in ajar_event; empty words for one that is not in the catalog.
segment::EntryWords words_of_entry(std::uint16_t entry);

// `payload` are the event's payload bytes.
segment::EventWords words_of(const ajar_event& event, std::string_view payload);

}  // namespace ajar::capture::preload
