#include "control/message.h"

#include <gtest/gtest.h>

#include <span>

namespace ajar::control {
namespace {

std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

Message some_message() {
  Message message;
  message.fields = {{"label", std::string("any\0byte\xff", 9)}, {"question", "mark"}, {"", "no name"}};
  return message;
}

TEST(Message, ComesOutAsItWentIn) {
  const std::string sent = encoded(some_message());
  const auto parsed = parse_message(bytes(sent));
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  EXPECT_EQ(parsed.value(), some_message());
}

TEST(Message, IsWrittenAsItsDescriptionSays) {
  Message message;
  message.fields["ab"] = "c";
  using namespace std::string_literals;
  EXPECT_EQ(encoded(message),
            "\x0b\0\0\0"
            "\x01\0"
            "\x02\0ab"
            "\x01\0\0\0c"s);
}

TEST(Message, IsWaitedForWhereverItIsCut) {
  const std::string sent = encoded(some_message());
  for (std::size_t size = 0; size < sent.size(); ++size) {
    const auto parsed = parse_message(bytes(sent).first(size));
    ASSERT_TRUE(parsed.ok()) << size;
    EXPECT_EQ(parsed.value(), std::nullopt) << size;
  }
}

TEST(Message, IsRefusedWhereMoreComesThanItSays) {
  EXPECT_FALSE(parse_message(bytes(encoded(some_message()) + "x")).ok());
}

TEST(Message, IsRefusedWhereALengthLeadsBeyondIt) {
  const std::string good = encoded(some_message());
  std::size_t refused = 0;
  for (std::size_t at = 4; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = '\xff';
    refused += parse_message(bytes(bad)).ok() ? 0U : 1U;
  }
  EXPECT_GE(refused, 10U);
}

TEST(Message, IsRefusedAtOnceWhereItWouldBeLargerThanAnyIs) {
  EXPECT_FALSE(parse_message(bytes("\xff\xff\xff\x7f")).ok());
  EXPECT_FALSE(parse_message(bytes("GET / HTTP/1.1\r\n\r\n")).ok());
}

TEST(Message, LeavesOutWhatIsTooLongToBeSent) {
  Message message;
  message.fields = {{"a", "short"}, {"b", std::string(kMaxMessage, 'x')}};
  const std::string sent = encoded(message);
  EXPECT_LE(sent.size(), kMaxMessage);
  const auto parsed = parse_message(bytes(sent));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value()->field("a"), "short");
  EXPECT_EQ(parsed.value()->field("b"), "");
}

}  // namespace
}  // namespace ajar::control
