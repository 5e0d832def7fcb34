#pragma once

#include <cstddef>
#include <span>

namespace ajar::objfile {

// Whether this ajar was built with zstd.
bool has_zstd();

// Fills `raw`; false unless `packed` is a zstd stream of exactly so many bytes.
bool unpack_zstd(std::span<const std::byte> packed, std::span<std::byte> raw);

}  // namespace ajar::objfile
