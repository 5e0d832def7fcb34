#include "platform/listening.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/owned_fd.h"

namespace ajar::platform {
namespace {

TEST(Listening, AFreePortMayBeTakenAndOneThatIsTakenMayNot) {
  EXPECT_EQ(why_not_listen("127.0.0.1", 0), std::nullopt);
  const base::OwnedFd taken(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(place);
  auto* const generic = reinterpret_cast<sockaddr*>(&place);
  ASSERT_EQ(::bind(taken.get(), generic, size), 0);
  ASSERT_EQ(::listen(taken.get(), 1), 0);
  ASSERT_EQ(::getsockname(taken.get(), generic, &size), 0);
  EXPECT_EQ(why_not_listen("127.0.0.1", ntohs(place.sin_port)), EADDRINUSE);
}

TEST(Listening, AnAddressThatTheMachineHasNotIsToldByItsError) {
  EXPECT_EQ(why_not_listen("192.0.2.1", 0), EADDRNOTAVAIL);  // of those for examples: RFC 5737
}

TEST(Listening, OnlyNumbersAreAnAddress) {
  EXPECT_TRUE(is_ipv4("0.0.0.0"));
  for (const char* other : {"", "localhost", "127.1", "127.0.0.256", "::1", "127.0.0.1 "})
    EXPECT_FALSE(is_ipv4(other)) << other;
}

}  // namespace
}  // namespace ajar::platform
