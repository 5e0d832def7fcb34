#include "base/byte_reader.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <vector>

namespace ajar::base {
namespace {

std::vector<std::byte> bytes(std::initializer_list<unsigned> values) {
  std::vector<std::byte> out;
  for (const unsigned v : values) out.push_back(static_cast<std::byte>(v));
  return out;
}

TEST(ByteReader, ReadsLittleEndianIntegers) {
  const auto data = bytes({0x34, 0x12, 0xff, 0xff, 0xff, 0xff});
  ByteReader in(data);
  EXPECT_EQ(in.read<std::uint16_t>(), 0x1234);
  EXPECT_EQ(in.read<std::int32_t>(), -1);
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.remaining(), 0U);
}

TEST(ByteReader, FailsForGoodOnTheFirstReadPastTheEnd) {
  const auto data = bytes({1, 2, 3});
  ByteReader in(data);
  EXPECT_EQ(in.read<std::uint32_t>(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.read<std::uint8_t>(), 0U);
  EXPECT_TRUE(in.bytes(1).empty());
}

TEST(ByteReader, DoesNotWrapWhenACountIsHuge) {
  const auto data = bytes({1, 2, 3});
  ByteReader in(data);
  in.skip(1);
  EXPECT_TRUE(in.bytes(~std::uint64_t{0}).empty());
  EXPECT_FALSE(in.ok());
}

TEST(ByteReader, ReadsVarintsOfEveryLength) {
  const auto data =
      bytes({0x00, 0x7f, 0x80, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01});
  ByteReader in(data);
  EXPECT_EQ(in.read_varint(), 0U);
  EXPECT_EQ(in.read_varint(), 127U);
  EXPECT_EQ(in.read_varint(), 128U);
  EXPECT_EQ(in.read_varint(), ~std::uint64_t{0});
  EXPECT_TRUE(in.ok());
}

// Whatever stands behind it, much, little or nothing.
TEST(ByteReader, ReadsEachBitOfAVarint) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (std::size_t behind = 0; behind < 10; ++behind) {
      const std::uint64_t value = std::uint64_t{1} << bit;
      std::vector<std::byte> bytes;
      for (std::uint64_t rest = value; rest != 0; rest >>= 7U)
        bytes.push_back(static_cast<std::byte>(rest < 0x80 ? rest : (rest & 0x7fU) | 0x80U));
      const std::size_t length = bytes.size();
      bytes.resize(length + behind, std::byte{0xff});
      ByteReader in(bytes);
      EXPECT_EQ(in.read_varint(), value);
      EXPECT_EQ(in.position(), length);
    }
  }
}

TEST(ByteReader, ReadsSignedVarintsOfEveryLength) {
  const auto data = bytes(
      {0x02, 0x7e, 0xff, 0x00, 0x81, 0x7f, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f, 0x80});
  ByteReader in(data);
  EXPECT_EQ(in.read_signed_varint(), 2);
  EXPECT_EQ(in.read_signed_varint(), -2);
  EXPECT_EQ(in.read_signed_varint(), 127);
  EXPECT_EQ(in.read_signed_varint(), -127);
  EXPECT_EQ(in.read_signed_varint(), std::numeric_limits<std::int64_t>::min());
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.read_signed_varint(), 0);
  EXPECT_FALSE(in.ok());
}

TEST(ByteReader, RefusesAVarintOfMoreThan64Bits) {
  const auto data = bytes({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02});
  ByteReader in(data);
  in.read_varint();
  EXPECT_FALSE(in.ok());
}

TEST(ByteReader, ReadsZigzag) {
  const auto data = bytes({0, 1, 2, 3});
  ByteReader in(data);
  EXPECT_EQ(in.read_zigzag(), 0);
  EXPECT_EQ(in.read_zigzag(), -1);
  EXPECT_EQ(in.read_zigzag(), 1);
  EXPECT_EQ(in.read_zigzag(), -2);
}

TEST(ByteReader, CStringNeedsItsNul) {
  const auto data = bytes({'a', 'b', 0, 'c'});
  ByteReader in(data);
  EXPECT_EQ(in.c_string(), "ab");
  EXPECT_EQ(in.c_string(), "");
  EXPECT_FALSE(in.ok());
}

}  // namespace
}  // namespace ajar::base
