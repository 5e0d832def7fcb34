#include "analyze/tables/windows_details.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyze/tables/details.h"

namespace ajar::analyze {
namespace {

using model::Fact;
using model::FactKey;
using testing::ElementsAre;

Fact number(FactKey key, std::uint64_t value) {
  return {.key = key, .number = value, .text = {}};
}

Fact text(FactKey key, const char* value) {
  return {.key = key, .number = 0, .text = value};
}

// Lines of "label: text", among those of all details.
std::vector<std::string> lines(const std::string& type, std::vector<Fact> facts) {
  const model::Handle handle{.value = 0x1cc, .type = type, .name = "", .facts = std::move(facts)};
  std::vector<std::string> lines;
  for (const report::Detail& detail : details_of(handle)) lines.push_back(detail.label + ": " + detail.text);
  return lines;
}

TEST(WindowsDetails, AccessAttributesAndReferences) {
  EXPECT_THAT(lines("Key", {number(FactKey::granted_access, 0xf003f), number(FactKey::attributes, 3),
                            number(FactKey::handle_count, 2), number(FactKey::pointer_count, 65'538)}),
              ElementsAre("access: 0xf003f: Delete, ReadControl, WriteDac, WriteOwner, QueryValue, SetValue, "
                          "CreateSubKey, EnumSubKey, Notify, CreateLink",
                          "attributes: protected from close, inherited by children",
                          "references: 2 handles, pointer count 65,538"));
}

TEST(WindowsDetails, AccessOfATypeThatIsNotKnownHasTheRightsThatAllHave) {
  EXPECT_THAT(lines("Gadget", {number(FactKey::granted_access, 0x100001)}),
              ElementsAre("access: 0x100001: Synch"));
  EXPECT_THAT(lines("Gadget", {number(FactKey::granted_access, 1)}), ElementsAre("access: 0x1"));
}

TEST(WindowsDetails, AKeyThatWasDeletedIsNoFile) {
  EXPECT_THAT(lines("Key", {number(FactKey::deleted, 1)}), ElementsAre("state: deleted"));
}

TEST(WindowsDetails, PathsUsersAndTimers) {
  EXPECT_THAT(lines("File", {text(FactKey::path, "C:\\shop.log")}), ElementsAre("path: C:\\shop.log"));
  EXPECT_THAT(lines("Token", {text(FactKey::kind, "primary"), text(FactKey::user, "SHOP\\worker"),
                              number(FactKey::session, 2)}),
              ElementsAre("kind: primary", "user: SHOP\\worker", "session: 2"));
  EXPECT_THAT(lines("Timer", {number(FactKey::signaled, 0), number(FactKey::expires, 2'000'000'000)}),
              ElementsAre("timer: goes off in 2.0 s", "state: has not gone off"));
}

TEST(WindowsDetails, AttributesThatAreNotSetAreNotTold) {
  EXPECT_THAT(lines("Key", {number(FactKey::attributes, 0)}), testing::IsEmpty());
}

TEST(WindowsDetails, AThreadThatHasEnded) {
  EXPECT_THAT(lines("Thread", {number(FactKey::thread, 12), text(FactKey::process, "pid 4242"),
                               number(FactKey::thread_gone, 1), number(FactKey::exit_status, 7)}),
              ElementsAre("thread: 12 of pid 4242, has ended", "exit status: 0x7"));
}

TEST(WindowsDetails, AProcessThatHasEnded) {
  EXPECT_THAT(lines("Process", {text(FactKey::process, "pid 813"), number(FactKey::process_gone, 1),
                                number(FactKey::exit_status, 0xc0000005)}),
              ElementsAre("exit status: 0xc0000005", "process: pid 813, has ended"));
}

TEST(WindowsDetails, StatesOfMutexesEventsAndSemaphores) {
  EXPECT_THAT(lines("Mutant", {number(FactKey::signaled, 1)}), ElementsAre("state: free"));
  EXPECT_THAT(lines("Mutant", {number(FactKey::signaled, 0), text(FactKey::owner, "thread 4 of pid 8")}),
              ElementsAre("state: owned by thread 4 of pid 8"));
  EXPECT_THAT(lines("Event", {number(FactKey::signaled, 0), text(FactKey::kind, "auto reset")}),
              testing::UnorderedElementsAre("state: not set", "kind: auto reset"));
  EXPECT_THAT(lines("Semaphore", {number(FactKey::count, 3), number(FactKey::most, 10)}),
              ElementsAre("count: 3 of at most 10"));
}

}  // namespace
}  // namespace ajar::analyze
