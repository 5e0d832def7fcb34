#include "metrics/listen_address.h"

#include <gtest/gtest.h>

namespace ajar::metrics {
namespace {

TEST(ListenAddress, APortAloneIsTheLoopbacks) {
  for (const char* text : {"9764", ":9764", "localhost:9764", "127.0.0.1:9764"}) {
    const auto address = parse_listen_address(text);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_EQ(address.value().text(), "127.0.0.1:9764") << text;
    EXPECT_TRUE(address.value().is_loopback());
  }
  EXPECT_EQ(parse_listen_address(":0").value().port, 0);
}

TEST(ListenAddress, AnotherAddressHasToBeGiven) {
  EXPECT_FALSE(parse_listen_address("0.0.0.0:9764").value().is_loopback());
  EXPECT_FALSE(parse_listen_address("10.1.2.3:80").value().is_loopback());
}

TEST(ListenAddress, NonsenseIsRefusedInALine) {
  for (const char* text :
       {"", ":", "x", "65536", "-1", " 9764", "127.0.0.1", "127.0.0.1:", "example.org:9764",
        "127.0.0.1:9764x", "1.2.3:5", "\x1b:1", "9764,127.0.0.1:1", "+9764", "9764s"}) {
    const auto address = parse_listen_address(text);
    ASSERT_FALSE(address.ok()) << text;
    EXPECT_EQ(address.error().message().find('\n'), std::string::npos);
  }
  EXPECT_NE(parse_listen_address("[::1]:9764").error().message().find("only IPv4"), std::string::npos);
}

}  // namespace
}  // namespace ajar::metrics
