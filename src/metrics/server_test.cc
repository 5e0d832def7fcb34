#include "metrics/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "base/owned_fd.h"

namespace ajar::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

base::OwnedFd connected(std::uint16_t port) {
  base::OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&place), sizeof(place)), 0);
  return socket;
}

// All that comes back.
std::string answer(std::uint16_t port, const std::string& request) {
  const base::OwnedFd socket = connected(port);
  EXPECT_EQ(::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  std::string all;
  std::array<char, 4096> part{};
  for (ssize_t count = 0; (count = ::recv(socket.get(), part.data(), part.size(), 0)) > 0;)
    all.append(part.data(), static_cast<std::size_t>(count));
  return all;
}

std::string get(const Server& server, const std::string& path = "/metrics") {
  return answer(server.address().port, "GET " + path + " HTTP/1.0\r\n\r\n");
}

std::unique_ptr<Server> started() {
  auto server = Server::start({.port = 0});
  EXPECT_TRUE(server.ok());
  return std::move(server).value();
}

report::WatchState state_with(std::uint64_t handles) {
  report::WatchState state;
  state.sweeps = 1;
  state.processes = {{.pid = 7, .name = "init", .handles = handles}};
  return state;
}

TEST(Server, TellsThePortThatItGotAndServesWhatWasShownLast) {
  const auto server = started();
  EXPECT_NE(server->address().port, 0);
  EXPECT_EQ(server->url(), "http://127.0.0.1:" + std::to_string(server->address().port) + "/metrics");
  server->show(state_with(5));
  server->show(state_with(6));
  const std::string told = get(*server);
  EXPECT_THAT(told, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(told, HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_THAT(told, HasSubstr("ajar_handles{process=\"init\",pid=\"7\"} 6\n"));
}

TEST(Server, WhatEndedIsNotServedAnyMore) {
  const auto server = started();
  server->show(state_with(5));
  report::WatchState empty;
  empty.sweeps = 2;
  server->show(std::move(empty));
  EXPECT_THAT(get(*server), Not(HasSubstr("init")));
}

TEST(Server, ServesNothingElse) {
  const auto server = started();
  const std::uint16_t port = server->address().port;
  EXPECT_THAT(get(*server, "/"), StartsWith("HTTP/1.0 404"));
  EXPECT_THAT(get(*server, "/../../etc/passwd"), StartsWith("HTTP/1.0 404"));
  EXPECT_THAT(answer(port, "PUT /metrics HTTP/1.0\r\nContent-Length: 1\r\n\r\nx"),
              StartsWith("HTTP/1.0 405"));
  EXPECT_THAT(answer(port, "\x16\x03\x01\r\n\r\n"), Not(StartsWith("HTTP/1.1 200")));
}

TEST(Server, ClientsThatSayNothingKeepNobodyElseWaitingForEver) {
  const auto server = started();
  server->show(state_with(5));
  std::vector<base::OwnedFd> silent;
  for (int i = 0; i < 4; ++i) silent.push_back(connected(server->address().port));
  EXPECT_THAT(get(*server), HasSubstr("ajar_handles{"));
}

TEST(Server, ShowsWhileOthersAsk) {
  const auto server = started();
  std::thread asking([&] {
    for (int i = 0; i < 50; ++i) EXPECT_THAT(get(*server), StartsWith("HTTP/1.1 200"));
  });
  for (std::uint64_t i = 0; i < 2'000; ++i) server->show(state_with(i));
  asking.join();
}

TEST(Server, APortThatIsTakenIsSaidWithTheWayOut) {
  const auto server = started();
  const auto second = Server::start(server->address());
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message(), HasSubstr("is taken by another program; give another port, or "));
}

TEST(Server, AnAddressOfAnotherMachineIsSaid) {
  const auto server = Server::start({.ipv4 = "192.0.2.1", .port = 0});
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(server.error().message(), HasSubstr("192.0.2.1 is no address of this machine"));
}

}  // namespace
}  // namespace ajar::metrics
