#include "agent/linux/slots.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <string>

namespace ajar::agent {
namespace {

// Function pointers in data that the linker makes read-only, and in data that stays writable.
pid_t (*const sealed)() = ::getppid;
pid_t (*open_to_all)() = ::getppid;

void with_program(const std::function<void(const ModuleSlots&)>& act) {
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* to) {  // the program is the first
        (*static_cast<const std::function<void(const ModuleSlots&)>*>(to))(ModuleSlots(*info));
        return 1;
      },
      const_cast<std::function<void(const ModuleSlots&)>*>(&act));
}

TEST(ModuleSlots, AreThoseOfCallsAndOfPointersInData) {
  with_program([](const ModuleSlots& slots) {
    int calls = 0;
    int pointers = 0;
    slots.each([&](const Slot& slot) {
      if (std::string(slot.name) != "getppid") return;
      EXPECT_FALSE(slot.defined);
      const bool is_pointer = slot.at == reinterpret_cast<const uint64_t*>(&sealed) ||
                              slot.at == reinterpret_cast<const uint64_t*>(&open_to_all);
      pointers += is_pointer ? 1 : 0;
      calls += is_pointer ? 0 : 1;
      EXPECT_TRUE(!is_pointer || *slot.at == reinterpret_cast<uint64_t>(open_to_all));
    });
    EXPECT_EQ(pointers, 2);
    EXPECT_EQ(calls, ::getppid() > 0 ? 1 : 0);
  });
}

TEST(ModuleSlots, KnowWhatTheLinkerHasSealed) {
  with_program([](const ModuleSlots& slots) {
    EXPECT_TRUE(slots.range().has(reinterpret_cast<uint64_t>(&sealed)));
    EXPECT_TRUE(slots.sealed().has(reinterpret_cast<uint64_t>(&sealed)));
    EXPECT_FALSE(slots.sealed().has(reinterpret_cast<uint64_t>(&open_to_all)));
    EXPECT_FALSE(slots.range().has(reinterpret_cast<uint64_t>(&slots))) << "the stack is no part of it";
  });
}

TEST(ModuleSlots, NameFunctionsOnly) {
  with_program(
      [](const ModuleSlots& slots) { slots.each([](const Slot& slot) { EXPECT_NE(slot.name, nullptr); }); });
}

}  // namespace
}  // namespace ajar::agent
