#include "capture/win_htrace/win_htrace.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "capture/testing/world_recorder.h"
#include "capture/win_htrace/fake_system.h"
#include "capture/win_htrace/tracing.h"

namespace ajar::capture::win_htrace {
namespace {

namespace win = platform::win;
using Kind = HandleTrace::Kind;
using model::EventKind;
using Taken = model::Snapshot::Taken;

constexpr std::int64_t kPid = 5404;

model::Module module_at(std::uint64_t begin, const std::string& path) {
  model::Module module;
  module.path = path;
  module.build_id = "ab" + std::to_string(begin);
  module.bias = module.begin = begin;
  module.end = begin + 0x1000;
  return module;
}

class WinHtraceTest : public ::testing::Test {
 protected:
  WinHtraceTest() {
    process().modules = {module_at(0x1000, "C:\\shop.exe"), module_at(0x5000, "C:\\ntdll.dll")};
    process().table.handles = {{.value = 4, .type = "Key", .name = {}, .facts = {}}};
  }

  FakeProcess& process() { return machine_.processes[kPid]; }

  std::unique_ptr<WinHtrace> attached() {
    auto way = WinHtrace::attach(recorder_, {kPid}, std::make_unique<FakeSystem>(machine_));
    EXPECT_TRUE(way.ok()) << (way.ok() ? "" : way.error().message());
    return way.ok() ? std::move(way).value() : nullptr;
  }
  std::string why_not() {
    const auto way = WinHtrace::attach(recorder_, {kPid}, std::make_unique<FakeSystem>(machine_));
    return way.ok() ? "" : way.error().message();
  }

  void does(Kind kind, std::uint64_t handle, std::uint64_t by = kPid) {
    process().ring.keep(
        {.handle = handle, .process = by, .thread = by + 4, .kind = kind, .addresses = {0x5100, 0x1200}});
  }
  LiveWay::Progress look(LiveWay& way) {
    machine_.now += std::chrono::seconds(1);
    return way.poll();
  }

