#pragma once

#include <cstdint>
#include <string>

#include "model/world.h"

namespace ajar::console {

// What the layouts depend on: where the things shown come from.
struct Style {
  bool is_dump = false;          // the numbers of handles have all their digits
  bool has_descriptors = false;  // Linux: numbers of handles, processes and threads are decimal
  int digits = 16;               // of an address: 8 in a process of 32 bits

  bool operator==(const Style&) const = default;
};

Style style_of(const model::World& world);

// "0x0000003c", with as many digits as an address has; of Linux "60".
std::string padded_number(std::uint64_t number, const Style& style);

// "1cc", as people type it; of Linux "460".
std::string plain_number(std::uint64_t number, const Style& style);

}  // namespace ajar::console
