#include "objfile/minidump_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>

#include "base/byte_reader.h"

namespace ajar::objfile {
namespace {

using model::Fact;
using model::FactKey;
using testing::SizeIs;

MinidumpContents worker() {
  MinidumpContents contents;
  contents.system = {.processor = MinidumpProcessor::x86_64, .major = 10, .minor = 0, .build = 22631};
  contents.process = {.pid = 5404, .created = 1'700'000'000};
  contents.written = 1'700'000'800;
  contents.threads = {
      {.id = 8, .priority = 9, .teb = 0x7ff0'0000, .created = 133'000, .start = 0x1'4000'1000}, {.id = 12}};
  contents.modules = {{.base = 0x1'4000'0000,
                       .size = 0x5000,
                       .timestamp = 77,
                       .path = "C:\\app\\wörker.exe",
                       .pdb = MinidumpContents::Pdb{.guid = {std::byte{1}}, .age = 3, .path = "worker.pdb"}},
                      {.base = 0x7ff8'0000'0000, .size = 0x1000, .path = "C:\\app\\other.dll"}};
  model::WindowsHandle thread{
      .value = 0x1cc, .type = "Thread", .access = 0x1fffff, .attributes = 2, .counts = {{2, 65'538}}};
  thread.objects.emplace_back(
      model::ThreadObject{.exit_status = 7, .pid = 5404, .tid = 12, .priority = 8, .base_priority = 10});
  model::WindowsHandle key{
      .value = 0x1d0, .type = "Key", .name = "\\REGISTRY\\MACHINE", .access = 0x20019, .counts = {{1, 2}}};
  key.more = {{.key = FactKey::deleted, .number = 1, .text = {}},
              {.key = FactKey::told, .number = 0, .text = "values: 3"},
              {.key = FactKey::told, .number = 0, .text = ""}};
  model::WindowsHandle mutant{.value = 0x1d4, .type = "Mutant", .counts = {{1, 2}}};
  mutant.objects.emplace_back(model::MutantObject{.count = 0, .owned_by_caller = false, .abandoned = true});
  mutant.objects.emplace_back(model::MutantOwner{.pid = 5404, .tid = 8});
  contents.handles = {thread, key, mutant, {.value = 0x1d8, .type = "EtwRegistration"}};
  return contents;
}

// The bytes of the stream with that number; empty: there is none.
std::span<const std::byte> stream_of(std::span<const std::byte> dump, std::uint32_t wanted) {
  base::ByteReader in(dump);
  in.skip(8);
  const auto count = in.read<std::uint32_t>();
  in.seek(in.read<std::uint32_t>());
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto type = in.read<std::uint32_t>();
    const auto size = in.read<std::uint32_t>();
    const auto at = in.read<std::uint32_t>();
    if (type == wanted) return dump.subspan(at, size);
  }
  return {};
}

TEST(MinidumpWriter, MemoryIsToComeBehindAllElse) {
  MinidumpContents contents = worker();
  contents.memory = {{.begin = 0x1000, .size = 0x2000}, {.begin = 0x1'4000'0000, .size = 0x1000}};
  const auto bytes = write_minidump(contents);
  ASSERT_TRUE(bytes.ok());
  EXPECT_TRUE(stream_of(bytes.value(), 5).empty());
  base::ByteReader list(stream_of(bytes.value(), 9));
  EXPECT_EQ(list.read<std::uint64_t>(), 2U);
  EXPECT_EQ(list.read<std::uint64_t>(), bytes.value().size());
  EXPECT_EQ(list.read<std::uint64_t>(), 0x1000U);
  EXPECT_EQ(list.read<std::uint64_t>(), 0x2000U);
  EXPECT_EQ(list.read<std::uint64_t>(), 0x1'4000'0000U);
  EXPECT_EQ(list.read<std::uint64_t>(), 0x1000U);
  EXPECT_TRUE(list.ok());
  const auto parsed = Minidump::parse(bytes.value());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  EXPECT_EQ(parsed.value().handle_count(), contents.handles.size());
}

TEST(MinidumpWriter, WhatItWritesIsWhatItWasGiven) {
  const auto bytes = write_minidump(worker());
  ASSERT_TRUE(bytes.ok());
  const auto parsed = Minidump::parse(bytes.value());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  const Minidump& dump = parsed.value();
  EXPECT_EQ(dump.system(), worker().system);
  EXPECT_EQ(dump.process(), worker().process);
  EXPECT_EQ(dump.written(), worker().written);
  ASSERT_EQ(dump.thread_count(), 2U);
  EXPECT_EQ(dump.thread(1).id, 12U);
  ASSERT_EQ(dump.thread_info_count(), 2U);
  EXPECT_EQ(dump.thread_info(0).created, 133'000U);
  EXPECT_EQ(dump.thread_info(0).exit_status, model::kStillRunning);
  ASSERT_EQ(dump.module_count(), 2U);
  const auto program = dump.module(0);
  ASSERT_TRUE(program.ok());
  EXPECT_EQ(program.value().timestamp, 77U);
  EXPECT_EQ(dump.text(program.value().name).value(), "C:\\app\\wörker.exe");
  ASSERT_TRUE(program.value().pdb.has_value());
  EXPECT_EQ(program.value().pdb->age, 3U);
  EXPECT_EQ(program.value().pdb->path, "worker.pdb");
  EXPECT_FALSE(dump.module(1).value().pdb.has_value());
}

TEST(MinidumpWriter, OperationsAreThereWhereHandlesWereTraced) {
  MinidumpContents contents = worker();
  const auto without = write_minidump(contents);
  EXPECT_FALSE(Minidump::parse(without.value()).value().has_operations());
  const MinidumpOperation opened{.handle = 0x1d0,
                                 .process = 5404,
                                 .thread = 8,
                                 .kind = MinidumpOperation::Kind::open,
                                 .frames = {0x7ff8'0000'0100, 0x1'4000'1234}};
  MinidumpOperation deep{
      .handle = 0x1d4, .process = 4, .thread = 12, .kind = MinidumpOperation::Kind::close, .frames = {}};
  deep.frames.assign(40, 0x1'4000'0001);
  contents.operations = {deep, opened};
  const auto bytes = write_minidump(contents);
  const auto dump = Minidump::parse(bytes.value());
  ASSERT_TRUE(dump.ok()) << dump.error().message();
  ASSERT_EQ(dump.value().operation_count(), 2U);
  deep.frames.resize(32);
  EXPECT_EQ(dump.value().operation(0), deep);
  EXPECT_EQ(dump.value().operation(1), opened);
  EXPECT_EQ(dump.value().handle_count(), contents.handles.size());
}

TEST(MinidumpWriter, ATracedProcessThatDidNothingHasAnEmptyList) {
  MinidumpContents contents = worker();
  contents.operations.emplace();
  const auto bytes = write_minidump(contents);
  const auto dump = Minidump::parse(bytes.value());
  ASSERT_TRUE(dump.ok());
  EXPECT_TRUE(dump.value().has_operations());
  EXPECT_EQ(dump.value().operation_count(), 0U);
}

TEST(MinidumpWriter, HandlesHaveTheirObjectsAndFacts) {
  const auto bytes = write_minidump(worker());
  ASSERT_TRUE(bytes.ok());
  const auto parsed = Minidump::parse(bytes.value());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  const Minidump& dump = parsed.value();
  ASSERT_EQ(dump.handle_count(), 4U);
  const MinidumpHandle thread = dump.handle(0);
  EXPECT_EQ(thread.value, 0x1ccU);
  EXPECT_EQ(dump.text(thread.type).value(), "Thread");
  EXPECT_EQ(thread.name, MinidumpText::none);
  EXPECT_EQ(thread.granted_access, 0x1fffffU);
  EXPECT_EQ(thread.attributes, 2U);
  EXPECT_EQ(thread.handle_count, 2U);
  EXPECT_EQ(thread.pointer_count, 65'538U);
  const auto infos = dump.object_infos(dump.handle(2).info);
  ASSERT_TRUE(infos.ok());
  ASSERT_THAT(infos.value(), SizeIs(2));
  EXPECT_EQ(infos.value()[0].type, MinidumpObjectInfo::Type::mutant);
  EXPECT_EQ(infos.value()[1].type, MinidumpObjectInfo::Type::mutant_owner);
  ASSERT_EQ(dump.fact_count(), 3U);
  EXPECT_EQ(dump.fact(0),
            (MinidumpFact{.handle = 0x1d0, .key = 20, .text = MinidumpText::none, .number = 1}));
  EXPECT_EQ(dump.text(dump.fact(1).text).value(), "values: 3");
  EXPECT_NE(dump.fact(2).text, MinidumpText::none);
  EXPECT_EQ(dump.text(dump.fact(2).text).value(), "");
}

// As MINIDUMP_HANDLE_OBJECT_INFORMATION's types have them on 64-bit systems.
TEST(MinidumpWriter, ObjectsHaveTheSizesOfWindows) {
  const auto size_of = [](const model::WindowsObject& object) {
    MinidumpContents contents;
    model::WindowsHandle& handle = contents.handles.emplace_back();
    handle.type = "Any";
    handle.objects.push_back(object);
    const auto bytes = write_minidump(contents);
    const auto dump = Minidump::parse(bytes.value());
    return dump.value().object_infos(dump.value().handle(0).info).value().front().bytes.size();
  };
  EXPECT_EQ(size_of(model::ThreadObject()), 48U);
  EXPECT_EQ(size_of(model::ProcessObject()), 48U);
  EXPECT_EQ(size_of(model::MutantObject()), 8U);
  EXPECT_EQ(size_of(model::MutantOwner()), 16U);
  EXPECT_EQ(size_of(model::EventObject()), 8U);
  EXPECT_EQ(size_of(model::SemaphoreObject()), 8U);
  EXPECT_EQ(size_of(model::SectionObject()), 24U);
}

TEST(MinidumpWriter, ATextThatIsThereAgainIsWrittenOnce) {
  MinidumpContents contents;
  const auto size_with = [&](std::size_t handles) {
    contents.handles.resize(handles, {.value = 4, .type = "Key", .name = std::string(300, 'k')});
    return write_minidump(contents).value().size();
  };
  const std::size_t one = size_with(1);
  EXPECT_EQ(size_with(1001), one + 1000 * 40);
}

}  // namespace
}  // namespace ajar::objfile
