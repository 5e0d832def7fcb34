#include "recording/append.h"

#include <algorithm>
#include <utility>

#include "recording/block_scanner.h"
#include "recording/block_writer.h"
#include "recording/byte_writer.h"
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
  BlockWriter blocks(memory, true);
  ByteWriter payload;
  for (const auto& [identity, names] : symbols) {
    for (auto at = names.begin(); at != names.end();) {
      payload.clear();
      at = write_symbols(payload, identity, at, names.end(), kFullPayload);
      static_cast<void>(blocks.block(BlockType::symbols, 0, time, payload.bytes()));  // memory takes it
    }
  }
  return std::move(memory).take();
}

}  // namespace ajar::recording
