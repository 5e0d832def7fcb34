#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iterator>

#include "e2e/shop.h"
#include "e2e/traced.h"

// What a person does to a program that runs under ajar: Ctrl-C, a look in between, kill.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::Running;
using harness::TempDir;
using testing::HasSubstr;
using testing::Not;

// A shop under ajar that has handled some orders and waits for more.
class RunningShop : public testing::Test {
 protected:
  void SetUp() override {
    const Outcome client = shop_orders(directory_, 120, 60);
    ASSERT_THAT(client.out, HasSubstr("120 orders answered")) << client.err << server_.err();
  }

  bool reports_the_culprit() {
    return server_.wait_until([&] { return server_.err().find("fetch_rate") != std::string::npos; });
  }

  void expect_orderly_end_and_report() {
    const Traced seen = traced(directory_, server_.finish());
    EXPECT_EQ(seen.run.exit_status, 0) << how_it_ended(seen.run) << "\n" << seen.run.err;
    EXPECT_THAT(seen.run.out, HasSubstr("120 orders handled"));
    EXPECT_THAT(seen.run.err, HasSubstr("fetch_rate"));
    expect_truth(seen);
  }

  TempDir directory_;
  Running server_{ajar_run(directory_, shop_server(directory_))};
};

TEST_F(RunningShop, EndsOrderlyAndIsReportedAfterCtrlC) {
  server_.send_to_group(SIGINT);  // as a terminal does
  expect_orderly_end_and_report();
}

TEST_F(RunningShop, GetsTheInterruptThatWasSentToAjarAlone) {
  server_.send(SIGINT);
  expect_orderly_end_and_report();
}

TEST_F(RunningShop, GetsTheTerminationThatWasSentToAjarAlone) {
  server_.send(SIGTERM);
  expect_orderly_end_and_report();
}

TEST_F(RunningShop, IsReportedOnSigusr1AndRunsOn) {
  EXPECT_THAT(server_.err(), Not(HasSubstr("fetch_rate")));
  server_.send(SIGUSR1);
  EXPECT_TRUE(reports_the_culprit()) << server_.err();
  EXPECT_THAT(shop_orders(directory_, 30, 60).out, HasSubstr("30 orders answered"));
  server_.send(SIGTERM);
  const Traced seen = traced(directory_, server_.finish());
  EXPECT_THAT(seen.run.out, HasSubstr("150 orders handled"));
  expect_truth(seen);
}

// Nobody watches any more, and the shop does not care; what was recorded until then can be read.
TEST_F(RunningShop, OutlivesAjar) {
  server_.send(SIGKILL);
  EXPECT_EQ(server_.finish().signal, SIGKILL);
  EXPECT_THAT(shop_orders(directory_, 500, 0).out, HasSubstr("500 orders answered, 0 answered wrongly"));
  const Outcome report = harness::run(ajar(directory_, {"report", "x.ajar"}));
  EXPECT_EQ(report.exit_status, 0) << report.err;
  EXPECT_THAT(report.out, HasSubstr("libpricing.so"));
}

// The folder in which ajar and the agents of its session meet.
std::filesystem::path session_of(pid_t ajar) {
  const std::string start = "ajar-" + std::to_string(ajar) + "-";
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
    if (entry.path().filename().string().starts_with(start)) return entry.path();
  }
  return {};
}

std::ptrdiff_t files_in(const std::filesystem::path& folder) {
  std::error_code gone;  // any other ajar takes the folder of one that has died away
  const std::filesystem::directory_iterator files(folder, gone);
  return gone ? 0 : std::distance(files, {});
}

// Each process claims megabytes, which nobody but ajar gives back.
TEST(KilledAjar, CostsNoMemoryForProcessesThatComeLater) {
  const TempDir directory;
  const std::string loop = "for i in $(seq 500); do /bin/true; (cd /); echo made; done; echo all";
  Running running(ajar_run(directory, {"sh", "-c", loop}));
  ASSERT_TRUE(running.wait_until([&] { return running.out().size() > 20; })) << running.err();
  const std::filesystem::path session = session_of(running.pid());
  ASSERT_FALSE(session.empty());
  running.send(SIGKILL);
  EXPECT_EQ(running.finish().signal, SIGKILL);
  const std::ptrdiff_t left_behind = files_in(session);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!running.out().ends_with("all\n") && std::chrono::steady_clock::now() < until) ::usleep(10'000);
  EXPECT_TRUE(running.out().ends_with("all\n")) << "the program lives on";
  EXPECT_LE(files_in(session), left_behind + 2);  // at most those that were just being made
  std::filesystem::remove_all(session);
}

}  // namespace
}  // namespace ajar::e2e
