#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <set>

#include "e2e/shop.h"
#include "e2e/traced.h"
#include "harness/needs.h"
#include "harness/victims.h"

namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::ReportedGroup;
using harness::TempDir;
using testing::ContainsRegex;
using testing::HasSubstr;

class LeakyPlugin : public testing::TestWithParam<const char*> {};

TEST_P(LeakyPlugin, IsBlamedForWhatItLeaksPerRequest) {
  const TempDir directory;
  harness::Running server(
      ajar_run(directory, shop_server(directory, {"--leak", GetParam(), "--requests", "300"})));
  const Outcome client = shop_orders(directory, 300, 100);
  EXPECT_THAT(client.out, HasSubstr("300 orders answered, 0 answered wrongly"));
  const Traced seen = traced(directory, server.finish());
  EXPECT_EQ(seen.run.exit_status, 0) << seen.run.err;
  expect_truth(seen);
  EXPECT_THAT(seen.run.err, HasSubstr("1. LEAK"));
  EXPECT_THAT(seen.run.err, ContainsRegex("libpricing\\.so +fetch_rate"));
}

INSTANTIATE_TEST_SUITE_P(Shop, LeakyPlugin, testing::Values("tcp", "file", "eventfd"),
                         [](const auto& each) { return std::string(each.param); });

TEST(Culprit, ComesWithTheWholeStackOfItsProgram) {
  const TempDir directory;
  harness::Running server(ajar_run(directory, shop_server(directory, {"--requests", "200"})));
  shop_orders(directory, 200, 80);
  const Traced seen = traced(directory, server.finish());
  ASSERT_EQ(seen.reported.processes.size(), 1U);
  const std::vector<ReportedGroup> leaks = seen.reported.processes[0].with_verdict("leak");
  ASSERT_EQ(leaks.size(), 1U) << seen.reported.processes[0].summary();
  std::vector<std::string> functions;
  for (const harness::ReportedFrame& frame : leaks[0].stack) {
    functions.push_back(frame.function.substr(0, frame.function.find('(')));
  }
  const auto plugin = std::ranges::find(functions, "fetch_rate");
  ASSERT_NE(plugin, functions.end());
  EXPECT_NE(std::find(plugin, functions.end(), "handle_order"), functions.end());
  EXPECT_NE(std::find(plugin, functions.end(), "worker"), functions.end());
}

TEST(Culprit, HasAsManyHandlesAsItLeakedWithTheNamesOfTheirPeers) {
  const TempDir directory;
  harness::Running server(ajar_run(directory, shop_server(directory, {"--requests", "200"})));
  shop_orders(directory, 200, 80);
  const Traced seen = traced(directory, server.finish());
  ASSERT_EQ(seen.reported.processes.size(), 1U);
  const std::vector<ReportedGroup> leaks = seen.reported.processes[0].with_verdict("leak");
  ASSERT_EQ(leaks.size(), 1U) << seen.reported.processes[0].summary();
  EXPECT_EQ(leaks[0].handles.size(), 200U);
  EXPECT_EQ(leaks[0].opened, 200U);
  EXPECT_EQ(leaks[0].closed, 0U);
  EXPECT_GT(leaks[0].rate_per_second, 0);
  for (const harness::ReportedHandle& handle : leaks[0].handles)
    EXPECT_THAT(handle.name, HasSubstr("127.0.0.1:"));
}

TEST(Culprit, IsKnownWithTheThreadsThatOpened) {
  const TempDir directory;
  const Traced seen = trace(directory, harness::victim_command("leak_threads"));
  ASSERT_EQ(seen.reported.processes.size(), 1U);
  std::map<std::string, std::set<std::string>> threads;
  for (const ReportedGroup& leak : seen.reported.processes[0].with_verdict("leak")) {
    for (const harness::ReportedHandle& handle : leak.handles)
      threads[leak.function].insert(handle.thread_name);
  }
  using Names = std::set<std::string>;
  EXPECT_EQ(threads["open_bill"], Names{"billing"});
  EXPECT_EQ(threads["ask_index"], Names{"search"});
  EXPECT_EQ(threads["queue_mail"], Names{"mail"});
  EXPECT_EQ(threads["buffer_audit"], Names{"audit"});
}

