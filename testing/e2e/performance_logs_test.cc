#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
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
using testing::Not;

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

// Every 15 s: lsass, which holds 2 handles for each of w3wp's, that come in bursts until it ends, or evenly.
std::string log_of_lsass(bool in_bursts, int samples, int end) {
  std::string log = R"x("(PDH-CSV 4.0) (Pacific Standard Time)(480)","\\HOST\Process(lsass)\Handle Count",)x"
                    R"x("\\HOST\Process(lsass)\ID Process","\\HOST\Process(w3wp)\Handle Count",)x"
                    R"x("\\HOST\Process(w3wp)\ID Process")x"
                    "\r\n";
  std::uint32_t random = 1;
  int held = 0;
  for (int i = 0; i < samples; ++i) {
    random = random * 1'664'525 + 1'013'904'223;
    held += in_bursts ? (random >> 24U < 70 ? 50 : 0) : 20;
    std::vector<char> line(200);
    const bool ended = i >= end;
    int length = std::snprintf(line.data(), line.size(), "\"08/14/2007 %02d:%02d:%02d.659\",\"%d\",\"640\",",
                               7 + i / 240, i / 4 % 60, i % 4 * 15, ended ? 900 : 900 + 2 * held);
    log.append(line.data(), static_cast<std::size_t>(length));
    length = ended ? std::snprintf(line.data(), line.size(), "\" \",\" \"\r\n")
                   : std::snprintf(line.data(), line.size(), "\"%d\",\"5404\"\r\n", 500 + held);
    log.append(line.data(), static_cast<std::size_t>(length));
  }
  return log;
}

TEST_F(PerformanceLog, OfAServerThatGrowsWithLsassAsksForItsTokens) {
  write_file(directory_.path() / "web.csv", log_of_lsass(false, 100, 100));
  const std::string said =
      "w3wp (pid 5404) and lsass (pid 640) both grow: is it access tokens that w3wp doesn't close, for which "
      "lsass holds handles? On that machine, twice: ajar handles 5404 --type Token; whether the kernel ran "
      "out "
      "of a pool meanwhile: ajar report System.evtx\n";
  EXPECT_THAT(run({"report", "web.csv"}).out, HasSubstr(said));
  EXPECT_THAT(run({"watch", "--from", "web.csv"}).out, HasSubstr(said));
  EXPECT_THAT(run({"report", "web.csv"}).out, Not(HasSubstr("rises as"))) << "steady leaks always go alike";
}

TEST_F(PerformanceLog, TellsWhatRisesAlikeAndThatThisProvesNothing) {
  write_file(directory_.path() / "web.csv", log_of_lsass(true, 200, 200));
  EXPECT_THAT(run({"report", "web.csv"}).out,
              HasSubstr("rises as w3wp (pid 5404) does (r = 0.999); that alone proves nothing"));
}

TEST_F(PerformanceLog, TellsWhatLsassHeldForAServerThatEnded) {
  write_file(directory_.path() / "web.csv", log_of_lsass(true, 210, 200));
  const std::string said =
      " when w3wp (pid 5404) ended: it held them for it; it had risen as that did (r = 0.999)";
  EXPECT_THAT(run({"report", "web.csv"}).out, HasSubstr(said));
  EXPECT_THAT(run({"watch", "--from", "web.csv"}).out, HasSubstr(said));
  const auto falls = nlohmann::json::parse(run({"report", "web.csv", "--json"}).out).at("falls");
  ASSERT_EQ(falls.size(), 1U);
  EXPECT_EQ(falls[0]["basis"], "alike");
  EXPECT_EQ(falls[0]["to"], 900);
}

TEST_F(PerformanceLog, OfSteadyLeaksOneOfWhichEndsGivesNoMoreThanAHint) {
  write_file(directory_.path() / "web.csv", log_of_lsass(false, 110, 100));
  EXPECT_THAT(
      run({"report", "web.csv"}).out,
      HasSubstr("lsass (pid 640) fell by 4,000 when w3wp (pid 5404) ended; both had been growing, but "
                "that alone proves nothing\n"));
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
