#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "e2e/ajar_command.h"

// What ajar makes of Perfmon's logs.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using harness::write_file;
using testing::HasSubstr;

// A leak of 600 handles a minute, beside a process that jumps to and fro.
std::string log_of_a_leak(int samples) {
  std::string log = R"x("(PDH-CSV 4.0) (Pacific Standard Time)(480)","\\HOST\Process(w3wp#1)\Handle Count",)x"
                    R"x("\\HOST\Process(w3wp#1)\ID Process","\\HOST\Process(idler)\Handle Count")x"
                    "\r\n";
  for (int i = 0; i < samples; ++i) {
    std::vector<char> line(200);
    const int length = std::snprintf(line.data(), line.size(),
                                     "\"08/14/2007 07:%02d:38.659\",\"%d.000000\",\"5404\",\"%d.000000\"\r\n",
                                     i, 1002 + 600 * i, 200 + i * 7 % 5);
    log.append(line.data(), static_cast<std::size_t>(length));
  }
  return log;
}

class PerformanceLog : public testing::Test {
 protected:
  Outcome run(std::vector<std::string> words) { return harness::run(ajar(directory_, std::move(words))); }

  TempDir directory_;
};

TEST_F(PerformanceLog, TellsWhichProcessGrows) {
  write_file(directory_.path() / "web.csv", log_of_a_leak(20));
  const Outcome outcome = run({"report", "web.csv", "--error-exitcode", "9"});
  EXPECT_EQ(outcome.exit_status, 9);
  EXPECT_EQ(
      outcome.out,
      "web.csv: 2 processes, 20 samples in 19 min from HOST\n"
      "   GROWING  w3wp (pid 5404)  1,002 -> 12,402 handles  +10.0/s  evenly: in 100 % of the pairs of its "
      "20 samples the later is higher\n"
      "   steady: 1 process (--top 0)\n");
}

TEST_F(PerformanceLog, JudgesNothingByAFewSamples) {
  write_file(directory_.path() / "web.csv", log_of_a_leak(7));
  const Outcome outcome = run({"report", "web.csv", "--json", "--error-exitcode", "9"});
  EXPECT_EQ(outcome.exit_status, 0);
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json.at("processes").at(0).at("trend"), "too short");
}

TEST_F(PerformanceLog, HasNoHandlesAndSaysWhatShowsIt) {
  write_file(directory_.path() / "web.csv", log_of_a_leak(20));
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"handles", "web.csv"},
                                             {"diff", "web.csv"},
                                             {"who-closed", "4", "web.csv"},
                                             {"console", "web.csv", "-c", "!handle"},
                                             {"symbols", "web.csv"}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.exit_status, 2) << words.front();
    EXPECT_THAT(outcome.err,
                HasSubstr("web.csv: it has how many handles processes had, and not which; see them "
                          "with: ajar report web.csv"));
  }
}

TEST_F(PerformanceLog, ThatMakesNoSenseIsAnErrorThatNamesTheLine) {
  write_file(directory_.path() / "web.csv",
             log_of_a_leak(20) + "\"08/14/2007 08:00:00.000\",\"many\",\"1\",\"1\"\r\n");
  const Outcome outcome = run({"report", "web.csv"});
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_EQ(outcome.err, "ajar: report: web.csv: line 22: field 2: 'many' is no number\n");
}

}  // namespace
}  // namespace ajar::e2e
