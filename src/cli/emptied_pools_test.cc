#include "cli/emptied_pools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// As EvtRender writes it.
std::string event(const std::string& source, int id, const std::string& time, const std::string& data = {}) {
  return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='" +
         source + "'/><EventID Qualifiers='49152'>" + std::to_string(id) +
         "</EventID><Version>0</Version><Level>2</Level><Task>0</Task><Opcode>0</Opcode>"
         "<Keywords>0x80000000000000</Keywords><TimeCreated SystemTime='" +
         time +
         "'/><EventRecordID>4711</EventRecordID><Correlation/><Execution ProcessID='4' ThreadID='84'/>"
         "<Channel>System</Channel><Computer>shop</Computer><Security/></System><EventData><Data>" +
         data + "</Data><Binary>0000040001002C00</Binary></EventData></Event>";
}

const std::string kFirst = event("Service Control Manager", 7036, "2026-10-01T08:00:00.0000000Z");

TEST(EmptiedPools, ALogWithoutSuchEventsSaysSinceWhen) {
  const std::vector<std::string> events = {
      kFirst, event("Microsoft-Windows-Kernel-General", 12, "2026-11-01T08:00:00.0000000Z")};
  EXPECT_THAT(emptied_pools_in(events),
              ElementsAre("kernel pools: the System log says of none that it ran out (srv 2020, 2019), since "
                          "2026-10-01 08:00:00 (UTC)"));
}

TEST(EmptiedPools, WhatRanOutIsToldWithWhatItMeans) {
  const std::vector<std::string> events = {
      kFirst, event("Srv", 2019, "2026-11-09T16:02:11.1234567Z", "\\Device\\LanmanServer"),
      event("Srv", 2019, "2026-11-09T16:05:11.0000000Z", "\\Device\\LanmanServer")};
  EXPECT_THAT(
      emptied_pools_in(events),
      ElementsAre(AllOf(StartsWith("kernel pools: the nonpaged pool is empty, says the System log (srv "
                                   "2019) 2 times: 2026-11-09 16:02:11"),
                        Not(HasSubstr("started anew"))),
                  HasSubstr("never closes its handles")));
}

TEST(EmptiedPools, WhatWasBeforeTheLastStartSaysSo) {
  const std::vector<std::string> events = {
      event("Microsoft-Windows-Kernel-General", 12, "2026-11-10T08:00:00.0000000Z"),
      event("srv", 2020, "2026-11-09T16:02:11.0000000Z"), kFirst};
  const auto lines = emptied_pools_in(events);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("paged pool is empty, says the System log (srv 2020) once: 2026-11-09 "
                                  "16:02:11 (UTC); the system was started anew at 2026-11-10 08:00:00"));
}

TEST(EmptiedPools, TheSameNumberOfAnotherSourceIsNone) {
  const std::vector<std::string> events = {kFirst, event("Outlook", 2019, "2026-11-09T16:02:11.0000000Z")};
  EXPECT_THAT(emptied_pools_in(events), ElementsAre(HasSubstr("says of none")));
}

TEST(EmptiedPools, WhatCannotBeReadIsNotAvailable) {
  EXPECT_THAT(emptied_pools_in({}), ElementsAre(StartsWith("kernel pools: not available")));
  const std::vector<std::string> damaged = {kFirst.substr(0, 200)};
  EXPECT_THAT(emptied_pools_in(damaged), ElementsAre(StartsWith("kernel pools: not available")));
}

TEST(EmptiedPools, WindowsIsAskedForPoolsAndStarts) {
  EXPECT_EQ(query_for_pools(),
            "*[System[(EventID=2020 or EventID=2019 or EventID=12 or EventID=6005 or EventID=13 or "
            "EventID=6006 or EventID=6008 or EventID=6013)]]");
}

}  // namespace
}  // namespace ajar::cli
