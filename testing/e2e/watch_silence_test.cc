#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "e2e/nginx.h"
#include "e2e/silent_watch.h"
#include "harness/needs.h"

// What `ajar watch` says of servers that open and close all the time, and lose nothing.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Running;
using harness::TempDir;

TEST(WatchSilence, OnNginxServingRequests) {
  AJAR_NEEDS("nginx", "nginx-light");
  AJAR_NEEDS("curl", "curl");
  const TempDir directory;
  configure_nginx(directory, "worker_processes 2;\n");
  Running server(Command{.words = nginx_command(directory), .directory = directory.path()});
  const int first = nginx_serves(server, directory);
  ASSERT_NE(first, 0) << server.err();
  ASSERT_TRUE(server.wait_until([&] { return family_of(first).size() == 3; }));
  expect_that_nothing_grows(directory, family_of(first), [&] {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(4);
    while (std::chrono::steady_clock::now() < end) EXPECT_EQ(request_pages(directory, 5), 500);
  });
  end_nginx(directory);
  EXPECT_EQ(server.finish().exit_status, 0);
}

// Thirty connections come, and go again, with each kind of request.
TEST(WatchSilence, OnRedisUnderItsBenchmark) {
  AJAR_NEEDS("redis-server", "redis-server");
  AJAR_NEEDS("redis-benchmark", "redis-tools");
  const TempDir directory;
  const std::string socket = directory / "redis.sock";
  Running server(Command{.words = {"redis-server", "--port", "0", "--unixsocket", socket, "--save", "",
                                   "--dir", directory.path()}});
  ASSERT_TRUE(server.wait_until([&] { return std::filesystem::exists(socket); })) << server.err();
  expect_that_nothing_grows(directory, {std::to_string(server.pid())}, [&] {
    const auto load =
        harness::run(Command{.words = {"redis-benchmark", "-s", socket, "-n", "60000", "-c", "30", "-q", "-t",
                                       "ping,set,get,incr,lpush,lrange_100"}});
    EXPECT_EQ(load.exit_status, 0) << load.err;
  });
  EXPECT_EQ(harness::run(Command{.words = {"redis-cli", "-s", socket, "shutdown", "nosave"}}).exit_status, 0);
  EXPECT_EQ(server.finish().exit_status, 0);
}

}  // namespace
}  // namespace ajar::e2e
