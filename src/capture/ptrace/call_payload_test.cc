#include "capture/ptrace/call_payload.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "capture/ptrace/stopped_thread.h"
#include "wire/socket_calls.h"

namespace ajar::capture::ptrace {
namespace {

// Of this process's own memory, into memory in which something else was before.
std::vector<std::byte> payload_of(ajar_call_payload kind, const ajar_call& call) {
  std::vector<std::byte> room(AJAR_CALL_PAYLOAD, std::byte{0xff});
  ajar_call_plan plan{};
  plan.payload = static_cast<ajar_u8>(kind);
  room.resize(read_payload(::gettid(), plan, call, room));
  return room;
}

// struct clone_args has grown over the years: the caller says how much of it there is.
TEST(CallPayload, OfAShorterClone3IsZeroWhereNothingWasGiven) {
  const int pidfd = 7;
  std::array<std::uint64_t, 11> arguments{};
  arguments.fill(~std::uint64_t{0});
  arguments[1] = reinterpret_cast<std::uint64_t>(&pidfd);
  constexpr std::size_t kFirstVersion = 64;
  ajar_call call{};
  call.arguments[0] = reinterpret_cast<std::uint64_t>(arguments.data());
  call.arguments[1] = kFirstVersion;
  const std::vector<std::byte> payload = payload_of(AJAR_CALL_CLONE3, call);
  ASSERT_EQ(payload.size(), sizeof(arguments) + 2 * sizeof(int));
  EXPECT_EQ(std::memcmp(payload.data(), arguments.data(), kFirstVersion), 0);
  const auto is_zero = [](std::byte byte) { return byte == std::byte{0}; };
  EXPECT_TRUE(std::all_of(payload.begin() + kFirstVersion, payload.begin() + sizeof(arguments), is_zero));
  EXPECT_EQ(std::memcmp(payload.data() + sizeof(arguments), &pidfd, sizeof(pidfd)), 0);
  EXPECT_TRUE(std::all_of(payload.end() - sizeof(int), payload.end(), is_zero));
}

Call socket_call(std::uint32_t which, const std::uint32_t* arguments) {
  return {.number = AJAR_SOCKET_CALL,
          .abi = AJAR_ABI_32,
          .arguments = {which, reinterpret_cast<std::uint64_t>(arguments)}};
}

// Its number is that which the call has of its own for 32-bit programs.
TEST(ASocketCall, IsTheCallThatItStandsForWithTheArgumentsFromMemory) {
  const std::array<std::uint32_t, 6> arguments = {4, 0xffff'd000, 0x4000, 7, 8, 9};
  const Call received = unpacked(::gettid(), socket_call(17, arguments.data()));
  EXPECT_EQ(received.number, 372U) << "recvmsg";
  EXPECT_EQ(received.arguments[1], 0xffff'd000U);
  const Call accepted = unpacked(::gettid(), socket_call(5, arguments.data()));
  EXPECT_EQ(accepted.number, 364U) << "accept is accept4";
  EXPECT_EQ(accepted.arguments[3], 0U) << "without flags";
}

TEST(ASocketCall, StaysOneWhereNothingIsKnownOfIt) {
  const std::array<std::uint32_t, 6> arguments{};
  for (const std::uint32_t which : {0U, 21U, ~0U})
    EXPECT_EQ(unpacked(::gettid(), socket_call(which, arguments.data())).number, AJAR_SOCKET_CALL);
  EXPECT_EQ(unpacked(::gettid(), socket_call(17, nullptr)).number, AJAR_SOCKET_CALL) << "no such memory";
  EXPECT_EQ(unpacked(::gettid(), {.number = AJAR_SOCKET_CALL}).number, AJAR_SOCKET_CALL) << "of 64 bits";
}

}  // namespace
}  // namespace ajar::capture::ptrace
