#include "recording/definitions.h"

namespace ajar::recording {
namespace {

// A stack node's record: how far back its callee's id is, a mask, and a number for each bit of the mask above
// the kind's, in their order. Bits that are not known here have their numbers all the same.
constexpr std::uint64_t kFrameKind = 7;
constexpr std::uint64_t kFrameAfterCall = 1U << 3U;  // has no number
constexpr std::uint64_t kFrameMarker = 1U << 4U;
constexpr std::uint64_t kFrameModule = 1U << 5U;
constexpr std::uint64_t kFrameOffset = 1U << 6U;
constexpr std::uint64_t kFrameFunction = 1U << 7U;
constexpr std::uint64_t kFrameFile = 1U << 8U;
constexpr std::uint64_t kFrameLine = 1U << 9U;

struct FrameNumbers {
  std::uint64_t marker = 0, module = 0, offset = 0, function = 0, file = 0, line = 0;
};

void for_each_number(auto&& number) {
  number(kFrameMarker, &FrameNumbers::marker);
  number(kFrameModule, &FrameNumbers::module);
  number(kFrameOffset, &FrameNumbers::offset);
  number(kFrameFunction, &FrameNumbers::function);
  number(kFrameFile, &FrameNumbers::file);
  number(kFrameLine, &FrameNumbers::line);
}

void write_frame(ByteWriter& out, const model::Frame& frame) {
  const FrameNumbers numbers{.marker = static_cast<std::uint64_t>(frame.marker),
                             .module = frame.module.value,
                             .offset = frame.offset,
                             .function = frame.function.value,
                             .file = frame.file.value,
                             .line = frame.line};
  std::uint64_t mask = static_cast<std::uint64_t>(frame.kind) & kFrameKind;
  if (frame.after_call) mask |= kFrameAfterCall;
  for_each_number([&](std::uint64_t bit, auto member) {
    if (numbers.*member != 0) mask |= bit;
  });
  out.write_varint(mask);
  for_each_number([&](std::uint64_t bit, auto member) {
    if ((mask & bit) != 0) out.write_varint(numbers.*member);
  });
}

model::Frame frame_of(std::uint64_t mask, const FrameNumbers& numbers) {
  model::Frame frame;
  frame.kind = static_cast<model::FrameKind>(mask & kFrameKind);
  frame.marker = static_cast<model::Marker>(numbers.marker);
  frame.after_call = (mask & kFrameAfterCall) != 0;
  frame.module.value = static_cast<std::uint32_t>(numbers.module);
  frame.offset = numbers.offset;
  frame.function.value = static_cast<std::uint32_t>(numbers.function);
  frame.file.value = static_cast<std::uint32_t>(numbers.file);
  frame.line = static_cast<std::uint32_t>(numbers.line);
  // What a later version may know is a frame of which nothing is known here.
  const bool known = frame.kind >= model::FrameKind::native && frame.kind <= model::FrameKind::marker &&
                     numbers.marker <= static_cast<std::uint64_t>(model::Marker::unseen);
  if (!known) {
    frame = {};
    frame.kind = model::FrameKind::marker;
    frame.marker = model::Marker::unseen;
  }
  return frame;
}

model::Frame read_frame(base::ByteReader& in) {
  const std::uint64_t mask = in.read_varint();
  FrameNumbers numbers;
  for_each_number([&](std::uint64_t bit, auto member) {
    if ((mask & bit) != 0) numbers.*member = in.read_varint();
  });
  if (((numbers.module | numbers.function | numbers.file | numbers.line) >> 32U) != 0) in.fail();
  return frame_of(mask, numbers);
}

template <typename RowId, typename Row>
void write_row(ByteWriter& out, Definition kind, RowId id, const Row& row) {
  ByteWriter record;
  Encoder encoder(record);
  encoder(id);
  if constexpr (std::same_as<Row, model::StackNode>) {
    record.write_varint(id.value - row.callee.value);  // modulo 2^32
    write_frame(record, row.frame);
  } else {
    fields(encoder, row);
  }
  out.write_varint(static_cast<std::uint64_t>(kind));
  out.write_counted(record.bytes());
}

void read_row(base::ByteReader& record, auto id, auto& row) {
  Decoder decoder(record);
  fields(decoder, row);
  if constexpr (requires { row.id; }) row.id = id;
}

void read_row(base::ByteReader& record, model::StackId id, model::StackNode& row) {
  std::uint32_t back = 0;
  Decoder decoder(record);
  decoder(back);
  row.callee.value = id.value - back;
  row.frame = read_frame(record);
}

// A recording has at least a byte for each stack node and string, packed and with the events that use it, and
// four for each other row; small ones of what packs well get an allowance.
std::uint64_t highest_id(Definition kind, std::uint64_t file_bytes) {
  const bool many = kind == Definition::stack_node || kind == Definition::string;
  return many ? (1U << 16U) + file_bytes : (1U << 14U) + file_bytes / 4;
}

template <typename Row, typename RowId>
bool read_into(model::Rows<Row, RowId>& rows, base::ByteReader& record, std::uint64_t highest) {
  const std::uint64_t number = record.read_varint();
  if (number == 0 || number > highest) return false;
  const RowId id{static_cast<std::uint32_t>(number)};
  Row row{};
  read_row(record, id, row);
  if (record.ok()) rows.put(id, std::move(row));
  return record.ok();
}

Outcome read_definition(Definition kind, base::ByteReader& record, std::uint64_t file_bytes,
                        model::World& world) {
  const std::uint64_t highest = std::min<std::uint64_t>(highest_id(kind, file_bytes), UINT32_MAX);
  const auto into = [&](auto& rows) { return Outcome{.damaged = !read_into(rows, record, highest)}; };
  switch (kind) {
    case Definition::process:
      return into(world.processes);
    case Definition::image:
      return into(world.images);
    case Definition::table:
      return into(world.tables);
    case Definition::thread:
      return into(world.threads);
    case Definition::module:
      return into(world.modules);
    case Definition::stack_node:
      return into(world.stacks);
    case Definition::string:
      return into(world.strings);
    case Definition::mark:
      return into(world.marks);
  }
  return {.unknown = true};
}

}  // namespace

void write_definition(ByteWriter& out, model::ProcessId id, const model::Process& row) {
  write_row(out, Definition::process, id, row);
}
void write_definition(ByteWriter& out, model::ImageId id, const model::Image& row) {
  write_row(out, Definition::image, id, row);
}
void write_definition(ByteWriter& out, model::TableId id, const model::Table& row) {
  write_row(out, Definition::table, id, row);
}
void write_definition(ByteWriter& out, model::ThreadId id, const model::Thread& row) {
  write_row(out, Definition::thread, id, row);
}
void write_definition(ByteWriter& out, model::ModuleId id, const model::Module& row) {
  write_row(out, Definition::module, id, row);
}
void write_definition(ByteWriter& out, model::StackId id, const model::StackNode& row) {
  write_row(out, Definition::stack_node, id, row);
}
void write_definition(ByteWriter& out, model::StringId id, const std::string& row) {
  write_row(out, Definition::string, id, row);
}
void write_definition(ByteWriter& out, model::MarkId id, const model::Mark& row) {
  write_row(out, Definition::mark, id, row);
}

Outcome read_definitions(std::span<const std::byte> payload, std::uint64_t file_bytes, model::World& world) {
  Outcome outcome;
  base::ByteReader in(payload);
  for (std::size_t items = 0; in.remaining() > 0; ++items) {
    const std::uint64_t kind = in.read_varint();
    base::ByteReader record(in.bytes(in.read_varint()));
    if (!in.ok() || items == kMaxItems) return {.damaged = true, .unknown = outcome.unknown};
    if (kind > UINT8_MAX) {
      outcome.unknown = true;
    } else {
      outcome |= read_definition(static_cast<Definition>(kind), record, file_bytes, world);
    }
  }
  return outcome;
}

}  // namespace ajar::recording
