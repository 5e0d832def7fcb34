// Whatever a log says, and whatever libevtx makes of it, what is read is a recording that can be read. With
// the checksums put right, so that what lies behind them is reached.
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include "import/events/evtx_log.h"
#include "recording/memory_sink.h"
#include "recording/reader.h"

namespace {

using namespace ajar;

std::uint32_t number_at(const std::uint8_t* place) {
  std::uint32_t number = 0;
  std::memcpy(&number, place, sizeof(number));
  return number;
}

void put_right(std::vector<std::uint8_t>& bytes) {
  constexpr std::size_t kFileHeader = 4096, kChunk = 65'536, kChunkHeader = 512;
  bytes.resize(std::max(bytes.size(), kFileHeader + kChunk));  // inputs are kept short
  const auto put = [](std::uint8_t* place, uLong sum) {
    const auto number = static_cast<std::uint32_t>(sum);
    std::memcpy(place, &number, sizeof(number));
  };
  put(bytes.data() + 124, crc32(0, bytes.data(), 120));
  for (std::size_t at = kFileHeader; at + kChunk <= bytes.size(); at += kChunk) {
    std::uint8_t* chunk = bytes.data() + at;
    const std::size_t end = std::clamp<std::size_t>(number_at(chunk + 48), kChunkHeader, kChunk);
    put(chunk + 52, crc32(0, chunk + kChunkHeader, static_cast<uInt>(end - kChunkHeader)));
    put(chunk + 124, crc32(crc32(0, chunk, 120), chunk + 128, kChunkHeader - 128));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> right(data, data + size);
  put_right(right);
  const auto bytes = std::as_bytes(std::span(right));
  model::World world;
  recording::MemorySink sink;
  recording::Writer writer(world, sink);
  const auto end = import::events::read_evtx_log({.name = "x.evtx", .bytes = bytes}, world, writer);
  if (!end.ok()) return 0;
  if (!writer.finish(end.value()).ok()) std::abort();
  const auto reader = recording::Reader::open(sink.bytes());
  if (!reader.ok() || reader.value()->damage() != model::Damage()) std::abort();
  return 0;
}