TEST(Culprit, IsFoundInAPythonScript) {
  AJAR_NEEDS("/usr/bin/python3", "python3");
  const TempDir directory;
  const Traced seen = trace(directory, {"/usr/bin/python3", harness::victim("python_leak.py")});
  EXPECT_EQ(seen.run.exit_status, 0);
  expect_truth(seen);
}

// The interpreter closes everything as it ends, and nothing is left open.
TEST(Culprit, IsFoundInAPythonScriptThatEndsInAnOrderlyWay) {
  AJAR_NEEDS("/usr/bin/python3", "python3");
  const TempDir directory;
  const Traced seen = trace(directory, {"/usr/bin/python3", harness::victim("python_leak.py"), "exit"},
                            {"--error-exitcode", "9"});
  EXPECT_EQ(seen.run.exit_status, 9);
  EXPECT_THAT(seen.run.err, testing::HasSubstr("LEAK  100 × tcp socket"));
  EXPECT_THAT(seen.run.err, testing::HasSubstr("closed only as the program ended"));
  expect_truth(seen);
}

TEST(Culprit, IsKnownAfterKillMinusNine) {
  const TempDir directory;
  const Traced seen = trace(directory, harness::victim_command("leak_then_sigkill"));
  EXPECT_EQ(seen.run.exit_status, 128 + SIGKILL);
  expect_truth(seen);
  ASSERT_FALSE(seen.reported.processes.empty());
  EXPECT_EQ(seen.reported.processes[0].coverage.compared, "periodic");
}

// Killed from outside while it serves, at a moment that nobody chose. How much it had leaked by then the
// kernel told us before.
TEST(Culprit, IsKnownAfterKillMinusNineFromOutside) {
  const TempDir directory;
  harness::Running server(ajar_run(directory, shop_server(directory)));
  harness::Running client(shop_client(directory, 5000, 100));
  std::string pid;
  std::size_t open = 0;
  ASSERT_TRUE(server.wait_until([&] {
    if (pid.empty()) pid = harness::child_of(server.pid());
    open = pid.empty() ? 0 : harness::count_descriptors(pid);
    return open > 260;
  })) << server.err();
  ::kill(std::stoi(pid), SIGKILL);
  const Outcome outcome = server.finish();
  EXPECT_EQ(outcome.exit_status, 128 + SIGKILL);
  const harness::Reported reported = report_on(directory);
  ASSERT_EQ(reported.processes.size(), 1U);
  const std::vector<ReportedGroup> leaks = reported.processes[0].with_verdict("leak");
  ASSERT_EQ(leaks.size(), 1U) << reported.processes[0].summary();
  EXPECT_EQ(leaks[0].module, "libpricing.so");
  EXPECT_GE(leaks[0].outstanding, open - 20);  // what it keeps, and orders in hand
}

// Without symbols there is no name to blame, and none is made up: it is the module and an offset.
TEST(Culprit, WithoutSymbolsIsAModuleAndNotAFunction) {
  const TempDir directory;
  Traced seen = trace(directory, {harness::victim("leak_files_stripped")});
  for (harness::Truth& truth : seen.truths) {
    for (harness::TrueGroup& group : truth.outstanding) group.function.clear();
  }
  expect_truth(seen);
  ASSERT_FALSE(seen.reported.processes.empty());
  for (const ReportedGroup& leak : seen.reported.processes[0].with_verdict("leak")) {
    EXPECT_EQ(leak.module, "leak_files_stripped");
    EXPECT_EQ(leak.function, "");
  }
}

}  // namespace
}  // namespace ajar::e2e
