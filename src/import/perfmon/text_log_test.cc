#include "import/perfmon/text_log.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "import/perfmon/counter_path.h"
#include "import/perfmon/moments.h"

namespace ajar::import::perfmon {
namespace {

using namespace std::string_view_literals;

base::Result<CountsLog> read(std::string_view text) {
  return read_text_log(std::as_bytes(std::span(text)));
}

constexpr std::string_view kHead =
    R"x("(PDH-CSV 4.0) (Pacific Standard Time)(480)","\\HOST\Process(web#1)\Handle Count",)x"
    R"x("\\HOST\Process(web#1)\ID Process","\\HOST\Process(db)\Handle Count",)x"
    R"x("\\HOST\Process(_Total)\Handle Count")x"
    "\r\n";

TEST(PerfmonText, TellsCountsPidsAndMoments) {
  const auto log = read(std::string(kHead) +
                        "\"08/14/2007 07:40:38.659\",\"1002.000000\",\"812\",\" \",\"5\"\r\n"
                        "\"08/14/2007 07:41:38.659\",\"1003\",\"812\",\"77\",\"5\"\r\n");
  ASSERT_TRUE(log.ok()) << log.error().message();
  EXPECT_EQ(log.value().host, "HOST");
  ASSERT_EQ(log.value().moments.size(), 2U);
  const CountedMoment& first = log.value().moments[0];
  EXPECT_EQ(first.unix_ns, 1'187'106'038'659'000'000) << "15:40:38.659 UTC";
  ASSERT_EQ(first.processes.size(), 1U) << "a blank field is no process, and _Total is none";
  EXPECT_EQ(first.processes[0].handles, 1'002U);
  EXPECT_EQ(first.processes[0].pid, 812U);
  EXPECT_EQ(log.value().names[first.processes[0].name], "web") << "its pid tells it from others";
  ASSERT_EQ(log.value().moments[1].processes.size(), 2U);
  EXPECT_EQ(log.value().moments[1].processes[1].pid, std::nullopt);
}

TEST(PerfmonText, IsReadAsTypeperfWritesIt) {
  const auto log = read(
      "\r\n\"(PDH-CSV 4.0)\",\"\\\\H\\Process(a#2)\\Handle Count\"\r\n"
      "\"11/26/2026 10:00:00.000\",\"5.000000\"\r\n"
      "\r\nThe command completed successfully.\r\n");
  ASSERT_TRUE(log.ok()) << log.error().message();
  ASSERT_EQ(log.value().moments.size(), 1U);
  EXPECT_EQ(log.value().names, (std::vector<std::string>{"a#2"}));
}

TEST(PerfmonText, IsReadWithTabsSemicolonsAndDecimalCommas) {
  for (const std::string_view text :
       {"\"(PDH-TSV 4.0)\"\t\"\\Process(a)\\Handle Count\"\n\"11/26/2026 10:00:00.000\"\t\"5,000\"\n"sv,
        "(PDH-CSV 4.0);\\Process(a)\\Handle Count\n11/26/2026 10:00:00,000;5,0\n"sv,
        "\xef\xbb\xbf(PDH-CSV 4.0),\\Process(a)\\Handle Count\n11/26/2026 10:00:00,5.0e+000\n"sv}) {
    EXPECT_TRUE(is_text_log(std::as_bytes(std::span(text)))) << text;
    const auto log = read(text);
    ASSERT_TRUE(log.ok()) << log.error().message();
    EXPECT_EQ(log.value().moments.at(0).processes.at(0).handles, 5U) << text;
  }
}

TEST(PerfmonText, SaysWhichLineMakesNoSense) {
  const std::string head = R"x("(PDH-CSV 4.0)","\Process(a)\Handle Count")x"
                           "\n";
  const auto error = [&](const std::string& lines) { return read(head + lines).error().message(); };
  EXPECT_EQ(error("\"11/26/2026 10:00:00\",\"five\"\n"), "line 2: field 2: 'five' is no number");
  EXPECT_EQ(error("\"26/11/2026 10:00:00\",\"5\"\n"),
            "line 2: '26/11/2026 10:00:00' is no time of the form MM/DD/YYYY HH:MM:SS.mmm");
  EXPECT_EQ(error("\"11/26/2026 10:00:00\",\"5\",\"6\"\nx"), "line 2: it has 3 fields, and line 1 has 2");
  EXPECT_EQ(error(""), "it names counters, but there is no sample of them in it");
  EXPECT_TRUE(read(R"x("(PDH-CSV 4.0)","\Memory\Available Bytes")x")
                  .error()
                  .message()
                  .starts_with(R"x(no column of it is a \Process(…)\Handle Count)x"));
}

TEST(PerfmonText, CutAnywhereLosesNoMoreThanItsLastLine) {
  const std::string whole = std::string(kHead) + "\"08/14/2007 07:40:38.659\",\"1002\",\"812\",\"\",\"5\"\n" +
                            "\"08/14/2007 07:41:38.659\",\"1003\",\"812\",\"\",\"5\"\n";
  const std::size_t first_line = whole.find('\n', kHead.size()) + 1;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto log = read(std::string_view(whole).substr(0, length));
    if (length < first_line - 1) {
      EXPECT_FALSE(log.ok()) << length;
    } else {
      ASSERT_TRUE(log.ok()) << length << log.error().message();
      EXPECT_EQ(log.value().moments.size(), length < whole.size() - 1 ? 1U : 2U) << length;
      EXPECT_EQ(log.value().moments[0].processes[0].handles, 1'002U);
    }
  }
}

TEST(CounterPath, OfAProgramWithAnyNameIsTakenApart) {
  const auto path = parse_counter_path(R"(\\HOST\Process(a(b)\c#3)\handle count)");
  ASSERT_TRUE(path.has_value());
  EXPECT_EQ(path->host, "HOST");
  EXPECT_EQ(path->instance, R"(a(b)\c#3)");
  EXPECT_EQ(parse_counter_path(R"(\Process V2(svchost:812)\Handle Count)")->pid_in_name, 812U);
  for (const char* other : {"", "\\", "\\\\", "\\\\H", R"(\Process)\Handle Count(x)",
                            R"(\Thread(a)\ID Process)", R"(\Process(a)\% Processor Time)"})
    EXPECT_FALSE(parse_counter_path(other).has_value()) << other;
}

TEST(PerfmonMoments, AreReadOrRefused) {
  EXPECT_EQ(parse_moment("01/01/1970 00:00:01.5"), 1'500'000'000);
  EXPECT_EQ(parse_moment("02/29/2024 23:59:59.999"), 1'709'251'199'999'000'000);
  for (const char* text : {"", "02/29/2023 00:00:00", "1/1/1969 0:0:0", "01/01/2024 24:00:00", "01/01/2024",
                           "01/01/2024 10:00:00.", "01/01/9999 00:00:00", "01/01/2024 10:00:00 x"})
    EXPECT_EQ(parse_moment(text), std::nullopt) << text;
  EXPECT_EQ(bias_minutes("(PDH-CSV 4.0) (W. Europe Standard Time)(-60)"), -60);
  EXPECT_EQ(bias_minutes("(PDH-CSV 4.0)"), 0);
  EXPECT_EQ(unix_ns_of_filetime(116'444'736'000'000'001), 100);
  EXPECT_EQ(unix_ns_of_filetime(5), std::nullopt);
  EXPECT_EQ(unix_ns_of_filetime(UINT64_MAX), std::nullopt);
}

}  // namespace
}  // namespace ajar::import::perfmon
