#include "recording/reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include "recording/block_writer.h"
#include "recording/counted_record.h"
#include "recording/example.h"
#include "recording/memory_sink.h"
#include "recording/random_session.h"

namespace ajar::recording {
namespace {

std::string why_not(std::string_view file) {
  const auto opened = Reader::open(std::as_bytes(std::span(file)));
  return opened.ok() ? "it was opened" : opened.error().message();
}

// A recording with one segment, then what `add` adds.
std::vector<std::byte> recording_with(const std::function<void(BlockWriter&)>& add) {
  MemorySink sink;
  BlockWriter blocks(sink, kNeverPack);
  ByteWriter payload;
  ByteWriter scratch;
  write_record(payload, scratch, SegmentStart{.sequence = 1, .major = kMajor, .minor = kMinor});
  EXPECT_TRUE(blocks.file_header().ok());
  EXPECT_TRUE(blocks.block(BlockType::segment_start, 0, {}, payload.bytes()).ok());
  add(blocks);
  return {sink.bytes().begin(), sink.bytes().end()};
}

TEST(Reader, SaysWhatAForeignFileLooksLike) {
  using namespace std::string_view_literals;
  EXPECT_EQ(why_not(""), "not an ajar recording (the file is empty)");
  EXPECT_EQ(why_not("\x7f"
                    "ELF\x02\x01\x01"sv),
            "not an ajar recording (starts with '\\x7fELF': an ELF program, library or core dump)");
  EXPECT_EQ(why_not("MDMP\x93\xa7\0\0"sv), "not an ajar recording (starts with 'MDMP': a Windows minidump)");
  EXPECT_EQ(why_not("PK\x03\x04\x14\0"sv),
            "not an ajar recording (starts with 'PK': a zip archive: unpack it first)");
  EXPECT_EQ(why_not("\x1f\x8b\x08\0"sv),
            "not an ajar recording (starts with '\\x1f\\x8b': packed with gzip: unpack it first)");
  EXPECT_EQ(why_not("open(\"/etc/passwd\") = 3\n"), "not an ajar recording (starts with 'open(\"/e': text)");
  EXPECT_EQ(why_not("\x01\x02\0\0"sv),
            "not an ajar recording (starts with '\\x01\\x02\\x00\\x00': no file that ajar knows)");
}

TEST(Reader, KnowsARecordingThatWasCopiedAsText) {
  using namespace std::string_view_literals;
  EXPECT_EQ(
      why_not("\x89"
              "AJAR\n\x1a\x01\0\0\0\x47\x8b\xaf\x94\xf3"sv),
      "not an ajar recording (starts with '\\x89AJAR': a recording that was copied as text: copy it again, "
      "as binary)");
}

TEST(Reader, RefusesALaterMajorVersionInWords) {
  ByteWriter header;
  header.write_bytes(std::as_bytes(std::span(kMagic)));
  header.write(std::uint16_t{2});
  header.write(std::uint16_t{7});
  header.write(crc32(header.bytes()));
  const auto opened = Reader::open(header.bytes());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().message(),
            "recorded by a later ajar (format 2.7, this one reads 1): read it with that version");
}

TEST(Reader, ReadsTheExample) {
  const Told told = read_all(example_recording());
  EXPECT_EQ(told.damage, model::Damage{});
  EXPECT_EQ(told.moments, (std::vector<Moment>{example_open(), example_snapshot(), example_loss(),
                                               example_count(), example_system_log()}));
  EXPECT_EQ(told.end, std::chrono::milliseconds(4));
  EXPECT_TRUE(told.ended);
  expect_same_world(told.world, example_world());
}

TEST(Reader, SkipsBlocksOfUnknownTypesAndCountsThem) {
  std::vector<std::byte> bytes = recording_with([](BlockWriter& blocks) {
    const std::vector<std::byte> payload(100);
    EXPECT_TRUE(blocks.block(static_cast<BlockType>(77), 0, {}, payload).ok());
    EXPECT_TRUE(blocks.block(static_cast<BlockType>(78), 0, {}, payload).ok());
    EXPECT_TRUE(blocks.block(BlockType::events, 0x80, {}, payload).ok());  // packed in some new way
  });
  const std::vector<std::byte> example = example_recording();
  bytes.insert(bytes.end(), example.begin() + kFileHeaderSize, example.end());
  const Told told = read_all(bytes);
  EXPECT_EQ(told.damage, (model::Damage{.unknown_blocks = 3}));
  EXPECT_EQ(told.moments.size(), 5U);
}

TEST(Reader, LeavesOutDefinitionsOfUnknownKindsAndFieldsOfLaterVersions) {
  const Told told = read_all(recording_with([](BlockWriter& blocks) {
    ByteWriter payload;
    payload.write_varint(99);  // a kind of later versions
    payload.write_text("whatever it is");
    payload.write_varint(static_cast<std::uint64_t>(Definition::string));
    payload.write_varint(2 + 5 + 3);
    payload.write_varint(4);
    payload.write_text("known");
    payload.write_bytes(std::as_bytes(std::span("new", 3)));  // a field that was appended later
    EXPECT_TRUE(blocks.block(BlockType::definitions, 0, {}, payload.bytes()).ok());
  }));
  EXPECT_EQ(told.damage, (model::Damage{.unknown_blocks = 1}));
  EXPECT_EQ(told.world.text(model::StringId{4}), "known");
}

// Two events, a mark between them, in segments of a few blocks.
std::vector<std::byte> recording_with_a_mark() {
  model::World world = example_world();
  MemorySink sink;
  Writer writer(world, sink, {.segment_bytes = 64, .pack_from = kNeverPack});
  EXPECT_TRUE(writer.event(example_open()).ok());
  const model::MarkId mark = world.marks.add(
      {.id = world.marks.next_id(), .label = "before-login", .time = std::chrono::milliseconds(3)});
  EXPECT_TRUE(writer.marked(mark).ok());
  EXPECT_TRUE(writer.event(example_open()).ok());
  EXPECT_TRUE(writer.finish(std::chrono::milliseconds(4)).ok());
  return std::move(sink).take();
}

// Where a payload's definition of the mark stands.
std::optional<std::size_t> place_of_mark(std::span<const std::byte> payload) {
  const auto label = std::as_bytes(std::span("before-login", 12));
  const auto found = std::ranges::search(payload, label);
  if (found.empty()) return std::nullopt;
  return static_cast<std::size_t>(found.begin() - payload.begin()) - 4;  // kind, length, id, length
}

TEST(Reader, KnowsTheMarksOfEachSegmentAlone) {
  const std::vector<std::byte> bytes = recording_with_a_mark();
  const Told told = read_all(bytes);
  EXPECT_EQ(told.damage, model::Damage{});
  ASSERT_EQ(told.world.marks.size(), 1U);
  const model::Mark mark = *told.world.marks.begin();
  EXPECT_EQ(mark, (model::Mark{model::MarkId{1}, "before-login", std::chrono::milliseconds(3)}));

  const std::vector<Block> blocks = blocks_of(bytes);
  const auto last = std::find_if(blocks.rbegin(), blocks.rend(), [](const Block& block) {
    return block.header.is(BlockType::segment_start);
  });
  ASSERT_GT(last->offset, kFileHeaderSize) << "there is a second segment";
  std::vector<std::byte> rest(bytes.begin(), bytes.begin() + kFileHeaderSize);
  rest.insert(rest.end(), bytes.begin() + static_cast<std::ptrdiff_t>(last->offset), bytes.end());
  ASSERT_EQ(read_all(rest).world.marks.size(), 1U);
  EXPECT_EQ(*read_all(rest).world.marks.begin(), mark);
}

// To a reader of an earlier version a mark is a definition of a kind that it does not know.
TEST(Reader, PassesOverMarksWhereItDoesNotKnowThem) {
  std::vector<std::byte> bytes = recording_with_a_mark();
  std::size_t changed = 0;
  for (const Block& block : blocks_of(bytes)) {
    const auto payload = std::span(bytes).subspan(block.offset + kBlockHeaderSize, block.header.stored);
    const std::optional<std::size_t> at = place_of_mark(payload);
    if (!at) continue;
    ASSERT_EQ(payload[*at], static_cast<std::byte>(Definition::mark));
    payload[*at] = std::byte{99};
    BlockHeader header = block.header;
    header.payload_crc = crc32(payload);
    std::vector<std::byte> sealed;
    write_block_header(header, sealed);
    std::ranges::copy(sealed, bytes.begin() + static_cast<std::ptrdiff_t>(block.offset));
    ++changed;
  }
  EXPECT_GE(changed, 2U) << "the mark stands where it was made, and in the next segment";
  const Told told = read_all(bytes);
  EXPECT_EQ(told.damage, (model::Damage{.unknown_blocks = changed}));
  EXPECT_EQ(told.moments, (std::vector<Moment>{example_open(), example_open()}));
  EXPECT_EQ(told.world.marks.size(), 0U);
}

TEST(Reader, FieldsThatAnEarlierVersionDidNotWriteAreEmpty) {
  const Told told = read_all(recording_with([](BlockWriter& blocks) {
    ByteWriter payload;
    payload.write_varint(static_cast<std::uint64_t>(Definition::process));
    payload.write_varint(2);
    payload.write_varint(1);
    payload.write_zigzag(42);  // the pid, and nothing else
    EXPECT_TRUE(blocks.block(BlockType::definitions, 0, {}, payload.bytes()).ok());
  }));
  EXPECT_EQ(told.damage, model::Damage{});
  ASSERT_EQ(told.world.processes.size(), 1U);
  EXPECT_EQ(told.world.processes.begin()->pid, 42);
  EXPECT_EQ(told.world.processes.begin()->ended, std::nullopt);
}

TEST(Reader, TakesNoIdThatTheFileCannotHaveComeTo) {
  const Told told = read_all(recording_with([](BlockWriter& blocks) {
    ByteWriter payload;
    for (const std::uint64_t id : {std::uint64_t{0xffff'ffff}, std::uint64_t{1} << 40U, std::uint64_t{7}}) {
      ByteWriter record;
      record.write_varint(id);
      record.write_text("text");
      payload.write_varint(static_cast<std::uint64_t>(Definition::string));
      payload.write_counted(record.bytes());
    }
    EXPECT_TRUE(blocks.block(BlockType::definitions, 0, {}, payload.bytes()).ok());
  }));
  EXPECT_EQ(told.damage.places, 1U);
  EXPECT_EQ(told.world.strings.size(), 7U);
  EXPECT_EQ(told.world.text(model::StringId{7}), "text");
}

TEST(Reader, APayloadThatIsNotWhatItsHeaderPromisesIsDamage) {
  const Told told = read_all(recording_with([](BlockWriter& blocks) {
    ByteWriter junk;
    junk.write(std::uint32_t{0xffff'ffff});
    EXPECT_TRUE(blocks.block(BlockType::definitions, kFlagZlib, {}, junk.bytes()).ok());
    EXPECT_TRUE(blocks.block(BlockType::events, kFlagZlib, {}, junk.bytes()).ok());
    EXPECT_TRUE(blocks.block(BlockType::loss, 0, {}, junk.bytes()).ok());
  }));
  EXPECT_EQ(told.damage, (model::Damage{.bytes = 3 * (kBlockHeaderSize + 4), .places = 1}));
}

TEST(Reader, DamageThatIsFoundWhileReadingIsCountedOnce) {
  const auto bytes = recording_with([](BlockWriter& blocks) {
    EXPECT_TRUE(blocks.block(BlockType::events, 0, {}, std::as_bytes(std::span("\x05"))).ok());
  });
  auto reader = std::move(Reader::open(bytes)).value();
  for (int i = 0; i < 3; ++i) {
    model::Cursor cursor;
    Listener listener;
    reader->read(cursor, listener);
  }
  EXPECT_EQ(reader->damage(), (model::Damage{.bytes = kBlockHeaderSize + 2, .places = 1}));
}

TEST(Reader, OfTwoSymbolsTheBetterStays) {
  const auto symbols = [](model::SymbolMatch match, const char* function, std::uint32_t line) {
    model::World world;
    world.symbols["path:/bin/a"][0x10] = {{.match = match, .function = function, .file = {}, .line = line}};
    return world;
  };
  MemorySink sink;
  for (const model::World& world :
       {symbols(model::SymbolMatch::nearest, "signpost", 0), symbols(model::SymbolMatch::exact, "right", 0),
        symbols(model::SymbolMatch::exact, "right", 12), symbols(model::SymbolMatch::exact, "no line", 0),
        symbols(model::SymbolMatch::nearest, "signpost", 0)}) {
    MemorySink one;
    Writer writer(world, one);
    ASSERT_TRUE(writer.symbols("path:/bin/a").ok());
    const auto bytes = sink.bytes().empty() ? one.bytes() : one.bytes().subspan(kFileHeaderSize);
    ASSERT_TRUE(sink.write(bytes).ok());
  }
  const Told told = read_all(sink.bytes());
  const model::SymbolChain& chain = told.world.symbols.at("path:/bin/a").at(0x10);
  ASSERT_EQ(chain.size(), 1U);
  EXPECT_EQ(chain[0].function, "right");
  EXPECT_EQ(chain[0].line, 12U);
}

}  // namespace
}  // namespace ajar::recording
