#include "import/minidump/minidump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "import/importer.h"
#include "model/process_rows.h"
#include "objfile/minidump.h"
#include "objfile/minidump_operations.h"
#include "objfile/minidump_writer.h"
#include "objfile/testing/fake_minidump.h"
#include "recording/reader.h"

namespace ajar::import {
namespace {

using model::EventKind;
using model::FactKey;
using objfile::FakeMinidump;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// All that a recording tells.
struct Told final : model::Observer {
  void on_events(const model::World&, std::span<const model::Event> some) override {
    events.insert(events.end(), some.begin(), some.end());
  }
  void on_snapshot(const model::World&, const model::Snapshot& snapshot) override {
    snapshots.push_back(snapshot);
  }
  void on_loss(const model::World&, const model::Loss&) override {}

  model::World world;
  std::vector<model::Event> events;
  std::vector<model::Snapshot> snapshots;
};

base::Result<std::optional<std::vector<std::byte>>> converted(const std::string& file) {
  return as_recording({.name = "worker.dmp", .bytes = objfile::bytes_of(file)});
}

std::string error_of(const std::string& file) {
  const auto made = converted(file);
  return made.ok() ? "" : made.error().message();
}

std::unique_ptr<Told> told_by(const std::string& file) {
  auto told = std::make_unique<Told>();
  const auto made = converted(file);
  EXPECT_TRUE(made.ok()) << made.error().message();
  if (!made.ok() || !made.value()) return told;
  auto reader = recording::Reader::open(*made.value());
  EXPECT_TRUE(reader.ok());
  model::Cursor cursor;
  reader.value()->read(cursor, *told);
  told->world = reader.value()->world();
  EXPECT_EQ(told->snapshots.size(), 1U);
  return told;
}

std::unique_ptr<Told> told_by(const FakeMinidump& fake) {
  return told_by(fake.build());
}

FakeMinidump worker() {
  FakeMinidump fake;
  fake.modules = {{.base = 0x1'4000'0000, .name = "C:\\app\\w3wp.exe"},
                  {.base = 0x7ff8'0000'0000,
                   .size = 0x2000,
                   .name = "C:\\app\\Settings.dll",
                   .code_view = FakeMinidump::pdb_record("0123456789abcdef", 3, "settings.pdb")}};
  fake.threads = {8};
  fake.handles = {{.value = 8, .type = "Event"}, {.value = 4, .type = "Key", .name = "\\REGISTRY\\MACHINE"}};
  return fake;
}

TEST(MinidumpImport, ADumpWithoutHandlesSaysHowToTakeOneThatHasThem) {
  EXPECT_THAT(error_of(FakeMinidump().build()), HasSubstr("no handle data"));
  EXPECT_THAT(error_of(FakeMinidump().build()), HasSubstr(".dump /mh"));
  EXPECT_THAT(error_of(FakeMinidump().build()), HasSubstr("procdump -ma"));
}

TEST(MinidumpImport, TellsTheProcessAndHowLongItHadRun) {
  const auto told = told_by(worker());
  EXPECT_EQ(told->world.origin.way, "minidump");
  EXPECT_EQ(told->world.origin.system, "Windows 10.0.22631 x86_64");
  ASSERT_EQ(told->world.processes.size(), 1U);
  const model::Process& process = *told->world.processes.begin();
  EXPECT_EQ(process.pid, 4242);
  EXPECT_EQ(process.start_ticks, 1'700'000'000U);
  EXPECT_EQ(told->world.images.begin()->name(), "w3wp.exe");
  EXPECT_EQ(told->snapshots[0].begin, std::chrono::seconds(800));
  EXPECT_EQ(told->world.origin.started_unix_ns, 1'700'000'000'000'000'000);
}

TEST(MinidumpImport, AProcessOfUnknownAgeHasNoStart) {
  FakeMinidump fake = worker();
  fake.misc_flags = 1;
  EXPECT_EQ(told_by(fake)->world.processes.begin()->start_ticks, 0U);
}

TEST(MinidumpImport, ModulesAreNamedAsTheirImagesAre) {
  const auto told = told_by(worker());
  ASSERT_EQ(told->world.modules.size(), 2U);
  const model::Module& program = *told->world.modules.find(model::ModuleId{1});
  EXPECT_EQ(program.build_id, "5f00000110000");
  EXPECT_EQ(program.bias, 0x1'4000'0000U);
  const model::Module& settings = *told->world.modules.find(model::ModuleId{2});
  EXPECT_EQ(settings.path, "C:\\app\\Settings.dll");
  EXPECT_EQ(settings.build_id, "333231303534373638396162636465663");
}

TEST(MinidumpImport, HandlesAreInOrderWithTheirFacts) {
  const auto told = told_by(worker());
  ASSERT_THAT(told->snapshots[0].handles, SizeIs(2));
  const model::Handle& key = told->snapshots[0].handles[0];
  EXPECT_EQ(key.value, 4U);
  EXPECT_EQ(key.type, "Key");
  EXPECT_EQ(key.name, "\\REGISTRY\\MACHINE");
  EXPECT_EQ(model::fact_number(key.facts, FactKey::granted_access), 0x1f0003U);
  EXPECT_EQ(model::fact_number(key.facts, FactKey::handle_count), 2U);
  EXPECT_EQ(model::fact_number(key.facts, FactKey::pointer_count), 3U);
}

TEST(MinidumpImport, HandlesThatNobodyCouldReadAreShownAsSuch) {
  FakeMinidump fake = worker();
  fake.handles.push_back({.value = 12, .access = 0x804, .handles = 0, .pointers = 0});
  const auto told = told_by(fake);
  const model::Handle& handle = told->snapshots[0].handles.back();
  EXPECT_THAT(handle.type, HasSubstr("not readable"));
  EXPECT_EQ(model::fact_number(handle.facts, FactKey::granted_access), 0x804U);
  EXPECT_EQ(model::find_fact(handle.facts, FactKey::handle_count), nullptr);
}

TEST(MinidumpImport, OperationsBecomeEventsFromTheOldestToTheLatest) {
  FakeMinidump fake = worker();
  // The latest first, as Windows has it: what was closed is not in the table.
  for (const std::uint64_t handle : {100U, 104U, 108U}) {
    fake.operations.push_back({.handle = handle, .kind = 2});
    fake.operations.push_back({.handle = handle, .kind = 1});
  }
  fake.operations.push_back({.handle = 0xbad, .kind = 3});
  const auto told = told_by(fake);
  std::vector<EventKind> kinds;
  for (const model::Event& event : told->events) kinds.push_back(event.kind);
  using enum EventKind;
  EXPECT_THAT(kinds, ElementsAre(bad_reference, open, close, open, close, open, close));
  EXPECT_EQ(told->events[1].handle, 108U);
  EXPECT_TRUE(std::ranges::is_sorted(told->events, std::ranges::less_equal(), &model::Event::time));
  EXPECT_LT(told->events.back().time, told->snapshots[0].begin);
}

TEST(MinidumpImport, FramesAreInModulesOrInNone) {
  FakeMinidump fake = worker();
  fake.unloaded = {{.base = 0x2000'0000, .size = 0x1000, .name = "gone.dll"}};
  fake.operations = {{.handle = 4, .frames = {0x7ff8'0000'1000, 0, 0x2000'0010, 0x99}, .thread = 8}};
  const auto told = told_by(fake);
  ASSERT_THAT(told->events, SizeIs(1));
  const std::vector<model::Frame> frames = told->world.frames(told->events[0].stack);
  ASSERT_THAT(frames, SizeIs(3));
  EXPECT_EQ(frames[0].module, model::ModuleId{2});
  EXPECT_EQ(frames[0].offset, 0x1000U);
  EXPECT_EQ(frames[1].module, model::ModuleId{3});
  EXPECT_EQ(frames[1].offset, 0x10U);
  EXPECT_TRUE(frames[2].module.none());
  EXPECT_EQ(frames[2].offset, 0x99U);
  EXPECT_EQ(told->world.threads.find(told->events[0].thread)->tid, 8);
}

TEST(MinidumpImport, WhatAnotherProcessDidIsItsOwnAndItsCodeIsNotLookedForHere) {
  FakeMinidump fake = worker();
  fake.operations = {{.handle = 4, .frames = {0x7ff8'0000'1000}, .thread = 8, .process = 99}};
  const auto told = told_by(fake);
  const model::Thread& thread = *told->world.threads.find(told->events[0].thread);
  const model::Process& process = *told->world.processes.find(thread.process);
  EXPECT_EQ(process.pid, 99);
  EXPECT_FALSE(process.not_traced.empty());
  EXPECT_TRUE(told->world.frames(told->events[0].stack)[0].module.none());
}

TEST(MinidumpImport, MillionsOfHandlesOfOneLongNameAreRefused) {
  FakeMinidump fake;
  fake.handles.assign(2000, {.value = 4, .type = "Event"});
  fake.handles.push_back({.value = 8, .type = "Event", .name = std::string(30'000, 'x')});
  std::string file = fake.build();
  const auto dump = objfile::Minidump::parse(objfile::bytes_of(file));
  const auto name = objfile::words_of({static_cast<std::uint32_t>(dump.value().handle(2000).name)});
  const std::size_t rows = file.rfind(objfile::words_of({16, 40, 2001}));
  for (std::size_t i = 0; i < 2000; ++i) file.replace(rows + 16 + 40 * i + 12, name.size(), name);
  EXPECT_THAT(error_of(file), HasSubstr("more text than the file can have"));
}

TEST(MinidumpImport, CutOffAnywhereItIsAnErrorOrNoDump) {
  FakeMinidump fake = worker();
  fake.operations = {{.handle = 4, .frames = {0x7ff8'0000'1000}}};
  const std::string file = fake.build();
  EXPECT_EQ(error_of(file), "");
  for (std::size_t size = 4; size < file.size(); ++size)
    EXPECT_NE(error_of(file.substr(0, size)), "") << size;
}

// A live table and the one that is read from its dump are the same, fact for fact.
TEST(MinidumpImport, WhatAjarWroteReadsAsItWas) {
  objfile::MinidumpContents contents;
  model::WindowsHandle key{.value = 8,
                           .type = "Key",
                           .name = "\\REGISTRY\\USER",
                           .access = 1,
                           .attributes = 2,
                           .counts = {{1, 2}}};
  key.more = {{.key = FactKey::path, .number = 0, .text = "HKEY_USERS"},
              {.key = FactKey::deleted, .number = 1, .text = {}}};
  model::WindowsHandle process{.value = 12, .type = "Process", .counts = {{3, 4}}};
  process.objects.emplace_back(model::ProcessObject{.exit_status = 5, .base_priority = 8, .pid = 813});
  contents.handles = {key, process, {.value = 16, .type = "EtwRegistration", .access = 0x804}};
  const auto bytes = objfile::write_minidump(contents);
  ASSERT_TRUE(bytes.ok());
  const auto told =
      told_by(std::string(reinterpret_cast<const char*>(bytes.value().data()), bytes.value().size()));
  ASSERT_THAT(told->snapshots, SizeIs(1));
  std::vector<model::Handle> live;
  for (const model::WindowsHandle& handle : contents.handles) live.push_back(model::as_handle(handle));
  EXPECT_EQ(told->snapshots.front().handles, live);
}

class RecordedOperations : public ::testing::Test {
 protected:
  RecordedOperations() : rows_(model::add_process(world_, 5404, "C:\\app\\w3wp.exe")) {
    model::Module module;
    module.id = world_.modules.next_id();
    module.image = rows_.image;
    module.path = "C:\\app\\w3wp.exe";
    module.bias = module.begin = 0x1'4000'0000;
    module.end = module.begin + 0x5000;
    module_ = world_.modules.add(module);
    thread_ =
        world_.threads.add({.id = world_.threads.next_id(), .process = rows_.process, .tid = 8, .name = {}});
  }

  model::StackId stack(std::uint64_t inner, std::uint64_t outer) {
    const auto add = [&](model::StackId callee, std::uint64_t offset) {
      return world_.stacks.add(
          {.callee = callee, .frame = {.module = module_, .offset = offset, .function = {}, .file = {}}});
    };
    return add(add({}, inner), outer);
  }
  void did(EventKind kind, std::uint64_t handle, model::StackId stack) {
    model::Event event;
    event.kind = kind;
    event.table = rows_.table;
    event.image = rows_.image;
    event.thread = thread_;
    event.time = model::Time(static_cast<std::int64_t>(events_.size() + 1));
    event.handle = handle;
    event.stack = stack;
    events_.push_back(event);
  }
  std::unique_ptr<Told> told_of_dump() {
    objfile::MinidumpContents contents;
    contents.process.pid = 5404;
    contents.modules = {{.base = 0x1'4000'0000, .size = 0x5000, .path = "C:\\app\\w3wp.exe"}};
    contents.handles = {{.value = 0x44, .type = "Key"}};
    contents.operations = objfile::operations_of(world_, rows_.table, events_);
    const auto bytes = objfile::write_minidump(contents);
    return told_by(std::string(reinterpret_cast<const char*>(bytes.value().data()), bytes.value().size()));
  }

  model::World world_;
  model::ProcessRows rows_;
  model::ModuleId module_;
  model::ThreadId thread_;
  std::vector<model::Event> events_;
};

TEST_F(RecordedOperations, ComeBackFromADumpInTheirOrderWithTheirStacks) {
  did(EventKind::open, 0x40, stack(0x100, 0x200));
  did(EventKind::duplicate, 0x44, stack(0x100, 0x300));
  did(EventKind::close, 0x40, stack(0x180, 0x200));
  did(EventKind::bad_reference, 0x40, {});
  const auto told = told_of_dump();
  ASSERT_THAT(told->events, SizeIs(4));
  EXPECT_EQ(told->events[0].kind, EventKind::open);
  EXPECT_EQ(told->events[1].kind, EventKind::open);
  EXPECT_EQ(told->events[1].handle, 0x44U);
  EXPECT_EQ(told->events[2].kind, EventKind::close);
  EXPECT_EQ(told->events[3].kind, EventKind::bad_reference);
  EXPECT_TRUE(told->events[3].stack.none());
  const auto frames = told->world.frames(told->events[1].stack);
  ASSERT_THAT(frames, SizeIs(2));
  EXPECT_EQ(frames[0].offset, 0x100U);
  EXPECT_EQ(frames[1].offset, 0x300U);
  EXPECT_EQ(told->world.modules.find(frames[1].module)->path, "C:\\app\\w3wp.exe");
  EXPECT_EQ(told->world.threads.find(told->events[1].thread)->tid, 8);
}

TEST_F(RecordedOperations, OfOtherTablesAndOtherKindsAreLeftOut) {
  did(EventKind::open, 0x44, stack(0x100, 0x200));
  did(EventKind::failed_open, 0, stack(0x100, 0x200));
  did(EventKind::open, 0x48, stack(0x100, 0x200));
  events_.back().table = model::TableId{99};
  const auto told = told_of_dump();
  ASSERT_THAT(told->events, SizeIs(1));
  EXPECT_EQ(told->events[0].handle, 0x44U);
}

TEST(MinidumpImport, FactsOfHandlesThatAreNotThereAndOfUnknownKindsArePassedOver) {
  FakeMinidump fake = worker();
  std::string rows = objfile::words_of({16, 24, 3, 0});
  rows += objfile::words_of({99, 0, 20, 0, 1, 0});     // no such handle
  rows += objfile::words_of({8, 0, 60'000, 0, 1, 0});  // a later ajar's
  rows += objfile::words_of({8, 0, 20, 0, 1, 0});      // deleted
  fake.more = {{.type = objfile::Minidump::kFactStream, .contents = rows}};
  const auto told = told_by(fake);
  ASSERT_THAT(told->snapshots, SizeIs(1));
  const model::Handle* event = told->snapshots.front().find(8);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(model::fact_number(event->facts, FactKey::deleted), 1U);
  EXPECT_EQ(event->facts.back().key, FactKey::deleted);
}

TEST(MinidumpImport, AFactWhoseTextIsOutsideTheFileIsDamage) {
  FakeMinidump fake = worker();
  fake.more = {{.type = objfile::Minidump::kFactStream,
                .contents = objfile::words_of({16, 24, 1, 0, 8, 0, 45, 0x7fff'0000, 0, 0})}};
  EXPECT_THAT(error_of(fake.build()), HasSubstr("a fact of handle 0x8"));
}

}  // namespace
}  // namespace ajar::import
