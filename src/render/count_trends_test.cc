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

report::CountTrends with_table() {
  report::CountTrends trends = example();
  report::CountTrend& growing = trends.processes[0];
  growing.last = 1'002;
  growing.grows_for_s = 360;
  growing.soft_limit = 1'024;
  growing.types = {{.type = "tcp socket", .count = 961, .rate_per_second = 13},
                   {.type = "file", .count = 18, .rate_per_second = 0.1}};
  return trends;
}

TEST(CountTrendsText, TellsWhatTheTableOfAGrowingProcessSaid) {
  EXPECT_NE(text(with_table(), {})
                .find("\n            1,002 of 1,024 handles (98 %), full in 1.7 s; tcp socket "
                      "+13.0/s, file +0.1/s\n"),
            std::string::npos)
      << text(with_table(), {});
}

report::CountTrends with_others() {
  report::CountTrends trends = with_table();
  report::CountTrend& growing = trends.processes[0];
  growing.together = {{.process = {.pid = 640,
                                   .name = "auth\x1b"
                                           "d"},
                       .shared = {{.type = "unix stream socket", .count = 1'790, .rate_per_second = 13},
                                  {.type = "file", .count = 1, .rate_per_second = 2}},
                       .share_of_growth = 0.9}};
  growing.alike = {{.process = {.pid = 7, .name = "cache"}, .r = 0.99987}};
  report::FallAtEnd fall;
  fall.process = {.pid = 641, .name = "lsass"};
  fall.basis = report::FallAtEnd::Basis::shared;
  fall.from = 12'900;
  fall.to = 860;
  fall.curve = {{.at_s = 0, .handles = 900}, {.at_s = 9, .handles = 12'900}, {.at_s = 10, .handles = 860}};
  fall.ended = {{.process = {.pid = 5405, .name = "w3wp"},
                 .shared = 11'800,
                 .curve = {{.at_s = 5, .handles = 500}, {.at_s = 9, .handles = 9'000}}}};
  trends.falls = {fall};
  trends.tokens = {{.process = {.pid = 5404, .name = "w3wp"}, .lsass = {.pid = 641, .name = "lsass"}}};
  return trends;
}

TEST(CountTrendsText, TellsWhatProcessesHaveToDoWithEachOther) {
  const std::string told = text(with_others(), {});
  EXPECT_NE(
      told.find("            hand in hand with auth\\x1bd (pid 640): they share 1,790 unix stream sockets "
                "and 1 file\n"
                "            rises as cache (pid 7) does (r = 0.999); that alone proves nothing\n"),
      std::string::npos)
      << told;
  EXPECT_NE(
      told.find(
          "   lsass (pid 641) fell by 12,040 when w3wp (pid 5405) ended: it held them for it; they "
          "shared 11,800 handles when looked at last\n"
          "            lsass (pid 641)  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁███▁  12,900 -> 860 handles\n"
          "            w3wp (pid 5405)                  ▁▁▁▁▁▁▁▁▁▁▁▁█     500 -> 9,000 handles, ended\n"),
      std::string::npos)
      << told;
  EXPECT_NE(told.find("   w3wp (pid 5404) and lsass (pid 641) both grow: is it access tokens"),
            std::string::npos);
}

TEST(CountTrendsText, SaysHowMuchIsKnownOfAFall) {
  report::CountTrends trends = with_others();
  report::FallAtEnd& fall = trends.falls[0];
  fall.ended[0].r = 0.97;
  fall.basis = report::FallAtEnd::Basis::alike;
  EXPECT_NE(text(trends, {})
                .find(" ended: it held them for it; it had risen as that did (r = 0.970), and never "
                      "fell so before\n"),
            std::string::npos);
  fall.basis = report::FallAtEnd::Basis::coincidence;
  EXPECT_NE(text(trends, {}).find(" ended; both had been growing, but that alone proves nothing\n"),
            std::string::npos);
  fall.basis = report::FallAtEnd::Basis::several;
  fall.ended.push_back({.process = {.pid = 9, .name = "svchost"}, .curve = {}});
  EXPECT_NE(text(trends, {})
                .find(" when w3wp (pid 5405) and svchost (pid 9) ended at once: it held them for one "
                      "of these, or for all; counts don't tell which\n"),
            std::string::npos);
}

TEST(CountTrendsText, AsksForTokensOrSaysWhyItKnows) {
  report::CountTrends trends = with_others();
  report::TokenQuestion& question = trends.tokens[0];
  question.known = report::TokenQuestion::Known::tokens;
  question.tokens_per_second = 8;
  EXPECT_NE(text(trends, {})
                .find("both grow: access tokens that w3wp doesn't close (Token +8.0/s), for each of "
                      "which lsass holds what stands behind it\n"),
            std::string::npos);
  question.known = report::TokenQuestion::Known::pool_out;
  EXPECT_NE(text(trends, {})
                .find("both grow, and the kernel ran out of a pool: access tokens that w3wp doesn't "
                      "close, of which each takes some; see which: ajar handles 5404 --type Token\n"),
            std::string::npos);
}

TEST(WatchText, TellsWhatProcessesHaveToDoWithEachOtherInSentencesThatAreBroken) {
  std::ostringstream out;
  watch_text({}, with_others(), "14:02:11", {.width = 60}, out);
  EXPECT_NE(
      out.str().find("\n            hand in hand with auth\\x1bd (pid 640): they\n            share 1,790 "),
      std::string::npos)
      << out.str();
  EXPECT_NE(out.str().find("\n   lsass (pid 641) fell by 12,040 when w3wp (pid 5405)\n   ended: it held them "
                           "for it; they shared "),
            std::string::npos)
      << out.str();
}

TEST(WatchText, HasALineForTheMachineOneForEachThatGrowsAndOneForTheRest) {
  std::ostringstream out;
  report::Sweep sweep;
  sweep.processes = 1'204;
  sweep.handles = 41'377;
  sweep.unreadable = 3;
  sweep.used = 12'001;
  sweep.most = 2'465'620;
  report::CountTrends trends = with_table();
  report::CountTrend young;
  young.name = "sh";
  trends.processes.push_back(young);
  watch_text(sweep, trends, "14:02:11", {}, out);
  EXPECT_EQ(out.str(),
            "14:02:11  1,204 processes, 41,377 handles, 3 not readable (12,001 of 2,465,620 open files)\n"
            "   GROWING  w3wp (pid 5404)  +13.1/s for 6 min  1,002 of 1,024 handles (98 %), full in 1.7 s  "
            "(tcp socket +13.0/s, file +0.1/s)\n"
            "   steady   mmc\\x1b#1, System (2 processes)\n"
            "   too short to judge: 1 process\n");
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
  EXPECT_TRUE(json["processes"][0]["soft_limit"].is_null());
  std::ostringstream more;
  count_trends_json(with_table(), more);
  const auto growing = nlohmann::json::parse(more.str())["processes"][0];
  EXPECT_EQ(growing["types"][0]["type"], "tcp socket");
  EXPECT_EQ(growing["soft_limit"], 1'024);
  EXPECT_GT(growing["limit_in_s"], 1.6);
  std::ostringstream others;
  count_trends_json(with_others(), others);
  const auto all = nlohmann::json::parse(others.str());
  EXPECT_EQ(all["processes"][0]["together"][0]["shared"][0]["count"], 1'790);
  EXPECT_EQ(all["processes"][0]["alike"][0]["pid"], 7);
  EXPECT_EQ(all["falls"][0]["basis"], "shared");
  EXPECT_EQ(all["falls"][0]["ended"][0]["curve"][1][1], 9'000);
  EXPECT_TRUE(all["falls"][0]["ended"][0]["r"].is_null());
  EXPECT_EQ(all["tokens"][0]["lsass"]["pid"], 641);
}

}  // namespace
}  // namespace ajar::render
