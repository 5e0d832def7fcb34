#include "harness/reported.h"

#include <gtest/gtest.h>

namespace ajar::harness {
namespace {

// The shape that scripts rely on, with one of everything.
constexpr const char* kShape =
    R"({"schema": "ajar/1", "processes": [{"pid": 4121, "name": "shop-server", "open": 812,
  "groups": [{"verdict": "leak", "reason": "because", "type": "tcp socket", "outstanding": 805, "opened": 805, "closed": 0,
     "rate_per_second": 13.0,
     "culprit": {"module": "libpricing.so", "function": "fetch_rate", "file": "pricing.cpp", "line": 41},
     "stack": [{"function": "fetch_rate", "symbol": "exact", "file": "pricing.cpp", "line": 41, "module": "libpricing.so",
                "offset": 6673, "inlined": false}],
     "handles": [{"handle": 19, "name": "127.0.0.1:51544 -> 127.0.0.1:9000", "opened_at_s": 0.4, "thread": 7}]},
    {"verdict": "one-off", "reason": "because", "type": "file", "outstanding": 1, "opened": 1, "closed": 0,
     "rate_per_second": 0, "culprit": null, "stack": [], "handles": []}],
  "bad_closes": [{"kind": "closed twice", "handle": 7, "stack": [], "closed_by": [], "opened_by": []}],
  "coverage": {"open": 812, "explained": 812, "before_tracking": 0, "inherited": 3, "unseen": 0, "lost_events": 0,
               "compared": "exit", "seconds_before_end": 0, "inherited_handles": [
                 {"handle": 0, "opened_by": null}, {"handle": 5, "opened_by": {"module": "m", "function": "f"}}]}}]})";

TEST(Reported, ReadsTheShapeThatScriptsRelyOn) {
  const Reported report = parse_report(kShape);
  EXPECT_EQ(report.schema, "ajar/1");
  const ReportedProcess* process = report.find(4121);
  ASSERT_NE(process, nullptr);
  EXPECT_EQ(process->name, "shop-server");
  ASSERT_EQ(process->with_verdict("leak").size(), 1U);
  const ReportedGroup leak = process->with_verdict("leak")[0];
  EXPECT_EQ(leak.function, "fetch_rate");
  EXPECT_EQ(leak.module, "libpricing.so");
  EXPECT_EQ(leak.stack.at(0).symbol, "exact");
  EXPECT_EQ(leak.handles.at(0).handle, 19U);
  EXPECT_EQ(process->groups[1].function, "");
  EXPECT_EQ(process->bad_closes.at(0).kind, "closed twice");
  EXPECT_EQ(process->coverage.inherited, 3U);
  EXPECT_EQ(process->coverage.inherited_from, (std::vector<std::string>{"", "f"}));
}

TEST(Reported, DoesNotTakeAReportThatLacksWhatIsPromised) {
  std::string lacking = kShape;
  lacking.replace(lacking.find("\"explained\""), 11, "\"explains\"");
  EXPECT_ANY_THROW(parse_report(lacking));
  EXPECT_ANY_THROW(parse_report("not JSON"));
}

TEST(Reported, HasNoProcessOfAnotherPid) {
  EXPECT_EQ(parse_report(kShape).find(1), nullptr);
}

}  // namespace
}  // namespace ajar::harness
