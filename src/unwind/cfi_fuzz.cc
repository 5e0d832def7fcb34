#include <cstddef>
#include <cstdint>
#include <vector>

#include "unwind/cfi.h"

// The input is what lies mapped: .eh_frame_hdr at its beginning, .eh_frame after it. Rules are asked for all
// over it and around it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::vector<std::uint8_t> mapped(data, data + size);
  const ajar::unwind::CallFrameInfo info{mapped.data(), mapped.data(), mapped.data() + mapped.size()};
  const auto base = reinterpret_cast<std::uint64_t>(mapped.data());
  for (std::uint64_t i = 0; i < 64; ++i) {
    ajar::unwind::find_rule(info, base + i * size / 64);
    ajar::unwind::find_rule(info, base - 0x1000 + i * 0x200);
  }
  return 0;
}
