// Whatever a text says, what is read from it as lsof's is a recording that can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "import/lsof/lsof_list.h"
#include "recording/memory_sink.h"
#include "recording/reader.h"

using namespace ajar;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  static_cast<void>(import::lsof::is_list(bytes));
  model::World world;
  recording::MemorySink sink;
  recording::Writer writer(world, sink);
  const auto end = import::lsof::read_list({.name = "x.txt", .bytes = bytes}, world, writer);
  if (!end.ok() || !writer.finish(end.value()).ok()) std::abort();
  const auto reader = recording::Reader::open(sink.bytes());
  if (!reader.ok() || reader.value()->damage() != model::Damage()) std::abort();
  return 0;
}
