#include <gtest/gtest.h>

#include <sstream>

#include "render/fake_report.h"
#include "render/text.h"

namespace ajar::render {
namespace {

std::string screen(const report::Report& report) {
  std::ostringstream out;
  text(report, {}, out);
  return out.str();
}

// A server of which one handle was opened since a mark.
report::Report one_since() {
  report::Report report = fake::leaking_server();
  report.end_s = 62.4;
  report.marks = {{.label = "mark-1", .at_s = 20.4}, {.label = "before-login", .at_s = 22.4}};
  report.since = report.marks[1];
  report::Process& process = report.processes[0];
  process.running = true;
  process.coverage.inherited = 0;
  process.coverage.before_mark = 811;
  report::Group group = process.groups[0];
  process.groups = {group};
  report::Group& told = process.groups[0];
  told.verdict = report::Verdict::one_off;
  told.reason = "opened once, 5.0 s after the mark, and kept";
  told.outstanding = told.opened = 1;
  told.growing = false;
  told.rate_per_second = 0;
  told.oldest_s = told.newest_s = 35.0;
  return report;
}

TEST(TextSince, OfARecordingIsNotToldAsOfNow) {
  report::Report report = one_since();
  report.is_told_later = true;
  EXPECT_NE(screen(report).find(" since 'before-login', 40.0 s before the recording's end: 1 was opened"),
            std::string::npos)
      << screen(report);
}

TEST(TextSince, TellsOfAllThatWasOpenedWhateverTheVerdict) {
  EXPECT_EQ(screen(one_since()), R"(ajar: shop-server (pid 4121) has run 62.4 s, 812 handles open now
 since 'before-login', 40.0 s ago: 1 was opened and is still open; 811 were open before

 1. ONE-OFF  1 × tcp socket
    libpricing.so  fetch_rate()  pricing.cpp:41
    package libpricing1 2.0-1, build id 4f2a99, /opt/shop/libpricing.so
        __socket      +0x10a2b7       libc.so.6
        fetch_rate    pricing.cpp:41  libpricing.so
        handle_order  server.cpp:118  shop-server
        worker        server.cpp:77   shop-server
    opened 1, closed 0; oldest 35.0 s, newest 35.0 s
    one-off: opened once, 5.0 s after the mark, and kept
    for example fd 19: 127.0.0.1:51544 -> 127.0.0.1:9000
coverage: 812 of 812 open handles explained, 0 events lost; compared with the kernel's table at exit
)");
}

TEST(TextSince, OfAnEndedProcessCountsBackFromItsEnd) {
  report::Report report = one_since();
  report.processes[0].running = false;
  report.end_s = 99;
  EXPECT_NE(screen(report).find(" since 'before-login', 40.0 s before the end: "), std::string::npos);
}

TEST(TextSince, SaysSoWhereNothingIsLeft) {
  report::Report report = one_since();
  report.processes[0].groups.clear();
  EXPECT_NE(screen(report).find(" 40.0 s ago: 0 were opened and are still open; 811 were open before\n"
                                " nothing that was opened since is still open\n"),
            std::string::npos);
  report.processes[0].coverage.lost_events = 3;
  EXPECT_NE(screen(report).find("events were lost: that proves nothing\n"), std::string::npos);
  report.extent = report::Extent::damaged;
  EXPECT_NE(screen(report).find("among what could be read: that proves nothing\n"), std::string::npos);
}

TEST(TextSince, TellsTheGravestReasonWhyMoreMayBeLeft) {
  report::Report report = one_since();
  report::Process& process = report.processes[0];
  process.groups[0].suppressed_by = "--type";
  EXPECT_NE(screen(report).find("\n nothing is left open among what is told\n"), std::string::npos);
  process.coverage.unseen = 2;
  EXPECT_NE(screen(report).find("\n nothing is left open of what was seen; 2 handles were opened unseen\n"),
            std::string::npos);
  process.coverage.lost_events = 3;
  EXPECT_NE(screen(report).find("\n nothing was seen that is left open, but events were lost"),
            std::string::npos);
}

TEST(TextSince, AReportOnEverythingListsTheMarks) {
  report::Report report = fake::leaking_server();
  report.marks = {{.label = "mark-1", .at_s = 20.4}, {.label = "a\033b", .at_s = 22.4}};
  EXPECT_NE(screen(report).find("marks: 'mark-1' at 20.4 s, 'a\\x1bb' at 22.4 s "
                                "(--since LABEL tells what came after)\n"),
            std::string::npos);
}

}  // namespace
}  // namespace ajar::render
