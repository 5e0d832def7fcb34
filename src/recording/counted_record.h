#pragma once

#include "recording/fields.h"

namespace ajar::recording {

// What became of decoding something whole: it may hold parts that make no sense, and parts of a later
// version.
struct Outcome {
  bool damaged = false;
  bool unknown = false;

  void operator|=(const Outcome& other) {
    damaged |= other.damaged;
    unknown |= other.unknown;
  }
};

// A record behind its length. `scratch` saves an allocation for each.
void write_record(ByteWriter& out, ByteWriter& scratch, const auto& row) {
  scratch.clear();
  Encoder encoder(scratch);
  fields(encoder, row);
  out.write_counted(scratch.bytes());
}

// Fails `in` where the record does not fit into it or makes no sense.
void read_record(base::ByteReader& in, auto& row) {
  base::ByteReader record(in.bytes(in.read_varint()));
  Decoder decoder(record);
  fields(decoder, row);
  if (!record.ok()) in.fail();
}

}  // namespace ajar::recording
