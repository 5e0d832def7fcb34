#include "render/text_dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace ajar::render {
namespace {

using testing::HasSubstr;
using testing::Not;

report::Report of_worker() {
  report::Report report;
  report.file = "worker.dmp";
  report::Process& process = report.processes.emplace_back();
  process.pid = 5404;
  process.name = "w3wp.exe";
  process.open = 66'199;
  process.running = true;
  process.windows = true;
  process.coverage.before_tracking = 62'259;
  report::Dump& dump = process.dump.emplace();
  dump.system = "Windows 10.0.22631 x86_64";
  dump.up_s = 780;
  dump.types = {{.type = "Key", .count = 65'606}, {.type = "Event", .count = 593}};
  dump.standing_out = "Key";
  dump.unnamed = {{"Event", 90}};
  dump.same_names = {{.type = "Event", .name = "\\BaseNamedObjects\\SendSAS", .count = 500}};
  dump.operations = 4096;
  dump.ring_is_full = true;
  report::Group& group = process.groups.emplace_back();
  group.verdict = report::Verdict::leak;
  group.reason = "3,940 of 4,018 traced opens were not closed";
  group.type = "Key";
  group.outstanding = 3940;
  group.opened = 4018;
  report::Handle& handle = group.handles.emplace_back();
  handle.value = 0x1cc;
  handle.type = "Key";
  handle.name = "\\REGISTRY\\MACHINE";
  return report;
}

std::string shown(const report::Report& report) {
  std::ostringstream out;
  text(report, {}, out);
  return out.str();
}

TEST(TextOfADump, TellsTheFileTheProcessItsSystemAndItsHandlesByType) {
  const std::string text = shown(of_worker());
  EXPECT_THAT(text, HasSubstr("worker.dmp: w3wp.exe (pid 5404), up 13 min, Windows 10.0.22631 x86_64, "
                              "66,199 handles\n"));
  EXPECT_THAT(text, HasSubstr("   Key    65,606  99.1 %   <== stands out"));
  EXPECT_THAT(text, HasSubstr("   Event     593   90 without a name\n"));
}

TEST(TextOfADump, SaysHowMuchWasTracedAndThatTheRingIsFull) {
  EXPECT_THAT(shown(of_worker()),
              HasSubstr(" 4,096 handle operations, the ring is full: at least 62,259 open "
                        "handles have no traced open\n"));
}

TEST(TextOfADump, WithoutOperationsSaysHowToHaveThem) {
  report::Report report = of_worker();
  report.processes[0].dump->operations = 0;
  report.processes[0].groups.clear();
  EXPECT_THAT(shown(report), HasSubstr("no handle operations"));
  EXPECT_THAT(shown(report), HasSubstr("!htrace -enable"));
}

TEST(TextOfADump, GroupsTellSharesAndNoTimes) {
  const std::string text = shown(of_worker());
  EXPECT_THAT(text, HasSubstr(" 1. LEAK  3,940 × Key still open of 4,018 traced opens\n"));
  EXPECT_THAT(text, HasSubstr("for example handle 0x1cc: \\REGISTRY\\MACHINE\n"));
  EXPECT_THAT(text, Not(HasSubstr("oldest")));
  EXPECT_THAT(text, Not(HasSubstr(" has run ")));
}

TEST(TextOfADump, TellsObjectsThatAreOpenManyTimes) {
  EXPECT_THAT(shown(of_worker()), HasSubstr("   500 × Event  \\BaseNamedObjects\\SendSAS\n"));
}

TEST(TextOfADump, WhatIsNotKnownOfItsLifeIsNotTold) {
  report::Report report = of_worker();
  report.processes[0].dump->up_s.reset();
  EXPECT_THAT(shown(report), HasSubstr("(pid 5404), Windows"));
}

}  // namespace
}  // namespace ajar::render
