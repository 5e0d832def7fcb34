// Whatever the bytes are, reading them as a PE image ends, and stays within them.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "objfile/debug_sections.h"
#include "objfile/dwarf/reader.h"
#include "objfile/pe.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ajar::objfile::PeFile;
  const auto pe = PeFile::parse(std::as_bytes(std::span(data, size)));
  if (!pe.ok()) return 0;
  static_cast<void>(pe.value().identity());
  static_cast<void>(pe.value().debug_link());
  static_cast<void>(pe.value().export_table());
  static_cast<void>(pe.value().exports());
  std::vector<std::uint64_t> addresses;
  for (const auto& symbol : pe.value().symbols()) {
    const std::uint64_t address = pe.value().header().image_base + symbol.address;
    if (addresses.empty() || address > addresses.back()) addresses.push_back(address);
  }
  const ajar::objfile::DebugSections sections(pe.value());
  ajar::objfile::dwarf::Reader reader(sections.sections());
  reader.find(addresses, [](std::size_t, ajar::objfile::dwarf::Chain&&) {});
  return 0;
}
