#include "capture/kernel/call_record.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

namespace ajar::capture::kernel {
namespace {

// The bytes of a record with so many frames, a payload and so much of a stack.
std::vector<std::uint64_t> made(ajar_call call, std::uint32_t frames, std::string_view payload,
                                std::uint16_t stack) {
  call.frames = frames;
  call.payload_length = static_cast<ajar_u32>(payload.size());
  call.stack_length = stack;
  const std::size_t payload_words = (payload.size() + 7) / 8;
  const std::size_t stack_words = stack == 0 ? 0 : (sizeof(ajar_call_registers) + stack) / 8;
  std::vector<std::uint64_t> words(sizeof(call) / 8 + frames + payload_words + stack_words);
  std::memcpy(words.data(), &call, sizeof(call));
  for (std::uint32_t i = 0; i < frames; ++i) words[sizeof(call) / 8 + i] = 0x1000 + i;
  std::memcpy(words.data() + sizeof(call) / 8 + frames, payload.data(), payload.size());
  return words;
}

std::span<const std::byte> bytes_of(const std::vector<std::uint64_t>& words) {
  return std::as_bytes(std::span(words));
}

TEST(CallRecord, HasFramesPayloadAndStackOneAfterTheOther) {
  const auto words = made({}, 3, "/etc/passwd", 64);
  const auto record = parse_record(bytes_of(words));
  ASSERT_TRUE(record.has_value());
  ASSERT_EQ(record->frames.size(), 3U);
  EXPECT_EQ(record->frames[2], 0x1002U);
  EXPECT_EQ(record->payload, "/etc/passwd");
  EXPECT_EQ(record->stack.bytes.size(), 64U);
}

TEST(CallRecord, HasPythonsFramesBehindTheOthers) {
  ajar_call call{};
  call.python = 2;
  auto words = made(call, 3, "", 0);
  const std::size_t at = words.size();
  words.resize(at + 4);
  for (std::size_t i = 0; i < 4; ++i) words[at + i] = 0x2000 + i;
  words.push_back(0);
  std::memcpy(&words.back(), "path", 4);
  call.frames = 3;
  call.payload_length = 4;
  std::memcpy(words.data(), &call, sizeof(call));
  const auto record = parse_record(bytes_of(words));
  ASSERT_TRUE(record.has_value());
  ASSERT_EQ(record->python.size(), 4U);
  EXPECT_EQ(record->python[0], 0x2000U);
  EXPECT_EQ(record->python[3], 0x2003U);
  EXPECT_EQ(record->payload, "path");
}

TEST(CallRecord, IsNoneWhereItIsShorterThanItsFixedPart) {
  const auto words = made({}, 0, "", 0);
  EXPECT_FALSE(parse_record(bytes_of(words).first(sizeof(ajar_call) - 1)).has_value());
  EXPECT_FALSE(parse_record({}).has_value());
}

TEST(CallRecord, LeavesOutWhatIsNotThere) {
  const auto words = made({}, 3, "/etc/passwd", 64);
  const auto cut = parse_record(bytes_of(words).first(sizeof(ajar_call) + 8 * 3 + 4));
  ASSERT_TRUE(cut.has_value());
  EXPECT_EQ(cut->payload, "/etc");
  EXPECT_TRUE(cut->stack.bytes.empty());
  ajar_call huge{};
  auto lies = made(huge, 0, "", 0);
  huge.frames = huge.payload_length = 0xffffffff;
  huge.stack_length = 0xffff;
  std::memcpy(lies.data(), &huge, sizeof(huge));
  const auto record = parse_record(bytes_of(lies));
  ASSERT_TRUE(record.has_value());
  EXPECT_TRUE(record->frames.empty());
  EXPECT_TRUE(record->payload.empty());
}

}  // namespace
}  // namespace ajar::capture::kernel
