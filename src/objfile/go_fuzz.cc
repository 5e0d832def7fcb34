// Whatever the bytes are, asking a Go program's table for addresses ends, and stays within them: as the table
// alone, and as an ELF file that may have one.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "objfile/elf.h"
#include "objfile/go/line_table.h"
#include "objfile/go_table.h"

namespace ajar::objfile {
namespace {

void ask(const go::LineTable& table) {
  constexpr std::size_t kFunctions = 16;
  constexpr std::uint64_t kAddresses = 16;
  for (std::size_t i = 0; i < table.size() && i < kFunctions; ++i) {
    const go::LineTable::Function function = table.function(i);
    const std::uint64_t step = (function.end - function.begin) / kAddresses + 1;
    for (std::uint64_t at = 0; at < kAddresses; ++at)
      static_cast<void>(table.find(function.begin + at * step));
  }
}

}  // namespace
}  // namespace ajar::objfile

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  if (auto table = ajar::objfile::go::LineTable::parse(bytes)) {
    static_cast<void>(table->set_trees(bytes));
    ajar::objfile::ask(*table);
  }
  const auto elf = ajar::objfile::ElfFile::parse(bytes);
  if (!elf.ok()) return 0;
  if (const auto table = ajar::objfile::find_go_table(elf.value())) ajar::objfile::ask(*table);
  return 0;
}
