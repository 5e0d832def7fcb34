#include "recording/symbol_codec.h"

#include <algorithm>

namespace ajar::recording {
namespace {

struct Identity {
  std::string text;
};
void fields(auto& coder, Is<Identity> auto& row) {
  coder(row.text);
}

model::SymbolChain read_chain(base::ByteReader& record) {
  model::SymbolChain chain;
  const std::uint64_t count = record.remaining() == 0 ? 0 : record.read_varint();
  if (count > kMaxChain) record.fail();
  for (std::uint64_t i = 0; i < count && record.ok(); ++i) read_record(record, chain.emplace_back());
  return chain;
}

// The payload of one block: the module's identity and its addresses from `at` on, until it is full. Gives the
// first address that did not go into it.
model::ModuleSymbols::const_iterator write_payload(ByteWriter& out, const std::string& identity,
                                                   model::ModuleSymbols::const_iterator at,
                                                   model::ModuleSymbols::const_iterator end) {
  ByteWriter record;
  ByteWriter symbol;
  write_record(out, record, Identity{identity});
  std::uint64_t last = 0;
  for (; at != end && out.size() < kFullPayload; ++at) {
    const auto& [address, chain] = *at;
    const std::size_t count = std::min(chain.size(), kMaxChain);
    record.clear();
    record.write_varint(address - last);
    record.write_varint(count);
    for (const model::Symbol& link : std::span(chain).first(count)) write_record(record, symbol, link);
    out.write_counted(record.bytes());
    last = address;
  }
  return at;
}

}  // namespace

base::Result<void> write_symbols(BlockWriter& blocks, const std::string& identity,
                                 const model::ModuleSymbols& symbols, model::Time time) {
  ByteWriter payload;
  for (auto at = symbols.begin(); at != symbols.end();) {
    payload.clear();
    at = write_payload(payload, identity, at, symbols.end());
    auto written = blocks.block(BlockType::symbols, 0, time, payload.bytes());
    if (!written.ok()) return written;
  }
  return {};
}

Outcome read_symbols(std::span<const std::byte> payload, model::World& world) {
  base::ByteReader in(payload);
  Identity identity;
  read_record(in, identity);
  std::uint64_t address = 0;
  std::size_t items = 0;
  while (in.remaining() > 0) {
    base::ByteReader record(in.bytes(in.read_varint()));
    address += record.read_varint();
    model::SymbolChain chain = read_chain(record);
    items += chain.size() + 1;
    if (!record.ok() || items > kMaxItems) in.fail();
    if (!in.ok()) break;
    model::lay_over(world.symbols[identity.text], address, std::move(chain));
  }
  return {.damaged = !in.ok()};
}

}  // namespace ajar::recording
