// Whatever a text says, what is read from it is a recording that can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "import/importer.h"
#include "recording/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto made = ajar::import::as_recording({.name = "x.txt", .bytes = bytes});
  if (!made.ok() || !made.value()) return 0;
  const auto reader = ajar::recording::Reader::open(*made.value());
  if (!reader.ok() || reader.value()->damage() != ajar::model::Damage() || !reader.value()->ended())
    std::abort();
  return 0;
}
