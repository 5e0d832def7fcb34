#include "report/doubt.h"

#include <gtest/gtest.h>

namespace ajar::report {
namespace {

Report report_of(std::vector<Process> processes, Extent extent = Extent::whole) {
  Report report;
  report.extent = extent;
  report.processes = std::move(processes);
  return report;
}

Process running() {
  Process process;
  process.running = true;
  return process;
}

Process that_lost(std::uint64_t events) {
  Process process;
  process.coverage.lost_events = events;
  return process;
}

TEST(Doubt, IsNoneOfAWholeRecordingWithAllEvents) {
  EXPECT_EQ(why_it_proves_nothing(report_of({Process(), running()})), "");
}

TEST(Doubt, IsOfWhatCouldNotBeRead) {
  EXPECT_EQ(why_it_proves_nothing(report_of({Process()}, Extent::damaged)),
            "some of the recording could not be read");
}

TEST(Doubt, IsOfARecordingWithoutAnEndAlsoWhereAllProcessesHaveOne) {
  EXPECT_EQ(why_it_proves_nothing(report_of({running()}, Extent::unfinished)), "the recording has no end");
  EXPECT_EQ(why_it_proves_nothing(report_of({Process()}, Extent::unfinished)), "the recording has no end");
}

TEST(Doubt, IsOfProcessesNoneOfWhichWasTraced) {
  Process unknown;
  unknown.not_traced = "its program is static";
  EXPECT_EQ(why_it_proves_nothing(report_of({unknown, unknown})), "no process was traced to its end");
  EXPECT_EQ(why_it_proves_nothing(report_of({unknown, Process()})), "");
}

TEST(Doubt, IsOfEventsThatOneProcessLost) {
  EXPECT_EQ(why_it_proves_nothing(report_of({Process(), that_lost(1)})), "events were lost");
}

TEST(Doubt, NamesTheGravestOfAProcess) {
  EXPECT_EQ(doubt_of(that_lost(1), report_of({}, Extent::damaged)), Doubt::damaged);
  Process process = that_lost(1);
  process.coverage.unseen = 1;
  EXPECT_EQ(doubt_of(process, report_of({})), Doubt::events_lost);
  process.coverage.lost_events = 0;
  process.groups.emplace_back().suppressed_by = "a filter";
  EXPECT_EQ(doubt_of(process, report_of({})), Doubt::opened_unseen);
  process.coverage.unseen = 0;
  EXPECT_EQ(doubt_of(process, report_of({})), Doubt::left_out);
}

}  // namespace
}  // namespace ajar::report
