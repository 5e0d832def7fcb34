#include "capture/win_agent/windows_segment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "capture/testing/made_segment.h"
#include "capture/testing/world_recorder.h"
#include "catalog/windows_calls.h"

namespace ajar::capture::win_agent {
namespace {

using testing::MadeSegment;
using testing::WorldRecorder;

constexpr ajar_s32 kRoot = 0x40;

ajar_u16 row_of(std::string_view call) {
  const auto row = std::ranges::find(catalog::kWindowsCalls, call, &catalog::WindowsCall::name);
  return static_cast<ajar_u16>(row - catalog::kWindowsCalls.begin() + 1);
}

// A segment that was written by hand, and what is read of it.
class WindowsSegmentRead : public ::testing::Test {
 protected:
  void event(ajar_effect effect, std::string_view call, ajar_s32 handle, ajar_s32 other = 0,
             std::string_view name = {}) {
    ajar_event event{};
    event.effect = effect;
    event.entry = row_of(call);
    event.handle = handle;
    event.other = other;
    event.tid = 8;
    event.record.time = ++time_;
    if (!name.empty()) event.payload = AJAR_PAYLOAD_TEXT;
    event.payload_length = static_cast<ajar_u16>(name.size());
    segment_.add(event, AJAR_RECORD_EVENT, name);
  }

  void was_open(std::uint64_t value, std::string type, std::string name) {
    model::Handle handle;
    handle.value = value;
    handle.type = std::move(type);
    handle.name = std::move(name);
    before_.handles.push_back(std::move(handle));
  }

  void read() {
    const preload::SharedMemory memory = segment_.give();
    auto consumer = ring::Consumer::open(memory.bytes());
    segment::CounterClock counter;
    WindowsSegment reader(std::move(consumer).value(), recorder_, counter);
    model::Image image;
    image.id = recorder_.world().images.next_id();
    recorder_.world().images.add(image);
    reader.belongs_to({model::ProcessId{1}, image.id, model::TableId{7}});
    reader.was_open(before_);
    reader.read(true);
  }

  [[nodiscard]] std::string_view text(std::size_t i) {
    return recorder_.world().text(recorder_.events.at(i).text);
  }
  [[nodiscard]] std::string_view type(std::size_t i) {
    return recorder_.world().text(recorder_.events.at(i).type);
  }

