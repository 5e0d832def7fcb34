#include "analyze/groups.h"

#include <gtest/gtest.h>

#include <functional>

#include "analyze/fake_recording.h"

namespace ajar::analyze {
namespace {

using report::Verdict;
using Taken = model::Snapshot::Taken;

TEST(Groups, ALeakAlongManyPathsIsOneGroup) {
  FakeRecording recording;
  recording.start();
  const model::ModuleId program = recording.module("/opt/shop-server");
  const model::Frame culprit = recording.frame(program, "open_log");
  std::uint64_t handle = 3;
  for (int path = 0; path < 40; ++path) {
    const model::Frame caller = recording.frame(program, "path_" + std::to_string(path));
    const model::StackId stack = recording.stack({culprit, caller});
    for (int i = 0; i < (path == 17 ? 3 : 1); ++i) recording.open(0.25 * path + 0.01 * i, handle++, stack);
  }
  const report::Process process = recording.only_process(10);
  EXPECT_TRUE(adds_up(process));
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].outstanding, 42U);
  EXPECT_EQ(process.groups[0].stacks, 40U);
  EXPECT_EQ(process.groups[0].verdict, Verdict::leak) << process.groups[0].reason;
  EXPECT_EQ(process.groups[0].stack[1].function, "path_17") << "the commonest";
}

// One function opens three sockets, 3 to 5.
FakeRecording with_three_sockets() {
  FakeRecording recording;
  recording.start();
  const model::StackId fetch = recording.simple_stack("fetch");
  for (std::uint64_t handle = 3; handle < 6; ++handle) recording.open(1, handle, fetch, "tcp socket");
  return recording;
}

// The table that they are in, with what it tells of each.
std::vector<model::Handle> table_of_three(const std::function<void(model::Handle& socket)>& tell) {
  std::vector<model::Handle> table = FakeRecording::streams();
  for (std::uint64_t handle = 3; handle < 6; ++handle)
    tell(table.emplace_back(FakeRecording::handle(handle, "tcp socket")));
  return table;
}

void expect_two_in_close_wait(const FakeRecording& recording) {
  const report::Group group = recording.only_process(10).groups.at(0);
  ASSERT_EQ(group.signs.size(), 1U);
  EXPECT_EQ(group.signs[0].sign, "close_wait");
  EXPECT_EQ(group.signs[0].count, 2U);
}

TEST(Groups, WhatTheTableProvesOfTheHandlesIsToldWithThem) {
  FakeRecording recording = with_three_sockets();
  recording.snapshot(Taken::at_exit, 9, table_of_three([](model::Handle& socket) {
                       socket.facts = {{.key = model::FactKey::socket_state,
                                        .text = socket.value == 5 ? "ESTABLISHED" : "CLOSE_WAIT"}};
                     }));
  expect_two_in_close_wait(recording);
}

// A process's own table at its exit tells no states; what was so a second before is so still.
TEST(Groups, WhatAnEarlierTableProvedForGoodHoldsForTheSameObjectAtExit) {
  FakeRecording recording = with_three_sockets();
  recording.snapshot(Taken::periodic, 8, table_of_three([](model::Handle& socket) {
                       socket.name = "10.0.0.4:443 -> 10.0.0.9:5";
                       socket.facts = {
                           {.key = model::FactKey::inode, .number = 100 + socket.value, .text = {}},
                           {.key = model::FactKey::socket_state, .text = "CLOSE_WAIT"}};
                     }));
  recording.snapshot(Taken::at_exit, 9, table_of_three([](model::Handle& socket) {
                       // the last one is another socket by then
                       const std::uint64_t inode = socket.value == 5 ? 999 : 100 + socket.value;
                       socket.name = "socket:[" + std::to_string(inode) + "]";
                     }));
  expect_two_in_close_wait(recording);
}

TEST(Groups, DifferentCulpritsTypesAndCallsAreDifferentGroups) {
  FakeRecording recording;
  recording.start();
  const model::StackId a = recording.simple_stack("a");
  recording.open(1, 3, a);
  recording.open(1, 4, a, "eventfd");
  recording.open(1, 5, recording.simple_stack("b"));
  EXPECT_EQ(recording.only_process(10).groups.size(), 3U);
}

