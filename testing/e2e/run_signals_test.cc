#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

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

}  // namespace
}  // namespace ajar::e2e
