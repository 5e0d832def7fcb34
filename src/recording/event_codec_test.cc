#include "recording/event_codec.h"

#include <gtest/gtest.h>

#include <random>

namespace ajar::recording {
namespace {

Outcome decode(std::span<const std::byte> payload, std::vector<model::Event>& events) {
  EventDecoder decoder;
  decoder.start(payload);
  std::vector<model::Event> some;
  do {
    decoder.next(some);
    events.insert(events.end(), some.begin(), some.end());
  } while (!some.empty());
  return decoder.outcome();
}

model::Event open_of(std::uint64_t handle, model::Time time) {
  return {.kind = model::EventKind::open,
          .table = model::TableId{1},
          .image = model::ImageId{1},
          .thread = model::ThreadId{1},
          .time = time,
          .handle = handle,
          .stack = model::StackId{7},
          .call = model::StringId{1},
          .type = model::StringId{2},
          .text = {}};
}

// A busy server: twelve threads, an event every 1 to 500 µs, thousands of handles, tens of thousands of
// stacks.
TEST(EventCodec, AnEventWhoseStackIsKnownTakesUnderTwelveBytes) {
  std::mt19937_64 random(1);
  EventEncoder encoder;
  std::uint64_t bytes = 0;
  std::uint64_t events = 0;
  model::Time time{};
  for (; events < 100'000; ++events) {
    time += model::Time(1'000 + random() % 499'000);
    model::Event event = open_of(3 + random() % 8'000, time);
    event.kind = random() % 2 == 0 ? model::EventKind::open : model::EventKind::close;
    event.thread.value = static_cast<std::uint32_t>(1 + random() % 12);
    event.stack.value = static_cast<std::uint32_t>(1 + random() % 60'000);
    event.call.value = static_cast<std::uint32_t>(1 + random() % 20);
    event.type.value = static_cast<std::uint32_t>(1 + random() % 6);
    encoder.add(event);
    if (encoder.payload().size() < kFullPayload) continue;
    bytes += encoder.payload().size() + kBlockHeaderSize;
    encoder.clear();
  }
  bytes += encoder.payload().size() + kBlockHeaderSize;
  EXPECT_LT(static_cast<double>(bytes) / static_cast<double>(events), 12.0);
}

TEST(EventCodec, TimesMayBeAnyAndInAnyOrder) {
  EventEncoder encoder;
  std::vector<model::Event> written;
  for (const auto time : {model::Time::max(), model::Time::min(), model::Time(0), model::Time::max()}) {
    written.push_back(open_of(1, time));
    encoder.add(written.back());
  }
  std::vector<model::Event> read;
  EXPECT_FALSE(decode(encoder.payload(), read).damaged);
  EXPECT_EQ(read, written);
}

// In each block, whatever it had before: numbers of many sizes, and times that go back.
TEST(EventCodec, EventsThatAreSaidToBeAlikeDecodeAsTheyWere) {
  std::mt19937_64 random(2);
  std::vector<model::Event> kinds;
  for (std::uint64_t i = 0; i < 40; ++i) {
    model::Event event = open_of(random() >> (random() % 64), {});
    event.thread.value = static_cast<std::uint32_t>(random() % 5);
    event.other = random() % 2 == 0 ? 0 : random();
    event.stack.value = static_cast<std::uint32_t>(random());
    event.text.value = static_cast<std::uint32_t>(random() % 3);
    kinds.push_back(event);
  }
  EventEncoder encoder;
  for (int block = 0; block < 3; ++block) {
    std::vector<model::Event> written;
    for (int i = 0; i < 2000; ++i) {
      const auto kind = static_cast<std::uint32_t>(random() % kinds.size());
      written.push_back(kinds[kind]);
      written.back().time = model::Time(random() % 1'000'000'000);
      encoder.add(written.back(), kind + 1);
    }
    std::vector<model::Event> read;
    EXPECT_FALSE(decode(encoder.payload(), read).damaged);
    EXPECT_EQ(read, written);
    encoder.clear();
  }
}

TEST(EventCodec, AForgottenLikenessMayMeanAnotherEvent) {
  EventEncoder encoder;
  for (const std::int64_t time : {1, 2, 3}) encoder.add(open_of(5, model::Time(time)), 1);
  encoder.forget_likenesses();
  EXPECT_FALSE(encoder.knows(1));
  encoder.add(open_of(6, model::Time(4)), 1);
  std::vector<model::Event> read;
  decode(encoder.payload(), read);
  ASSERT_EQ(read.size(), 4U);
  EXPECT_EQ(read[2], open_of(5, model::Time(3)));
  EXPECT_EQ(read[3], open_of(6, model::Time(4)));
}

TEST(EventCodec, ABlockDecodesWithoutThoseBeforeIt) {
  EventEncoder encoder;
  encoder.add(open_of(1, model::Time(10)));
  encoder.clear();
  encoder.add(open_of(2, model::Time(20)));
  std::vector<model::Event> read;
  EXPECT_FALSE(decode(encoder.payload(), read).damaged);
  EXPECT_EQ(read, std::vector{open_of(2, model::Time(20))});
}

// An event with every number that this version knows, and one more.
ByteWriter event_of_later_version(std::uint32_t kind) {
  ByteWriter out;
  ByteWriter scratch;
  write_record(out, scratch, End{model::Time(5)});  // a time, as the payload's start is
  out.write_varint(0);
  write_record(out, scratch, Who{.table = model::TableId{1}, .image = {}, .thread = {}});
  out.write_varint(0);
  write_record(out, scratch, What{.kind = kind, .call = {}, .type = {}, .shape = 0b10'0001});
  out.write_zigzag(0);
  out.write_varint(33);   // the handle
  out.write_varint(999);  // whatever the new bit is for
  return out;
}

TEST(EventCodec, NumbersOfLaterVersionsAreLeftOut) {
  std::vector<model::Event> read;
  const ByteWriter bytes = event_of_later_version(1);
  const Outcome outcome = decode(bytes.bytes(), read);
  EXPECT_FALSE(outcome.damaged);
  EXPECT_FALSE(outcome.unknown);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].handle, 33U);
  EXPECT_EQ(read[0].time, model::Time(5));
}

TEST(EventCodec, EventsOfUnknownKindsAreLeftOutAndNoted) {
  std::vector<model::Event> read;
  const ByteWriter bytes = event_of_later_version(200);
  const Outcome outcome = decode(bytes.bytes(), read);
  EXPECT_FALSE(outcome.damaged);
  EXPECT_TRUE(outcome.unknown);
  EXPECT_TRUE(read.empty());
}

TEST(EventCodec, EveryCutOfAPayloadIsDamagedOrWholeEvents) {
  EventEncoder encoder;
  for (std::uint64_t i = 1; i <= 20; ++i) encoder.add(open_of(i * 100, model::Time(i * 1'000)));
  std::size_t whole = 0;
  for (std::size_t length = 1; length < encoder.payload().size(); ++length) {
    std::vector<model::Event> read;
    const Outcome outcome = decode(encoder.payload().first(length), read);
    whole += outcome.damaged ? 0 : 1;
    for (std::size_t i = 0; i < read.size(); ++i) EXPECT_EQ(read[i].handle, (i + 1) * 100);
  }
  EXPECT_EQ(whole, 20U);  // after the start, and after each event but the last
}

TEST(EventCodec, APayloadOfTooManyEventsIsDamaged) {
  EventEncoder encoder;
  for (std::size_t i = 0; i < kMaxItems + 1; ++i) encoder.add(open_of(1, model::Time(0)));
  std::vector<model::Event> read;
  EXPECT_TRUE(decode(encoder.payload(), read).damaged);
  EXPECT_EQ(read.size(), kMaxItems);
}

}  // namespace
}  // namespace ajar::recording