  FakeSystem::Machine machine_;
  testing::WorldRecorder recorder_;
  std::uint64_t next_ = 0;
};

TEST_F(WinHtraceTest, AsksForTheMostSlotsAndTakesWhatIsGranted) {
  process().answers_to_enable = {win::kInvalidParameter, win::kInvalidParameter};
  const auto way = attached();
  EXPECT_EQ(process().asked_slots, (std::vector<std::uint32_t>{0x20000, 0x10000, 0x8000}));
  EXPECT_EQ(way->notes(), std::vector<std::string>{
                              "process 5404: the kernel keeps its last 32768 operations on handles: of more "
                              "than that between two looks the oldest are lost"});
}

TEST_F(WinHtraceTest, LeavesTheNumberToASystemThatGrantsNone) {
  process().answers_to_enable.assign(11, win::kInvalidParameter);
  attached();
  ASSERT_EQ(process().asked_slots.size(), 12U);
  EXPECT_EQ(process().asked_slots[10], 0x80U);
  EXPECT_EQ(process().asked_slots[11], 0U);
}

TEST_F(WinHtraceTest, ASystemWithoutTracingIsKnownBeforeAnythingIsTouched) {
  machine_.probe = win::kInvalidInfoClass;
  EXPECT_EQ(why_not(),
            "this system has no kernel handle tracing, as Wine has none (0xc0000003): use --via agent");
  EXPECT_TRUE(process().asked_slots.empty());
}

TEST_F(WinHtraceTest, AProtectedProcessIsRefusedWithTheWayOut) {
  process().answers_to_enable = {win::kAccessDenied};
  EXPECT_EQ(
      why_not(),
      "process 5404: handle tracing: access denied (0xc0000022); run ajar as administrator (a protected "
      "process lets nobody trace it)");
  EXPECT_EQ(process().asked_slots.size(), 1U);
}

TEST_F(WinHtraceTest, OneThatCannotBeTracedLeavesNoneTraced) {
  const auto way = WinHtrace::attach(recorder_, {kPid, 77}, std::make_unique<FakeSystem>(machine_));
  EXPECT_EQ(way.error().message(), "no process 77 runs");
  EXPECT_FALSE(process().is_traced);
}

TEST_F(WinHtraceTest, OperationsBecomeEventsInTheirOrder) {
  const auto way = attached();
  does(Kind::open, 0x40);
  does(Kind::close, 0x40);
  does(Kind::bad_reference, 0x44);
  EXPECT_EQ(look(*way).records, 3U);
  ASSERT_EQ(recorder_.events.size(), 3U);
  EXPECT_EQ(recorder_.events[0].kind, EventKind::open);
  EXPECT_EQ(recorder_.events[1].kind, EventKind::close);
  EXPECT_EQ(recorder_.events[1].handle, 0x40U);
  EXPECT_EQ(recorder_.events[2].kind, EventKind::bad_reference);
  EXPECT_EQ(recorder_.events[2].error, model::kInvalidHandle);
  EXPECT_TRUE(std::ranges::is_sorted(recorder_.events, std::ranges::less(), &model::Event::time));
  EXPECT_LT(recorder_.events[0].time, recorder_.events[1].time);
  EXPECT_EQ(recorder_.world().threads.find(recorder_.events[0].thread)->tid, kPid + 4);
  EXPECT_EQ(look(*way).records, 0U);
}

TEST_F(WinHtraceTest, StacksAreInTheModulesOfTheProcess) {
  const auto way = attached();
  does(Kind::open, 0x40);
  look(*way);
  ASSERT_EQ(recorder_.events.size(), 1U);
  const auto frames = recorder_.world().frames(recorder_.events[0].stack);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(recorder_.world().modules.find(frames[0].module)->path, "C:\\ntdll.dll");
  EXPECT_EQ(frames[0].offset, 0x100U);
  EXPECT_EQ(recorder_.world().modules.find(frames[1].module)->path, "C:\\shop.exe");
}

TEST_F(WinHtraceTest, WhatAnotherProcessDidIsItsAndItsFramesAreInNoModule) {
  const auto way = attached();
  does(Kind::open, 0x40, 900);
  look(*way);
  ASSERT_EQ(recorder_.events.size(), 1U);
  const model::World& world = recorder_.world();
  const model::Thread* thread = world.threads.find(recorder_.events[0].thread);
  EXPECT_EQ(world.processes.find(thread->process)->pid, 900);
  EXPECT_FALSE(world.processes.find(thread->process)->not_traced.empty());
  for (const model::Frame& frame : world.frames(recorder_.events[0].stack)) EXPECT_TRUE(frame.module.none());
}

TEST_F(WinHtraceTest, AModuleThatWasLoadedMeanwhileIsFoundAndOneThatIsGoneSaysSo) {
  const auto way = attached();
  const auto own = process().modules.front();
  process().modules = {own, module_at(0x5000, "C:\\plugin.dll")};
  process().modules.back().build_id = "another";
  way->snapshot(Taken::periodic);
  does(Kind::open, 0x40);
  look(*way);
  const auto frames = recorder_.world().frames(recorder_.events.back().stack);
  EXPECT_EQ(recorder_.world().modules.find(frames[0].module)->path, "C:\\plugin.dll");
  EXPECT_TRUE(recorder_.world().modules.find(model::ModuleId{2})->unloaded.has_value());
  EXPECT_FALSE(recorder_.world().modules.find(model::ModuleId{1})->unloaded.has_value());
}

TEST_F(WinHtraceTest, AnAddressInNoModuleHasThemLookedAtAnew) {
  const auto way = attached();
  machine_.now += std::chrono::seconds(1);
  process().modules.push_back(module_at(0x9000, "C:\\late.dll"));
  process().ring.keep(
      {.handle = 8, .process = kPid, .thread = 1, .kind = Kind::open, .addresses = {0x9100, 0x1200}});
  look(*way);
  const auto frames = recorder_.world().frames(recorder_.events.back().stack);
  EXPECT_EQ(recorder_.world().modules.find(frames[0].module)->path, "C:\\late.dll");
}

TEST_F(WinHtraceTest, ARingThatWrappedIsALoss) {
  process().answers_to_enable.assign(10, win::kInvalidParameter);  // 128 slots are granted
  const auto way = attached();
  for (std::uint64_t i = 1; i <= 128; ++i) does(Kind::open, 4 * i);
  look(*way);
  EXPECT_TRUE(recorder_.losses.size() <= 1);
  recorder_.losses.clear();
  for (std::uint64_t i = 200; i <= 400; ++i) does(Kind::open, 4 * i);
  EXPECT_EQ(look(*way).fullest_percent, 100U);
  ASSERT_EQ(recorder_.losses.size(), 1U);
  EXPECT_GE(recorder_.losses[0].events, 1U);
  EXPECT_TRUE(recorder_.losses[0].at_least);
}

TEST_F(WinHtraceTest, LooksMoreOftenWhileTheRingFillsAndSeldomWhereNothingHappens) {
  process().answers_to_enable.assign(10, win::kInvalidParameter);
  const auto way = attached();
  const auto looks_in_a_second = [&](bool is_busy) {
    const int before = process().looks;
    for (int i = 0; i < 1000; ++i) {
      machine_.now += std::chrono::milliseconds(1);
      if (is_busy) {
        for (int k = 0; k < 10; ++k) does(Kind::open, next_ += 4);
      }
      way->poll();
    }
    return process().looks - before;
  };
  looks_in_a_second(false);
  EXPECT_LE(looks_in_a_second(false), 3);
  looks_in_a_second(true);
  recorder_.losses.clear();
  EXPECT_GT(looks_in_a_second(true), 50);
  EXPECT_TRUE(recorder_.losses.empty());
}

TEST_F(WinHtraceTest, HandlesOfBeforeAreTheFirstTable) {
  const auto way = attached();
  EXPECT_EQ(way->open_at_start(), 1U);
  ASSERT_EQ(recorder_.snapshots.size(), 1U);
  EXPECT_EQ(recorder_.snapshots[0].taken, Taken::at_start);
  EXPECT_EQ(recorder_.snapshots[0].handles.front().value, 4U);
}

TEST_F(WinHtraceTest, WhatHappenedBeforeATableIsKnownBeforeIt) {
  const auto way = attached();
  does(Kind::open, 0x40);
  way->snapshot(Taken::periodic);
  ASSERT_EQ(recorder_.events.size(), 1U);
  const model::Snapshot& table = recorder_.snapshots.back();
  EXPECT_LE(recorder_.events[0].time, table.begin);
  EXPECT_LE(table.begin, table.end);
}

TEST_F(WinHtraceTest, OnlyATableThatWasAskedForHasNames) {
  process().named.handles = {{.value = 4, .type = "Key", .name = "\\REGISTRY\\USER", .facts = {}}};
  const auto way = attached();
  way->snapshot(Taken::periodic);
  EXPECT_EQ(recorder_.snapshots.back().handles.front().name, "");
  way->snapshot(Taken::on_request);
  EXPECT_EQ(recorder_.snapshots.back().handles.front().name, "\\REGISTRY\\USER");
}

TEST_F(WinHtraceTest, TheNameOfAnotherObjectUnderTheSameNumberIsNotTaken) {
  process().named.handles = {{.value = 4, .type = "File", .name = "C:\\x", .facts = {}}};
  const auto way = attached();
  way->snapshot(Taken::on_request);
  EXPECT_EQ(recorder_.snapshots.back().handles.front().name, "");
}

TEST_F(WinHtraceTest, TheEndTakesWhatIsLeftAndTurnsTheTracingOff) {
  const auto way = attached();
  does(Kind::open, 0x40);
  way->finish();
  EXPECT_EQ(recorder_.events.size(), 1U);
  EXPECT_FALSE(process().is_traced);
  EXPECT_TRUE(way->settled());
}

TEST_F(WinHtraceTest, TracingThatWasOnBeforeIsLeftOnAndItsOldOperationsAreOfBefore) {
  process().is_traced = true;
  process().ring.has_slots(4096);
  does(Kind::open, 0x40);
  const auto way = attached();
  EXPECT_TRUE(process().asked_slots.empty());
  EXPECT_EQ(way->notes().size(), 2U);
  does(Kind::open, 0x44);
  look(*way);
  ASSERT_EQ(recorder_.events.size(), 1U);
  EXPECT_EQ(recorder_.events[0].handle, 0x44U);
  way->finish();
  EXPECT_TRUE(process().is_traced);
}

TEST_F(WinHtraceTest, WhatSomebodyElseHasTracedCanBeReadAlone) {
  FakeSystem system(machine_);
  EXPECT_TRUE(kept_traces(system, kPid).empty());
  process().is_traced = true;
  process().ring.has_slots(4096);
  does(Kind::open, 0x40);
  does(Kind::close, 0x40);
  const auto kept = kept_traces(system, kPid);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].kind, Kind::close);
  EXPECT_TRUE(process().is_traced);
  EXPECT_TRUE(kept_traces(system, 77).empty());
}

TEST_F(WinHtraceTest, AProcessThatEndsSaysHow) {
  const auto way = attached();
  EXPECT_FALSE(way->settled());
  process().exit_status = 5;
  way->notice_ends();
  EXPECT_TRUE(way->settled());
  const model::Process& row = *recorder_.world().processes.begin();
  EXPECT_EQ(row.exit_status, 5);
  EXPECT_TRUE(row.ended.has_value());
}

TEST_F(WinHtraceTest, TracingThatSomebodyElseTurnsOffIsAFailure) {
  const auto way = attached();
  EXPECT_EQ(way->failure(), std::nullopt);
  process().is_traced = false;
  look(*way);
  ASSERT_TRUE(way->failure());
  EXPECT_EQ(*way->failure(),
            "process 5404: its handles are not traced any more, by whomever that was ended (0xc000000d); "
            "nothing more is seen of it");
  look(*way);
  ASSERT_EQ(recorder_.losses.size(), 1U);
  EXPECT_TRUE(recorder_.losses[0].at_least) << "so that nobody takes the recording for whole";
}

}  // namespace
}  // namespace ajar::capture::win_htrace
