// Whatever a text says, what is read from it as strace's is a recording that can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "import/strace/strace_log.h"
#include "recording/memory_sink.h"
#include "recording/reader.h"

using namespace ajar;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  static_cast<void>(import::strace::is_log(bytes));
  model::World world;
  recording::MemorySink sink;
  recording::Writer writer(world, sink, {.pack_from = recording::kNeverPack});
  const auto end = import::strace::read_log({.name = "x.812", .bytes = bytes}, world, writer);
  if (!end.ok()) return 0;  // it has no closes
  if (!writer.finish(end.value()).ok()) std::abort();
  const auto reader = recording::Reader::open(sink.bytes());
  if (!reader.ok() || reader.value()->damage() != model::Damage()) std::abort();
  return 0;
}
