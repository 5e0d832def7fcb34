#include "analyze/tables/details.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

using model::Fact;
using model::FactKey;
using model::Handle;

Fact number(FactKey key, std::uint64_t value) {
  return {.key = key, .number = value, .text = {}};
}

Fact text(FactKey key, const char* value) {
  return {.key = key, .number = 0, .text = value};
}

// Lines of "label: text".
std::vector<std::string> lines(std::vector<Fact> facts) {
  const Handle handle{.value = 19, .type = "x", .name = "", .facts = std::move(facts)};
  std::vector<std::string> lines;
  for (const report::Detail& detail : details_of(handle)) lines.push_back(detail.label + ": " + detail.text);
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Details, ASocketsStateEndpointsAndFlags) {
  EXPECT_EQ(lines({text(FactKey::socket_state, "CLOSE_WAIT"), number(FactKey::last_heard, 41'000),
                   number(FactKey::last_sent, 90'000), text(FactKey::local_address, "10.0.0.4:443"),
                   text(FactKey::peer_address, "10.0.0.9:51544"), number(FactKey::flags, 02004002)}),
            (Lines{"state: CLOSE_WAIT, no packet for 41.0 s", "local, peer: 10.0.0.4:443, 10.0.0.9:51544",
                   "flags: O_RDWR O_NONBLOCK, close-on-exec"}));
}

TEST(Details, AListeningSocketsQueueIsOfConnections) {
  EXPECT_EQ(lines({text(FactKey::socket_state, "LISTEN"), number(FactKey::receive_queue, 3),
                   number(FactKey::send_queue, 128)}),
            (Lines{"state: LISTEN", "queue: 3 connections waiting to be accepted, of at most 128"}));
}

TEST(Details, AFilesPlaceSizeAndNames) {
  EXPECT_EQ(lines({number(FactKey::offset, 12'345), number(FactKey::size, 99'999),
                   number(FactKey::inode, 300), text(FactKey::device, "8:1"), number(FactKey::links, 2)}),
            (Lines{"offset: 12,345 of 99,999 bytes", "inode: 300 on 8:1, 2 names"}));
  EXPECT_EQ(lines({number(FactKey::size, 4096)}), (Lines{"size: 4,096 bytes"}))
      << "not every kind has a place";
}

TEST(Details, WhatIsNotListedOfTheWatchedIsCounted) {
  EXPECT_EQ(lines({number(FactKey::watched, 5), text(FactKey::watch, "fd 7 (EPOLLIN)")}),
            (Lines{"watches: fd 7 (EPOLLIN), … 4 more"}));
  EXPECT_EQ(lines({number(FactKey::watched, 0)}), (Lines{"watches: nothing"}));
}

TEST(Details, ATimersSetting) {
  EXPECT_EQ(lines({text(FactKey::clock, "CLOCK_MONOTONIC"), number(FactKey::expires, 1'500'000'000),
                   number(FactKey::interval, 2'000'000'000)}),
            (Lines{"timer: CLOCK_MONOTONIC, goes off in 1.5 s, then every 2.0 s"}));
  EXPECT_EQ(lines({number(FactKey::expires, 0)}), (Lines{"timer: not set"}));
}

TEST(Details, FlagsThatNoRowNamesAreTold) {
  EXPECT_EQ(flag_words(0), "O_RDONLY");
  EXPECT_EQ(flag_words(0100001), "O_WRONLY");
  EXPECT_EQ(flag_words(std::uint64_t{1} << 40U), "O_RDONLY and 1099511627776");
}

TEST(Details, FactsThatMayBeSeveralAreOneListAndUnknownOnesAreLeftOut) {
  const Handle handle{.value = 1,
                      .type = "file",
                      .name = "/x",
                      .facts = {text(FactKey::also_held_by, "a 1 (fd 3)"), number(FactKey::size, 7),
                                text(FactKey::also_held_by, "b 2 (fd 4)"), number(FactKey{60000}, 1)}};
  const std::vector<report::Fact> facts = facts_of(handle);
  ASSERT_EQ(facts.size(), 2U);
  EXPECT_EQ(facts[0].name, "also_held_by");
  EXPECT_TRUE(facts[0].several);
  EXPECT_EQ(facts[0].texts, (Lines{"a 1 (fd 3)", "b 2 (fd 4)"}));
  EXPECT_EQ(facts[1].number, 7U);
}

}  // namespace
}  // namespace ajar::analyze
