#include "tables/sockets/sock_diag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>

#include <string>
#include <vector>

#include "tables/sockets/testing/diag_answer.h"

namespace ajar::tables {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::byte> operator+(std::vector<std::byte> a, const std::vector<std::byte>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

struct Read {
  DumpEnd end = DumpEnd::not_yet;
  std::vector<std::size_t> sizes;
};

Read read(Bytes datagram) {
  Read read;
  read.end = read_answers(datagram, [&](Bytes payload) { read.sizes.push_back(payload.size()); });
  return read;
}

const std::vector<std::byte> kEight = DiagAnswer(std::uint64_t{1}).message();
const std::vector<std::byte> kOne = DiagAnswer(std::uint8_t{1}).message();
const std::vector<std::byte> kDone = DiagAnswer(std::uint32_t{0}).message(NLMSG_DONE);
const std::vector<std::byte> kError = DiagAnswer(std::uint32_t{0}).message(NLMSG_ERROR);

TEST(ReadAnswers, HandsOnEachPayloadAndStopsWhereTheKernelIsDone) {
  const Read some = read(kOne + kEight);
  EXPECT_EQ(some.end, DumpEnd::not_yet);
  EXPECT_THAT(some.sizes, ElementsAre(1U, 8U));
  const Read last = read(kEight + kDone + kEight);
  EXPECT_EQ(last.end, DumpEnd::whole);
  EXPECT_THAT(last.sizes, ElementsAre(8U));
}

TEST(ReadAnswers, ARefusalIsAnEndThatIsNotWhole) {
  const Read refused = read(kError);
  EXPECT_EQ(refused.end, DumpEnd::cut_off);
  EXPECT_THAT(refused.sizes, IsEmpty());
}

TEST(ReadAnswers, WhatIsLongerThanTheDatagramIsNotHandedOn) {
  for (std::size_t size = 17; size < kEight.size(); ++size) {
    const Read cut = read(std::span(kEight).first(size));
    EXPECT_EQ(cut.end, DumpEnd::cut_off) << size;
    EXPECT_THAT(cut.sizes, IsEmpty()) << size;
  }
  std::vector<std::byte> shorter_than_its_header = kEight;
  shorter_than_its_header[0] = std::byte{4};
  EXPECT_EQ(read(shorter_than_its_header).end, DumpEnd::cut_off);
}

std::string attributes_of(Bytes bytes) {
  std::string text;
  base::ByteReader in(bytes);
  for_each_attribute(in, [&](std::uint16_t type, Bytes value) {
    text += std::to_string(type) + ":" + std::to_string(value.size()) + " ";
  });
  return text;
}

TEST(Attributes, AreReadAsFarAsTheyAreWhole) {
  const DiagAnswer three = DiagAnswer()
                               .with(1, std::uint8_t{1})
                               .with(0x8002, std::string_view("sixsix"))
                               .with(3, std::uint32_t{1});
  EXPECT_EQ(attributes_of(three.bytes()), "1:1 2:6 3:4 ");
  EXPECT_EQ(attributes_of(three.bytes().first(three.bytes().size() - 1)), "1:1 2:6 ");
  EXPECT_EQ(attributes_of(three.bytes().first(9)), "1:1 ");
  EXPECT_EQ(attributes_of({}), "");
  const rtattr empty{};
  EXPECT_EQ(attributes_of(DiagAnswer(empty).with(1, std::uint32_t{1}).bytes()), "")
      << "one that is shorter than its own header goes on nowhere";
}

TEST(SockDiag, WithoutASocketThereAreNoAnswers) {
  const SockDiag none((base::OwnedFd()));
  EXPECT_FALSE(none.valid());
  EXPECT_FALSE(none.dump(kEight, [](Bytes) { FAIL(); }));
  EXPECT_EQ(none.interface_name(1), "");
}

TEST(SockDiag, NamesInterfaces) {
  const SockDiag diag((base::OwnedFd(SockDiag::make_socket())));
  if (!diag.valid()) GTEST_SKIP() << "this kernel does not tell about sockets";
  EXPECT_EQ(diag.interface_name(1), "lo");
  EXPECT_EQ(diag.interface_name(0), "");
  EXPECT_EQ(diag.interface_name(0x7fffffff), "");
}

}  // namespace
}  // namespace ajar::tables
