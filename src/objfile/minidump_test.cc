#include "objfile/minidump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "objfile/testing/fake_minidump.h"

namespace ajar::objfile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Kind = MinidumpOperation::Kind;

Minidump parsed(const std::string& file) {
  auto dump = Minidump::parse(bytes_of(file));
  EXPECT_TRUE(dump.ok()) << dump.error().message();
  return std::move(dump).value();
}

std::string error_of(const std::string& file) {
  const auto dump = Minidump::parse(bytes_of(file));
  return dump.ok() ? "" : dump.error().message();
}

std::string text_of(const Minidump& dump, MinidumpText text) {
  const auto found = dump.text(text);
  return found.ok() ? found.value() : found.error().message();
}

// One of everything.
FakeMinidump full() {
  FakeMinidump fake;
  fake.modules = {{.base = 0x1'4000'0000, .name = "C:\\app\\worker.exe"},
                  {.base = 0x7ff8'0000'0000,
                   .size = 0x2000,
                   .name = "C:\\app\\settings.dll",
                   .code_view = FakeMinidump::pdb_record("0123456789abcdef", 3, "settings.pdb")}};
  fake.unloaded = {{.base = 0x1000'0000, .size = 0x3000, .timestamp = 7, .name = "gone.dll"}};
  fake.threads = {8, 12};
  fake.thread_infos = {{.id = 8}, {.id = 12, .exit_status = 1, .created = 5, .exited = 9}};
  fake.handles = {{.value = 4, .type = "Key", .name = "\\REGISTRY\\MACHINE", .attributes = 2},
                  {.value = 8, .type = "Thread", .infos = {{1, thread_contents(0, 4242, 12)}, {9, "later"}}},
                  {.value = 12, .handles = 0, .pointers = 0}};
  fake.operations = {{.handle = 4, .kind = 1, .frames = {0x7ff8'0000'0100, 0x1'4000'0200}},
                     {.handle = 16, .kind = 2, .frames = {0x7ff8'0000'0150}, .thread = 12},
                     {.handle = 20, .kind = 3}};
  return fake;
}

TEST(Minidump, TellsWhoWasDumpedWhenAndWhereItRan) {
  const std::string file = full().build();
  const Minidump dump = parsed(file);
  EXPECT_EQ(dump.written(), 1'700'000'800U);
  EXPECT_EQ(dump.process(), (MinidumpProcess{.pid = 4242, .created = 1'700'000'000}));
  EXPECT_EQ(
      dump.system(),
      (MinidumpSystem{.processor = MinidumpProcessor::x86_64, .major = 10, .minor = 0, .build = 22631}));
}

TEST(Minidump, WhatItIsNotSureOfIsNotTold) {
  FakeMinidump fake;
  fake.misc_flags = 0;
  const std::string file = fake.build();
  EXPECT_EQ(parsed(file).process(), MinidumpProcess());
}

TEST(Minidump, TellsModulesThoseThatWereUnloadedToo) {
  const std::string file = full().build();
  const Minidump dump = parsed(file);
  ASSERT_EQ(dump.module_count(), 2U);
  const MinidumpModule module = dump.module(1).value();
  EXPECT_EQ(module.base, 0x7ff8'0000'0000U);
  EXPECT_EQ(module.size, 0x2000U);
  EXPECT_EQ(module.timestamp, 0x5f00'0001U);
  EXPECT_EQ(text_of(dump, module.name), "C:\\app\\settings.dll");
  ASSERT_TRUE(module.pdb.has_value());
  EXPECT_EQ(module.pdb->age, 3U);
  EXPECT_EQ(module.pdb->path, "settings.pdb");
  EXPECT_EQ(module.pdb->guid[0], std::byte{'0'});
  EXPECT_FALSE(dump.module(0).value().pdb.has_value());
  ASSERT_EQ(dump.unloaded_count(), 1U);
  EXPECT_EQ(dump.unloaded(0).timestamp, 7U);
  EXPECT_EQ(text_of(dump, dump.unloaded(0).name), "gone.dll");
}

TEST(Minidump, TellsThreads) {
  const std::string file = full().build();
  const Minidump dump = parsed(file);
  ASSERT_EQ(dump.thread_count(), 2U);
  EXPECT_EQ(dump.thread(1).id, 12U);
  ASSERT_EQ(dump.thread_info_count(), 2U);
  EXPECT_EQ(dump.thread_info(1), (MinidumpThreadInfo{.id = 12, .exit_status = 1, .created = 5, .exited = 9}));
}

TEST(Minidump, ListsMayBePadded) {
  FakeMinidump fake = full();
  fake.padded_lists = true;
  const std::string file = fake.build();
  const Minidump dump = parsed(file);
  EXPECT_EQ(dump.thread(1).id, 12U);
  EXPECT_EQ(text_of(dump, dump.module(0).value().name), "C:\\app\\worker.exe");
}

TEST(Minidump, TellsHandlesWithWhatIsKnownOfTheirObjects) {
  const std::string file = full().build();
  const Minidump dump = parsed(file);
  ASSERT_TRUE(dump.has_handles());
  ASSERT_EQ(dump.handle_count(), 3U);
  const MinidumpHandle key = dump.handle(0);
  EXPECT_EQ(key.value, 4U);
  EXPECT_EQ(text_of(dump, key.type), "Key");
  EXPECT_EQ(text_of(dump, key.name), "\\REGISTRY\\MACHINE");
  EXPECT_EQ(key.attributes, 2U);
  EXPECT_EQ(key.granted_access, 0x1f0003U);
  EXPECT_EQ(key.handle_count, 2U);
  EXPECT_EQ(key.pointer_count, 3U);
  EXPECT_EQ(key.info, 0U);
  const auto infos = dump.object_infos(dump.handle(1).info).value();
  ASSERT_THAT(infos, SizeIs(2));
  EXPECT_EQ(infos[0].type, MinidumpObjectInfo::Type::thread);
  EXPECT_THAT(infos[0].bytes, SizeIs(48));
  EXPECT_EQ(static_cast<std::uint32_t>(infos[1].type), 9U);
  EXPECT_THAT(infos[1].bytes, SizeIs(5));
  EXPECT_EQ(dump.handle(2).type, MinidumpText::none);
}

TEST(Minidump, HandlesOfTheFirstVersionHaveNoMore) {
  FakeMinidump fake = full();
  fake.handle_size = 32;
  const std::string file = fake.build();
  const Minidump dump = parsed(file);
  ASSERT_EQ(dump.handle_count(), 3U);
  EXPECT_EQ(dump.handle(1).value, 8U);
  EXPECT_EQ(dump.handle(1).info, 0U);
}

TEST(Minidump, HandlesOfALaterVersionAreReadAsFarAsTheyAreKnown) {
  FakeMinidump fake = full();
  fake.handle_size = 56;
  const std::string file = fake.build();
  EXPECT_EQ(parsed(file).handle(2).value, 12U);
}

TEST(Minidump, TellsOperationsWithTheirStacks) {
  const std::string file = full().build();
  const Minidump dump = parsed(file);
  ASSERT_TRUE(dump.has_operations());
  ASSERT_EQ(dump.operation_count(), 3U);
  EXPECT_EQ(dump.operation(0), (MinidumpOperation{.handle = 4,
                                                  .process = 4242,
                                                  .thread = 8,
                                                  .kind = Kind::open,
                                                  .frames = {0x7ff8'0000'0100, 0x1'4000'0200}}));
  EXPECT_EQ(dump.operation(1).kind, Kind::close);
  EXPECT_EQ(dump.operation(1).thread, 12U);
  EXPECT_EQ(dump.operation(2).kind, Kind::bad_reference);
  EXPECT_THAT(dump.operation(2).frames, IsEmpty());
}

TEST(Minidump, PlacesInAStackThatAreEmptyAreNoFrames) {
  FakeMinidump fake = full();
  fake.operations = {{.handle = 4, .frames = {0x100, 0, 0x200}, .depth = 9},
                     {.handle = 8, .frames = {0x100}, .depth = 0xffff'ffff}};
  const std::string file = fake.build();
  EXPECT_THAT(parsed(file).operation(0).frames, ElementsAre(0x100U, 0x200U));
  EXPECT_THAT(parsed(file).operation(1).frames, ElementsAre(0x100U));
}

TEST(Minidump, AddressesOf32BitProcessesHaveNoMoreBits) {
  FakeMinidump fake = full();
  fake.processor = 0;
  fake.modules = {{.base = 0xffff'ffff'8000'0000, .name = "C:\\big.exe"}};
  fake.operations = {{.handle = 4, .frames = {0xffff'ffff'8000'0010}}};
  const std::string file = fake.build();
  EXPECT_EQ(parsed(file).module(0).value().base, 0x8000'0000U);
  EXPECT_THAT(parsed(file).operation(0).frames, ElementsAre(0x8000'0010U));
}

TEST(Minidump, SaysWhetherThereAreHandlesAndOperationsAtAll) {
  FakeMinidump fake;
  const std::string without = fake.build();
  EXPECT_FALSE(parsed(without).has_handles());
  EXPECT_FALSE(parsed(without).has_operations());
  fake.has_handles = true;
  fake.has_operations = true;
  const std::string empty = fake.build();
  EXPECT_TRUE(parsed(empty).has_handles());
  EXPECT_TRUE(parsed(empty).has_operations());
  EXPECT_EQ(parsed(empty).handle_count(), 0U);
}

TEST(Minidump, OtherBytesAreNone) {
  EXPECT_FALSE(Minidump::is_minidump({}));
  EXPECT_FALSE(Minidump::is_minidump(bytes_of("MDM")));
  EXPECT_TRUE(Minidump::is_minidump(bytes_of("MDMP")));
  EXPECT_THAT(error_of("MZ"), HasSubstr("not a minidump"));
}

// Reads all that there is.
bool reads_whole(const std::string& file) {
  const auto dump = Minidump::parse(bytes_of(file));
  if (!dump.ok()) return false;
  bool whole = true;
  const auto take = [&](const auto& result) { whole = whole && result.ok(); };
  for (std::size_t i = 0; i < dump.value().module_count(); ++i) {
    const auto module = dump.value().module(i);
    take(module);
    if (module.ok()) take(dump.value().text(module.value().name));
  }
  for (std::size_t i = 0; i < dump.value().unloaded_count(); ++i)
    take(dump.value().text(dump.value().unloaded(i).name));
  for (std::size_t i = 0; i < dump.value().thread_count(); ++i) static_cast<void>(dump.value().thread(i));
  for (std::size_t i = 0; i < dump.value().handle_count(); ++i) {
    take(dump.value().text(dump.value().handle(i).type));
    take(dump.value().text(dump.value().handle(i).name));
    take(dump.value().object_infos(dump.value().handle(i).info));
  }
  for (std::size_t i = 0; i < dump.value().operation_count(); ++i)
    static_cast<void>(dump.value().operation(i));
  return whole;
}

TEST(MinidumpDamage, CutOffAnywhereItIsAnError) {
  const std::string file = full().build();
  ASSERT_TRUE(reads_whole(file));
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(reads_whole(file.substr(0, size))) << size;
}

TEST(MinidumpDamage, AnyByteMayBeWrong) {
  const std::string whole = full().build();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char wrong : {'\0', '\x7f', '\xff'}) {
      std::string file = whole;
      file[at] = wrong;
      static_cast<void>(reads_whole(file));
    }
  }
}

TEST(MinidumpDamage, AnEmptyStreamIsNamedWithItsPlace) {
  FakeMinidump fake;
  fake.more = {{12, ""}};
  EXPECT_THAT(error_of(fake.build()),
              testing::MatchesRegex("the handle data \\(stream 12\\) at 0x[0-9a-f]+ is "
                                    "only 0 bytes long: the file is damaged"));
}

TEST(MinidumpDamage, AStreamThatIsThereTwiceIsNamed) {
  FakeMinidump fake = full();
  fake.more = {{12, words_of({16, 40, 0, 0})}};
  EXPECT_THAT(error_of(fake.build()), HasSubstr("the handle data (stream 12)"));
  EXPECT_THAT(error_of(fake.build()), HasSubstr("is there twice"));
}

TEST(MinidumpDamage, AStreamThatIsNotReadMayBeAnything) {
  FakeMinidump fake = full();
  fake.more = {{0, ""}, {0, ""}, {5, "x"}, {5, "y"}, {0xffff'ffff, "z"}};
  EXPECT_EQ(error_of(fake.build()), "");
}

TEST(MinidumpDamage, CountsThatDoNotFitAreNamed) {
  constexpr std::uint32_t kHuge = std::numeric_limits<std::uint32_t>::max();
  struct Case {
    std::uint32_t type;
    std::string contents;
  };
  for (const Case& hostile :
       {Case{12, words_of({16, 40, kHuge, 0})}, Case{12, words_of({16, kHuge, kHuge, 0})},
        Case{12, words_of({kHuge, 40, 1, 0})}, Case{12, words_of({16, 31, 1, 0})},
        Case{12, words_of({16, 0, kHuge, 0})}, Case{18, words_of({16, 288, 1, 0})},
        Case{18, words_of({16, 8, 1, 0})}}) {
    FakeMinidump fake;
    fake.more = {{hostile.type, hostile.contents}};
    EXPECT_THAT(error_of(fake.build()), HasSubstr("(stream " + std::to_string(hostile.type) + ")"));
  }
}

TEST(MinidumpDamage, ADirectoryOfThreeMillionInTwoKilobytesIsRefusedAtOnce) {
  std::string file = full().build();
  file.resize(2048);
  file.replace(8, 4, words_of({3'000'000}));
  EXPECT_THAT(error_of(file), HasSubstr("should have 3000000 streams, and does not fit"));
}

TEST(MinidumpDamage, AChainThatRunsInACircleEnds) {
  FakeMinidump fake;
  fake.handles = {{.value = 4, .type = "Event", .infos = {{6, words_of({0, 1})}}}};
  std::string file = fake.build();
  const std::uint32_t at = parsed(file).handle(0).info;
  file.replace(at, 4, words_of({at}));
  const auto infos = parsed(file).object_infos(at);
  ASSERT_FALSE(infos.ok());
  EXPECT_THAT(infos.error().message(), HasSubstr("circle"));
}

TEST(MinidumpDamage, ATextThatIsTooLongIsAnError) {
  FakeMinidump fake;
  fake.handles = {{.value = 4, .type = "Event"}};
  std::string file = fake.build();
  const MinidumpText type = parsed(file).handle(0).type;
  file.replace(static_cast<std::uint32_t>(type), 4, words_of({0x7fff'fffe}));
  EXPECT_THAT(text_of(parsed(file), type), HasSubstr("longer than any name is"));
  EXPECT_THAT(text_of(parsed(file), MinidumpText{0xffff'fff0}), HasSubstr("does not fit"));
}

}  // namespace
}  // namespace ajar::objfile