TEST(Groups, ComeInAFixedOrderLeaksFirstThenTheLargest) {
  FakeRecording recording;
  recording.start();
  const model::StackId pool = recording.simple_stack("pool");
  for (std::uint64_t i = 0; i < 200; ++i) recording.open(0.1 + 0.001 * static_cast<double>(i), 100 + i, pool);
  const model::StackId small = recording.simple_stack("small");
  const model::StackId large = recording.simple_stack("large");
  for (std::uint64_t i = 0; i < 40; ++i) {
    recording.open(0.25 * static_cast<double>(i), 400 + 2 * i, large);
    if (i % 2 == 0) recording.open(0.25 * static_cast<double>(i), 401 + 2 * i, small);
  }
  recording.open(0.2, 3, recording.simple_stack("once"));
  const report::Process process = recording.only_process(10);
  ASSERT_EQ(process.groups.size(), 4U);
  EXPECT_EQ(process.groups[0].culprit->function, "large");
  EXPECT_EQ(process.groups[1].culprit->function, "small");
  EXPECT_EQ(process.groups[2].verdict, Verdict::steady) << process.groups[2].reason;
  EXPECT_EQ(process.groups[3].verdict, Verdict::one_off);
}

TEST(Groups, TotalsCountWhatWasClosedToo) {
  FakeRecording recording;
  recording.start();
  const model::StackId stack = recording.simple_stack("work");
  for (int i = 0; i < 500; ++i) {
    recording.open(0.02 * i, 3, stack);
    if (i < 499) recording.close(0.02 * i + 0.01, 3);
  }
  const report::Process process = recording.only_process(10);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].opened, 500U);
  EXPECT_EQ(process.groups[0].closed, 499U);
  EXPECT_EQ(process.groups[0].verdict, Verdict::steady);
}

TEST(Groups, NamesAreTheMostTellingThatThereAre) {
  FakeRecording recording;
  recording.start();
  const model::StackId stack = recording.simple_stack("connect_it");
  for (std::uint64_t fd = 3; fd < 7; ++fd) recording.open(1, fd, stack, "tcp socket", "asked for");
  model::Event address = recording.event(model::EventKind::address, 1.1, 4, {});
  address.text = recording.text("10.0.0.1:80");
  recording.tell(address);
  auto table = FakeRecording::streams();
  table.push_back(FakeRecording::handle(3, "tcp socket", "socket:[1]"));
  table.back().facts = {{.key = model::FactKey::local_address, .text = "127.0.0.1:51544"},
                        {.key = model::FactKey::peer_address, .text = "127.0.0.1:9000"}};
  table.push_back(FakeRecording::handle(4, "tcp socket", "socket:[2]"));
  table.push_back(FakeRecording::handle(5, "tcp socket", "0.0.0.0:0"));
  table.push_back(FakeRecording::handle(6, "tcp socket", "10.0.0.9:1 -> 10.0.0.8:2"));
  recording.snapshot(Taken::periodic, 2, table);
  const report::Process process = recording.only_process(3);
  ASSERT_EQ(process.groups.size(), 1U);
  ASSERT_EQ(process.groups[0].handles.size(), 4U);
  EXPECT_EQ(process.groups[0].handles[0].name, "127.0.0.1:51544 -> 127.0.0.1:9000");
  EXPECT_EQ(process.groups[0].handles[1].name, "10.0.0.1:80");
  EXPECT_EQ(process.groups[0].handles[2].name, "asked for");
  EXPECT_EQ(process.groups[0].handles[3].name, "10.0.0.9:1 -> 10.0.0.8:2");
}

TEST(Groups, ThreadsAreNamedByTheirNumberAndName) {
  FakeRecording recording;
  recording.start();
  model::Thread thread;
  thread.tid = 77;
  thread.name = "worker";
  const model::ThreadId id = recording.world.threads.add(thread);
  model::Event event = recording.event(model::EventKind::open, 1, 3, recording.simple_stack("f"));
  event.thread = id;
  recording.tell(event);
  const report::Handle handle = recording.only_process(2).groups.at(0).handles.at(0);
  EXPECT_EQ(handle.thread, 77);
  EXPECT_EQ(handle.thread_name, "worker");
  EXPECT_EQ(handle.type, "unknown");
}

}  // namespace
}  // namespace ajar::analyze
