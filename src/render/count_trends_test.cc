#include "render/count_trends.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace ajar::render {
namespace {

report::CountTrends example() {
  report::CountTrends trends;
  trends.file = "web.blg";
  trends.host = "HOST";
  trends.samples = 11;
  trends.seconds = 150;
  report::CountTrend growing;
  growing.pid = 5404;
  growing.name = "w3wp";
  growing.trend = report::Trend::growing;
  growing.reason = "rises evenly";
  growing.first = 1'002;
  growing.last = 66'316;
  growing.rate_per_second = 13.1;
  report::CountTrend rose;
  rose.name = "mmc\x1b#1";
  rose.trend = report::Trend::rose;
  rose.reason = "a step";
  rose.first = 10;
  rose.last = 90;
  report::CountTrend steady;
  steady.pid = 4;
  steady.name = "System";
  steady.trend = report::Trend::steady;
  steady.reason = "no rise";
  steady.least = 20;
  steady.most = steady.last = 22;
  trends.processes = {growing, rose, steady, steady};
  return trends;
}

std::string text(const report::CountTrends& trends, const TablesOptions& options) {
  std::ostringstream out;
  count_trends_text(trends, options, out);
  return out.str();
}

TEST(CountTrendsText, TellsWhatGrowsAndCountsTheRest) {
  EXPECT_EQ(text(example(), {}),
            "web.blg: 4 processes, 11 samples in 2 min 30 s from HOST\n"
            "   GROWING  w3wp (pid 5404)  1,002 -> 66,316 handles  +13.1/s  rises evenly\n"
            "   rose     mmc\\x1b#1        10 -> 90 handles                  a step\n"
            "   steady: 2 processes (--top 0)\n");
}

TEST(CountTrendsText, TellsAllWhereAllAreAskedFor) {
  const std::string all = text(example(), {.top = 0});
  EXPECT_NE(all.find("   steady   System (pid 4)   20 to 22 handles"), std::string::npos) << all;
  EXPECT_EQ(all.find("--top"), std::string::npos);
}

TEST(CountTrendsText, CutsALongListAndSaysSo) {
  report::CountTrends trends = example();
  trends.processes.insert(trends.processes.begin(), 3, trends.processes.front());
  const std::string some = text(trends, {.top = 2});
  EXPECT_NE(some.find("   growing: … 2 more processes\n"), std::string::npos) << some;
}

TEST(CountTrendsJson, HasEveryProcess) {
  std::ostringstream out;
  count_trends_json(example(), out);
  const auto json = nlohmann::json::parse(out.str());
  EXPECT_EQ(json["schema"], "ajar-count-trends/1");
  EXPECT_EQ(json["host"], "HOST");
  ASSERT_EQ(json["processes"].size(), 4U);
  EXPECT_EQ(json["processes"][0]["trend"], "growing");
  EXPECT_EQ(json["processes"][0]["last"], 66'316);
  EXPECT_EQ(json["processes"][0]["rate_per_second"], 13.1);
}

}  // namespace
}  // namespace ajar::render
