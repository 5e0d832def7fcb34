// Whatever the bytes are, reading them as a minidump ends, and stays within them.
#include <cstddef>
#include <cstdint>
#include <span>

#include "objfile/minidump.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ajar::objfile::Minidump;
  const auto parsed = Minidump::parse(std::as_bytes(std::span(data, size)));
  if (!parsed.ok()) return 0;
  const Minidump& dump = parsed.value();
  for (std::size_t i = 0; i < dump.module_count(); ++i) {
    const auto module = dump.module(i);
    if (module.ok()) static_cast<void>(dump.text(module.value().name));
  }
  for (std::size_t i = 0; i < dump.unloaded_count(); ++i) static_cast<void>(dump.text(dump.unloaded(i).name));
  for (std::size_t i = 0; i < dump.thread_count(); ++i) static_cast<void>(dump.thread(i));
  for (std::size_t i = 0; i < dump.thread_info_count(); ++i) static_cast<void>(dump.thread_info(i));
  for (std::size_t i = 0; i < dump.handle_count(); ++i) {
    const auto handle = dump.handle(i);
    static_cast<void>(dump.text(handle.type));
    static_cast<void>(dump.text(handle.name));
    static_cast<void>(dump.object_infos(handle.info));
  }
  for (std::size_t i = 0; i < dump.fact_count(); ++i) static_cast<void>(dump.text(dump.fact(i).text));
  for (std::size_t i = 0; i < dump.operation_count(); ++i) static_cast<void>(dump.operation(i));
  return 0;
}
