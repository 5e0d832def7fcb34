#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "e2e/traced.h"
#include "harness/needs.h"
#include "harness/victims.h"

// Code that a runtime makes while it runs: its names come from the perf map that the runtime writes.
namespace ajar::e2e {
namespace {

using harness::ReportedFrame;
using harness::ReportedGroup;
using harness::TempDir;
using testing::ContainsRegex;
using testing::HasSubstr;

// What the runs leave in /tmp, as runtimes do.
void remove_maps(const harness::Reported& reported) {
  for (const harness::ReportedProcess& process : reported.processes)
    std::filesystem::remove("/tmp/perf-" + std::to_string(process.pid) + ".map");
}

// Addresses that nothing is known of.
std::size_t bare_addresses(const ReportedGroup& group) {
  return static_cast<std::size_t>(std::ranges::count_if(group.stack, [](const ReportedFrame& frame) {
    return frame.symbol == "none" && frame.module.empty();
  }));
}

TEST(GeneratedCode, HasItsNamesWhenTheMapIsThereAtTheEnd) {
  const TempDir directory;
  const Traced seen = trace(directory, {harness::victim("jit"), "keep"});
  remove_maps(seen.reported);
  expect_truth(seen);
  EXPECT_THAT(seen.run.err, ContainsRegex("leakInScript\\(\\) +server\\.js:12"));
}

// By then they are in the recording.
TEST(GeneratedCode, KeepsItsNamesWhenTheMapIsGone) {
  const TempDir directory;
  const Traced seen = trace(directory, {harness::victim("jit"), "keep"});
  remove_maps(seen.reported);
  harness::Reported again = report_on(directory);
  ASSERT_EQ(again.processes.size(), 1U);
  const std::vector<ReportedGroup> leaks = again.processes[0].with_verdict("leak");
  ASSERT_EQ(leaks.size(), 2U);
  for (const ReportedGroup& leak : leaks)
    EXPECT_TRUE(leak.function == "leak_in_made_code" || leak.function == "leakInScript") << leak.function;
}

// V8 maps its builtins a second time, past the dynamic linker; calls out of JavaScript come from there.
TEST(GeneratedCode, OfNodeIsKnownAsFarAsTheStackGoes) {
  if (harness::find_program("node").empty()) GTEST_SKIP() << "no node (package nodejs)";
  const TempDir directory;
  const std::string script =
      "const fs = require('fs');"
      "function leakOne() { return fs.openSync('/etc/passwd', 'r'); }"
      "let rounds = 0;"
      "const timer = setInterval(() => {"
      "  for (let i = 0; i < 50; ++i) leakOne();"
      "  if (++rounds == 60) clearInterval(timer); }, 25);";
  const Traced seen = trace(directory, {"node", "--perf-basic-prof", "-e", script});
  remove_maps(seen.reported);
  ASSERT_FALSE(seen.reported.processes.empty());
  // On a busy machine node takes a while to end, and ajar is not sure then.
  std::vector<ReportedGroup> found = seen.reported.processes[0].with_verdict("leak");
  std::ranges::move(seen.reported.processes[0].with_verdict("suspect"), std::back_inserter(found));
  ASSERT_FALSE(found.empty()) << seen.reported.processes[0].summary();
  for (const ReportedGroup& leak : found) EXPECT_EQ(bare_addresses(leak), 0U) << seen.run.err;
}

TEST(GeneratedCode, OfJavaIsNamedFromTheMapThatItWritesAtItsEnd) {
  if (harness::find_program("javac").empty()) GTEST_SKIP() << "no java (package default-jdk-headless)";
  const TempDir directory;
  const Traced seen = trace(
      directory,
      {"/bin/sh", "-euc",
       "cat > X.java <<'END'\n"
       "import java.io.*; import java.util.*;\n"
       "public class X {\n"
       "  static List<FileInputStream> kept = new ArrayList<>();\n"
       "  public static void main(String[] unused) throws Exception {\n"
       "    for (int i = 0; i < 1000; ++i) {\n"
       "      kept.add(new FileInputStream(\"/etc/passwd\")); if (i % 20 == 0) Thread.sleep(10); } } }\n"
       "END\n"
       "javac X.java; exec java -XX:+UnlockDiagnosticVMOptions -XX:+DumpPerfMapAtExit X"});
  remove_maps(seen.reported);
  EXPECT_THAT(seen.run.err, HasSubstr("java.io.FileInputStream.open0"));
}

}  // namespace
}  // namespace ajar::e2e
