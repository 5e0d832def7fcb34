#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "e2e/nginx.h"
#include "e2e/shop.h"
#include "e2e/traced.h"
#include "harness/needs.h"
#include "harness/victims.h"

// Programs that are right, under load. A tool that cries leak here will not be believed where there is one.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using testing::HasSubstr;
using testing::Not;

void expect_no_leak(const Traced& seen) {
  expect_silence(seen.reported);
  EXPECT_THAT(seen.run.err, Not(HasSubstr("LEAK")));
}

class RightVictim : public testing::TestWithParam<const char*> {};

TEST_P(RightVictim, HasNoLeaksAndNoSuspects) {
  const TempDir directory;
  const Traced seen = trace(directory, harness::victim_command(GetParam()),
                            {"--error-exitcode", "9", "--error-on", "suspect"});
  EXPECT_EQ(seen.run.exit_status, 0) << seen.run.err;
  expect_no_leak(seen);
}

INSTANTIATE_TEST_SUITE_P(Silence, RightVictim,
                         testing::Values("thread_pool", "connection_pool", "churn", "closed_at_end pool"),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::ranges::replace(name, ' ', '_');
                           return name;
                         });

TEST(Silence, OnAServerWhosePluginClosesWhatItOpens) {
  const TempDir directory;
  harness::Running server(
      ajar_run(directory, shop_server(directory, {"--leak", "none", "--requests", "2000"})));
  EXPECT_THAT(shop_orders(directory, 2000, 800).out, HasSubstr("2000 orders answered"));
  const Traced seen = traced(directory, server.finish());
  expect_truth(seen);
  expect_no_leak(seen);
}

void serve_and_stay_silent(const std::string& processes) {
  const TempDir directory;
  configure_nginx(directory, processes);
  harness::Running server(ajar_run(directory, nginx_command(directory)));
  ASSERT_NE(nginx_serves(server, directory), 0) << server.err();
  EXPECT_EQ(request_pages(directory, 30), 3000);
  end_nginx(directory);
  const Traced seen = traced(directory, server.finish());
  EXPECT_EQ(seen.run.exit_status, 0) << seen.run.err;
  expect_no_leak(seen);
}

TEST(Silence, OnNginxServingRequests) {
  AJAR_NEEDS("nginx", "nginx-light");
  AJAR_NEEDS("curl", "curl");
  serve_and_stay_silent("master_process off;\n");
}

TEST(Silence, OnNginxServingRequestsWithWorkerProcesses) {
  AJAR_NEEDS("nginx", "nginx-light");
  AJAR_NEEDS("curl", "curl");
  serve_and_stay_silent("worker_processes 2;\n");
}

TEST(Silence, OnNginxUnderApacheBench) {
  AJAR_NEEDS("nginx", "nginx-light");
  AJAR_NEEDS("ab", "apache2-utils");
  const TempDir directory;
  configure_nginx(directory, "master_process off;\n");
  std::string settings = harness::read_file(directory / "nginx.conf");
  const std::string listen = "listen unix:" + std::string(directory / "socket");
  const std::string port = std::to_string(20000 + ::getpid() % 10000);
  settings.replace(settings.find(listen), listen.size(), "listen 127.0.0.1:" + port);
  harness::write_file(directory / "nginx.conf", settings);
  harness::Running server(ajar_run(directory, nginx_command(directory)));
  ASSERT_TRUE(server.wait_until([&] { return !harness::read_file(directory / "nginx.pid").empty(); }))
      << server.err();
  const Outcome load = harness::run(
      {.words = {"ab", "-q", "-n", "20000", "-c", "20", "http://127.0.0.1:" + port + "/page.html"}});
  EXPECT_THAT(load.out, HasSubstr("Complete requests:      20000")) << load.err;
  EXPECT_THAT(load.out, HasSubstr("Failed requests:        0"));
  end_nginx(directory);
  const Traced seen = traced(directory, server.finish());
  EXPECT_EQ(seen.run.exit_status, 0) << seen.run.err;
  expect_no_leak(seen);
}

TEST(Silence, OnRedisUnderItsBenchmark) {
  AJAR_NEEDS("redis-server", "redis-server");
  AJAR_NEEDS("redis-benchmark", "redis-tools");
  const TempDir directory;
  const std::string socket = directory / "redis.sock";
  harness::Running server(ajar_run(directory, {"redis-server", "--port", "0", "--unixsocket", socket,
                                               "--save", "", "--dir", directory.path()}));
  ASSERT_TRUE(server.wait_until([&] { return std::filesystem::exists(socket); })) << server.err();
  for (int round = 0; round < 3; ++round) {
    const Outcome load = harness::run({.words = {"redis-benchmark", "-s", socket, "-n", "20000", "-c", "30",
                                                 "-q", "-t", "set,get,lpush,lrange_100"}});
    EXPECT_EQ(load.exit_status, 0) << load.err;
  }
  EXPECT_EQ(harness::run({.words = {"redis-cli", "-s", socket, "shutdown", "nosave"}}).exit_status, 0);
  const Traced seen = traced(directory, server.finish());
  EXPECT_EQ(seen.run.exit_status, 0) << seen.run.err;
  expect_no_leak(seen);
}

}  // namespace
}  // namespace ajar::e2e
