// Whatever the bytes are, making a recording of them as a minidump ends, and stays within them.
#include <cstddef>
#include <cstdint>
#include <span>

#include "import/importer.h"
#include "import/minidump/minidump.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  if (!ajar::import::is_minidump(bytes)) return 0;
  static_cast<void>(ajar::import::as_recording({.name = "x.dmp", .bytes = bytes}));
  return 0;
}
