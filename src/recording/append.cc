#include "recording/append.h"

#include <algorithm>
#include <utility>

#include "recording/block_scanner.h"
#include "recording/block_writer.h"
#include "recording/memory_sink.h"
#include "recording/symbol_codec.h"

namespace ajar::recording {

std::uint64_t end_of_blocks(std::span<const std::byte> bytes) {
  BlockScanner scanner;
  while (scanner.next(bytes, File::growing)) {
  }
  return std::min<std::uint64_t>(scanner.position(), bytes.size());
}

std::vector<std::byte> symbol_blocks(const std::map<std::string, model::ModuleSymbols>& symbols,
                                     model::Time time) {
  MemorySink memory;
  BlockWriter blocks(memory, 0);
  for (const auto& [identity, names] : symbols) {
    static_cast<void>(write_symbols(blocks, identity, names, time));  // memory takes it
  }
  return std::move(memory).take();
}

}  // namespace ajar::recording
