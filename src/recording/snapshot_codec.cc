#include "recording/snapshot_codec.h"

#include <algorithm>

namespace ajar::recording {
namespace {

// A fact's key comes with whether its value is text, so that facts of later versions can be read and kept.
void write_facts(ByteWriter& out, const std::vector<model::Fact>& facts) {
  const std::size_t count = std::min(facts.size(), kMaxFacts);
  out.write_varint(count);
  for (const model::Fact& fact : std::span(facts).first(count)) {
    const bool is_text = fact.text.has_value();
    out.write_varint((static_cast<std::uint64_t>(fact.key) << 1U) | (is_text ? 1U : 0U));
    if (is_text) {
      out.write_text(cut(*fact.text));
    } else {
      out.write_varint(fact.number);
    }
  }
}

void read_facts(base::ByteReader& in, std::vector<model::Fact>& facts) {
  const std::uint64_t count = in.remaining() == 0 ? 0 : in.read_varint();
  if (count > kMaxFacts) return in.fail();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t key = in.read_varint();
    if (key >> 1U > UINT16_MAX) return in.fail();
    model::Fact& fact = facts.emplace_back();
    fact.key = static_cast<model::FactKey>(key >> 1U);
    if ((key & 1U) != 0) {
      fact.text = in.text(in.read_varint());
    } else {
      fact.number = in.read_varint();
    }
  }
}

}  // namespace

std::size_t write_snapshot(ByteWriter& out, const model::Snapshot& snapshot, std::size_t first,
                           std::size_t full_bytes) {
  ByteWriter record;
  write_record(out, record, snapshot);
  std::uint64_t last = 0;
  for (; first < snapshot.handles.size() && out.size() < full_bytes; ++first) {
    const model::Handle& handle = snapshot.handles[first];
    record.clear();
    Encoder encoder(record);
    encoder(static_cast<std::int64_t>(handle.value - last), handle.type, handle.name);  // modulo 2^64
    write_facts(record, handle.facts);
    out.write_counted(record.bytes());
    last = handle.value;
  }
  return first;
}

Outcome read_snapshot(std::span<const std::byte> payload, model::Snapshot& snapshot) {
  base::ByteReader in(payload);
  read_record(in, snapshot);
  std::uint64_t last = 0;
  for (std::size_t items = 0; in.remaining() > 0; ++items) {
    base::ByteReader record(in.bytes(in.read_varint()));
    model::Handle handle;
    Decoder decoder(record);
    std::int64_t step = 0;
    decoder(step, handle.type, handle.name);
    read_facts(record, handle.facts);
    if (!record.ok() || items == kMaxItems) in.fail();
    if (!in.ok()) break;
    handle.value = last += static_cast<std::uint64_t>(step);
    snapshot.handles.push_back(std::move(handle));
  }
  return {.damaged = !in.ok()};
}

}  // namespace ajar::recording
