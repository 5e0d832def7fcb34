#include "render/progress_text.h"

#include <gtest/gtest.h>

#include "render/fake_report.h"

namespace ajar::render {
namespace {

std::string line_at(double rate_per_second) {
  report::Report report = fake::leaking_server();
  report.processes.front().groups.front().rate_per_second = rate_per_second;
  return progress_line(report, 10, false, 0);
}

TEST(ProgressLine, SaysHowFastTheWorstGrowsAsReportsDo) {
  EXPECT_NE(line_at(13.1).find(" LEAK +13.1/s  tcp socket  libpricing.so"), std::string::npos);
  EXPECT_NE(line_at(0.04).find(" LEAK +2.4/min  tcp socket"), std::string::npos);
  EXPECT_NE(line_at(12345.6).find(" LEAK +12,346/s  tcp socket"), std::string::npos);
  EXPECT_NE(line_at(0).find(" LEAK  tcp socket"), std::string::npos);
}

}  // namespace
}  // namespace ajar::render
