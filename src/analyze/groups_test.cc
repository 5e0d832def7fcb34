#include "analyze/groups.h"

#include <gtest/gtest.h>

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

TEST(Groups, WhatTheTableProvesOfTheHandlesIsToldWithThem) {
  FakeRecording recording;
  recording.start();
  const model::StackId fetch = recording.simple_stack("fetch");
  std::vector<model::Handle> table = FakeRecording::streams();
  for (std::uint64_t handle = 3; handle < 6; ++handle) {
    recording.open(1, handle, fetch, "tcp socket");
    table.push_back(FakeRecording::handle(handle, "tcp socket"));
    table.back().facts.push_back(
        {.key = model::FactKey::socket_state, .text = handle == 5 ? "ESTABLISHED" : "CLOSE_WAIT"});
  }
  recording.snapshot(Taken::at_exit, 9, table);
  const report::Group group = recording.only_process(10).groups.at(0);
  ASSERT_EQ(group.signs.size(), 1U);
  EXPECT_EQ(group.signs[0].sign, "close_wait");
  EXPECT_EQ(group.signs[0].count, 2U);
}

// A process's own table at its exit tells no states; what was so a second before is so still.
TEST(Groups, WhatAnEarlierTableProvedForGoodHoldsForTheSameObjectAtExit) {
  FakeRecording recording;
  recording.start();
  const model::StackId fetch = recording.simple_stack("fetch");
  std::vector<model::Handle> periodic = FakeRecording::streams();
  std::vector<model::Handle> at_exit = FakeRecording::streams();
  for (std::uint64_t handle = 3; handle < 6; ++handle) {
    recording.open(1, handle, fetch, "tcp socket");
    periodic.push_back(FakeRecording::handle(handle, "tcp socket", "10.0.0.4:443 -> 10.0.0.9:5"));
    periodic.back().facts = {{.key = model::FactKey::inode, .number = 100 + handle, .text = {}},
                             {.key = model::FactKey::socket_state, .text = "CLOSE_WAIT"}};
    const std::uint64_t inode = handle == 5 ? 999 : 100 + handle;  // the last one is another socket by then
    at_exit.push_back(FakeRecording::handle(handle, "tcp socket", "socket:[" + std::to_string(inode) + "]"));
  }
  recording.snapshot(Taken::periodic, 8, periodic);
  recording.snapshot(Taken::at_exit, 9, at_exit);
  const report::Group group = recording.only_process(10).groups.at(0);
  ASSERT_EQ(group.signs.size(), 1U);
  EXPECT_EQ(group.signs[0].sign, "close_wait");
  EXPECT_EQ(group.signs[0].count, 2U);
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