  MadeSegment segment_;
  WorldRecorder recorder_;
  model::Snapshot before_;
  std::uint64_t time_ = 1000;
};

TEST_F(WindowsSegmentRead, ANameWithinAnObjectThatWasOpenedIsWhole) {
  event(AJAR_EFFECT_OPEN, "NtOpenKey", kRoot, 0, "\\Registry\\Machine\\Software");
  event(AJAR_EFFECT_OPEN, "NtOpenKeyEx", 0x44, kRoot, "Shop");
  event(AJAR_EFFECT_OPEN, "NtOpenKeyEx", 0x48, 0x44, "Prices");
  event(AJAR_EFFECT_OPEN, "NtOpenKey", 0x4c, 0x48);
  read();
  EXPECT_EQ(text(0), "HKEY_LOCAL_MACHINE\\Software");
  EXPECT_EQ(text(1), "HKEY_LOCAL_MACHINE\\Software\\Shop");
  EXPECT_EQ(text(2), "HKEY_LOCAL_MACHINE\\Software\\Shop\\Prices");
  EXPECT_EQ(text(3), text(2));
  EXPECT_EQ(type(3), "Key");
}

TEST_F(WindowsSegmentRead, ANameWithinAnObjectFromBeforeIsWhole) {
  was_open(kRoot, "Key", "\\REGISTRY\\USER\\S-1-5-18");
  event(AJAR_EFFECT_OPEN, "NtCreateKey", 0x44, kRoot, "Environment");
  read();
  EXPECT_EQ(text(0), "HKEY_USERS\\S-1-5-18\\Environment");
}

TEST_F(WindowsSegmentRead, ANameWithinANumberThatIsAnotherObjectsByNowIsThatOnes) {
  event(AJAR_EFFECT_OPEN, "NtOpenKey", kRoot, 0, "\\Registry\\Machine\\A");
  event(AJAR_EFFECT_CLOSE, "NtClose", kRoot);
  event(AJAR_EFFECT_OPEN, "NtOpenKey", kRoot, 0, "\\Registry\\Machine\\B");
  event(AJAR_EFFECT_OPEN, "NtOpenKey", 0x44, kRoot, "C");
  event(AJAR_EFFECT_CLOSE, "NtClose", kRoot);
  event(AJAR_EFFECT_OPEN, "NtOpenKey", kRoot, 0, "\\Registry\\Machine\\A");
  event(AJAR_EFFECT_OPEN, "NtOpenKey", 0x48, kRoot, "C");
  read();
  EXPECT_EQ(text(3), "HKEY_LOCAL_MACHINE\\B\\C");
  EXPECT_EQ(text(6), "HKEY_LOCAL_MACHINE\\A\\C");
}

TEST_F(WindowsSegmentRead, ANameWithinADuplicateIsWithinWhatThatWasMadeFrom) {
  event(AJAR_EFFECT_OPEN, "NtOpenKey", 0x40, 0, "\\Registry\\Machine\\A");
  event(AJAR_EFFECT_OPEN, "NtOpenKey", 0x44, 0, "\\Registry\\Machine\\B");
  event(AJAR_EFFECT_CLOSE, "NtClose", 0x40);
  event(AJAR_EFFECT_DUPLICATE, "NtDuplicateObject", 0x40, 0x44);
  event(AJAR_EFFECT_OPEN, "NtOpenKey", 0x48, 0x40, "C");
  read();
  EXPECT_EQ(text(4), "HKEY_LOCAL_MACHINE\\B\\C");
}

TEST_F(WindowsSegmentRead, ANameWithinAnUnknownObjectIsAllThatIsKnown) {
  event(AJAR_EFFECT_OPEN, "NtOpenFile", 0x44, kRoot, "prices.txt");
  event(AJAR_EFFECT_OPEN, "NtOpenKey", 0x48, kRoot);
  read();
  EXPECT_EQ(text(0), "prices.txt");
  EXPECT_EQ(text(1), "");
}

TEST_F(WindowsSegmentRead, AFilesNameIsItsPath) {
  event(AJAR_EFFECT_OPEN, "NtCreateFile", 0x44, 0, "\\??\\C:\\shop\\prices.txt");
  read();
  EXPECT_EQ(text(0), "C:\\shop\\prices.txt");
}

TEST_F(WindowsSegmentRead, AStartedProcessIsTwoHandles) {
  event(AJAR_EFFECT_PAIR, "NtCreateUserProcess", 0x44, 0x48);
  read();
  ASSERT_EQ(recorder_.events.size(), 2U);
  EXPECT_EQ(type(0), "Process");
  EXPECT_EQ(type(1), "Thread");
  EXPECT_EQ(recorder_.events[1].handle, 0x48U);
}

TEST_F(WindowsSegmentRead, OfAnOpenedProcessItsNumberIsTold) {
  const ajar_u32 client[2] = {1204, 0};
  ajar_event event{};
  event.effect = AJAR_EFFECT_OPEN;
  event.entry = row_of("NtOpenProcess");
  event.handle = 0x44;
  event.payload = AJAR_PAYLOAD_CLIENT;
  event.payload_length = sizeof(client);
  event.record.time = ++time_;
  segment_.add(event, AJAR_RECORD_EVENT, {reinterpret_cast<const char*>(client), sizeof(client)});
  read();
  EXPECT_EQ(text(0), "process 1204");
}

TEST_F(WindowsSegmentRead, ACloseOfWhatIsNotOpenHasTheSystemsAnswer) {
  ajar_event event{};
  event.effect = AJAR_EFFECT_CLOSE;
  event.entry = row_of("NtClose");
  event.handle = 0x1234;
  event.error = model::kInvalidHandle;
  event.record.time = ++time_;
  segment_.add(event, AJAR_RECORD_EVENT);
  read();
  ASSERT_EQ(recorder_.events.size(), 1U);
  EXPECT_EQ(recorder_.events[0].kind, model::EventKind::bad_reference);
  EXPECT_EQ(recorder_.events[0].error, model::kInvalidHandle);
}

TEST_F(WindowsSegmentRead, AModuleIsKnownAsSymbolServersNameIt) {
  ajar_pe_identity identity{};
  identity.timestamp = 0x5f3c1a2b;
  identity.size_of_image = 0x1f000;
  const auto add = [&](std::uint32_t generation) {
    ajar_module module{};
    module.generation = generation;
    module.record.time = ++time_;
    module.bias = module.begin = 0x10000 * generation;
    module.end = module.begin + 0x8000;
    module.build_id_length = sizeof(identity);
    std::memcpy(module.build_id, &identity, sizeof(identity));
    segment_.add(module, AJAR_RECORD_MODULE);
  };
  add(1);
  identity.has_pdb = 1;
  identity.pdb_age = 2;
  identity.pdb_guid[0] = 0x78;
  add(2);
  read();
  EXPECT_EQ(recorder_.world().modules.find(model::ModuleId{1})->build_id, "5f3c1a2b1f000");
  EXPECT_EQ(recorder_.world().modules.find(model::ModuleId{2})->build_id,
            "000000780000000000000000000000002");
}

}  // namespace
}  // namespace ajar::capture::win_agent
