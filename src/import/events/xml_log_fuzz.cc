// Whatever a text says, what is read from it as an event log is a recording that can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "import/events/xml_log.h"
#include "recording/memory_sink.h"
#include "recording/reader.h"

using namespace ajar;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  static_cast<void>(import::events::is_xml_log(bytes));
  static_cast<void>(import::events::is_plain_log(bytes));
  model::World world;
  recording::MemorySink sink;
  recording::Writer writer(world, sink);
  const auto end = import::events::read_xml_log({.name = "x.xml", .bytes = bytes}, world, writer);
  if (!end.ok()) return 0;
  if (!writer.finish(end.value()).ok()) std::abort();
  const auto reader = recording::Reader::open(sink.bytes());
  if (!reader.ok() || reader.value()->damage() != model::Damage()) std::abort();
  return 0;
}
