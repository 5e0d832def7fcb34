#include "capture/kernel/call_events.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <initializer_list>

#include "capture/testing/world_recorder.h"

namespace ajar::capture::kernel {
namespace {

using model::EventKind;

// Calls that this process might have made, as records of them.
class CallEventsTest : public ::testing::Test {
 protected:
  CallEventsTest() { EXPECT_TRUE(processes_.attach(::getpid()).has_value()); }

  ajar_call call(ajar_call_record kind, std::uint32_t number, std::initializer_list<std::uint64_t> arguments,
                 std::int64_t result = 0) {
    ajar_call made{};
    made.kind = static_cast<ajar_u16>(kind);
    made.number = number;
    made.pid = made.tid = static_cast<ajar_u32>(::getpid());
    made.table = 0x1000;
    made.time = ++time_;
    made.result = result;
    std::ranges::copy(arguments, made.arguments);
    return made;
  }

  void take(ajar_call made, std::string_view payload = {}, ajar_call_payload kind = AJAR_CALL_NOTHING) {
    made.payload = static_cast<ajar_u16>(kind);
    made.payload_length = static_cast<ajar_u32>(payload.size());
    events_.take({.call = made, .frames = {}, .python = {}, .payload = payload, .stack = {}});
  }

  [[nodiscard]] const std::vector<model::Event>& events() const { return recorder_.events; }
  [[nodiscard]] const model::Event& last() const { return recorder_.events.back(); }
  [[nodiscard]] std::string text(model::StringId id) const { return std::string(world().text(id)); }
  [[nodiscard]] const model::World& world() const {
    return const_cast<testing::WorldRecorder&>(recorder_).world();
  }

  testing::WorldRecorder recorder_;
  Processes processes_{recorder_};
  CallEvents events_{recorder_, processes_};
  std::uint64_t time_ = 1000;
};

std::string bytes_of(const auto& value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

TEST_F(CallEventsTest, AnOpenHasItsPathAndItsFlags) {
  take(call(AJAR_CALL_MADE, SYS_openat, {0, 1, O_CLOEXEC}, 5), "/etc/passwd", AJAR_CALL_TEXT);
  EXPECT_EQ(last().kind, EventKind::open);
  EXPECT_EQ(last().handle, 5U);
  EXPECT_EQ(text(last().call), "openat");
  EXPECT_EQ(text(last().type), "file");
  EXPECT_EQ(text(last().text), "/etc/passwd");
  EXPECT_EQ(last().flags, static_cast<std::uint32_t>(O_CLOEXEC));
  EXPECT_EQ(last().time, model::Time(1001));
}

TEST_F(CallEventsTest, AFailedOpenHasItsError) {
  take(call(AJAR_CALL_MADE, SYS_openat, {0, 1, 0}, -EMFILE), "/etc/passwd", AJAR_CALL_TEXT);
  EXPECT_EQ(last().kind, EventKind::failed_open);
  EXPECT_EQ(last().error, EMFILE);
}

TEST_F(CallEventsTest, ASocketIsOfTheTypeThatWasAskedFor) {
  take(call(AJAR_CALL_MADE, SYS_socket, {AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0}, 6));
  EXPECT_EQ(text(last().type), "tcp socket");
  EXPECT_EQ(last().flags, static_cast<std::uint32_t>(SOCK_CLOEXEC));
}

TEST_F(CallEventsTest, AConnectionLearnsItsPeerAlsoWhereItIsUnderWay) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(80);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  take(call(AJAR_CALL_MADE, SYS_connect, {6, 1, sizeof(address)}, -EINPROGRESS), bytes_of(address),
       AJAR_CALL_ADDRESS);
  EXPECT_EQ(last().kind, EventKind::address);
  EXPECT_EQ(text(last().text), "127.0.0.1:80");
  take(call(AJAR_CALL_MADE, SYS_connect, {7, 1, sizeof(address)}, -ECONNREFUSED), bytes_of(address),
       AJAR_CALL_ADDRESS);
  EXPECT_EQ(events().size(), 1U);
}

TEST_F(CallEventsTest, ACloseIsOneBeforeTheKernelActsAndABadOneAfter) {
  take(call(AJAR_CALL_BEGINS, SYS_close, {5}));
  EXPECT_EQ(last().kind, EventKind::close);
  EXPECT_EQ(last().handle, 5U);
  take(call(AJAR_CALL_MADE, SYS_close, {5}, -EBADF));
  EXPECT_EQ(last().kind, EventKind::bad_reference);
  EXPECT_EQ(last().error, EBADF);
  take(call(AJAR_CALL_MADE, SYS_close, {5}, -EIO));
  EXPECT_EQ(last().kind, EventKind::close) << "whatever else it says, it is closed";
}

TEST_F(CallEventsTest, AUseOfWhatIsNotOpenHasItsNumberAndTheCallsName) {
  ajar_call read = call(AJAR_CALL_USED, SYS_read, {7}, -EBADF);
  read.other = 7;
  take(read);
  EXPECT_EQ(last().kind, EventKind::bad_use);
  EXPECT_EQ(last().handle, 7U);
  EXPECT_EQ(last().error, EBADF);
  EXPECT_EQ(text(last().call), "read");
  ajar_call of_32_bits = call(AJAR_CALL_USED, 4, {8}, -EBADF);
  of_32_bits.abi = AJAR_ABI_32;
  of_32_bits.other = 8;
  take(of_32_bits);
  EXPECT_EQ(text(last().call), "write");
  ajar_call control = call(AJAR_CALL_USED, SYS_epoll_ctl, {4, 2, 9}, -EBADF);  // EPOLL_CTL_DEL
  control.other = 9;
  take(control);
  EXPECT_EQ(events().size(), 2U) << "only makes sure that what is closed is not watched";
  control.other = 4;
  take(control);
  EXPECT_EQ(events().size(), 3U) << "its epoll is closed";
  take(call(AJAR_CALL_USED, SYS_getpid, {}, -EBADF));
  EXPECT_EQ(events().size(), 3U) << "no such use";
}

TEST_F(CallEventsTest, Dup2ClosesWhatWasThereWithoutAnybodysAsking) {
  take(call(AJAR_CALL_MADE, SYS_dup2, {5, 9}, 9));
  ASSERT_EQ(events().size(), 2U);
  EXPECT_EQ(events()[0].kind, EventKind::close);
  EXPECT_TRUE(events()[0].implied);
  EXPECT_EQ(events()[0].handle, 9U);
  EXPECT_EQ(events()[1].kind, EventKind::duplicate);
  EXPECT_EQ(events()[1].other, 5U);
  take(call(AJAR_CALL_MADE, SYS_dup2, {5, 5}, 5));
  EXPECT_EQ(events().size(), 2U) << "onto itself: nothing";
}

TEST_F(CallEventsTest, BothEndsOfAPairAreOpened) {
  const std::int32_t both[] = {7, 8};
  take(call(AJAR_CALL_MADE, SYS_pipe2, {1, 0}, 0), bytes_of(both), AJAR_CALL_BYTES);
  ASSERT_EQ(events().size(), 2U);
  EXPECT_EQ(events()[0].handle, 7U);
  EXPECT_EQ(events()[1].handle, 8U);
}

TEST_F(CallEventsTest, ARangeIsClosedUnlessItIsOnlyMarked) {
  take(call(AJAR_CALL_BEGINS, SYS_close_range, {3, ~0U, 0}));
  EXPECT_EQ(last().kind, EventKind::close_range);
  EXPECT_EQ(last().other, 0xffffffffU);
  take(call(AJAR_CALL_MADE, SYS_close_range, {3, ~0U, 0}));
  EXPECT_EQ(events().size(), 1U) << "that was told before";
  take(call(AJAR_CALL_MADE, SYS_close_range, {3, ~0U, 4}));
  EXPECT_EQ(events().size(), 1U) << "CLOSE_RANGE_CLOEXEC";
}

TEST_F(CallEventsTest, WhatMessagesBringIsOpened) {
  alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = {};
  auto* header = reinterpret_cast<cmsghdr*>(control);
  *header = {.cmsg_len = CMSG_LEN(2 * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  const int brought[] = {11, 12};
  std::memcpy(CMSG_DATA(header), brought, sizeof(brought));
  take(call(AJAR_CALL_MADE, SYS_recvmsg, {4, 1, 0}, 1), {control, sizeof(control)}, AJAR_CALL_CONTROL);
  ASSERT_EQ(events().size(), 2U);
  EXPECT_EQ(events()[1].handle, 12U);
}

TEST_F(CallEventsTest, WhatMessagesBringTo32BitProgramsLiesOtherwise) {
  const std::uint32_t control[] = {20, SOL_SOCKET, SCM_RIGHTS, 11, 12};  // length, level, type, two handles
  ajar_call received = call(AJAR_CALL_MADE, 372, {4, 1, 0}, 1);
  received.abi = AJAR_ABI_32;
  take(received, {reinterpret_cast<const char*>(control), sizeof(control)}, AJAR_CALL_CONTROL);
  ASSERT_EQ(events().size(), 2U);
  EXPECT_EQ(events()[0].handle, 11U);
  EXPECT_EQ(events()[1].handle, 12U);
  EXPECT_EQ(text(last().call), "recvmsg");
}

TEST_F(CallEventsTest, OnlySomeCommandsOfFcntlAndRequestsOfIoctlOpen) {
  take(call(AJAR_CALL_MADE, SYS_fcntl, {5, F_DUPFD_CLOEXEC, 100}, 100));
  EXPECT_EQ(last().kind, EventKind::duplicate);
  take(call(AJAR_CALL_MADE, SYS_ioctl, {5, 0x5441, 0}, 101));
  EXPECT_EQ(last().handle, 101U);
  take(call(AJAR_CALL_MADE, SYS_ioctl, {5, 0x5401, 0}, 0));
  EXPECT_EQ(events().size(), 2U);
}

TEST_F(CallEventsTest, ATableOfItsOwnIsACopyOfTheOneThatTheThreadHad) {
  take(call(AJAR_CALL_MADE, SYS_openat, {0, 1, 0}, 5), "/etc/passwd", AJAR_CALL_TEXT);
  const model::TableId shared = last().table;
  ajar_call after = call(AJAR_CALL_BEGINS, SYS_close, {5});
  after.table = 0x2000;
  take(after);
  EXPECT_NE(last().table, shared);
  EXPECT_EQ(world().tables.find(last().table)->copied_from, shared);
}

TEST_F(CallEventsTest, AWishToARingOpensWhenItComesTrue) {
  ajar_call wish = call(AJAR_CALL_WISHED, AJAR_RING_OPEN, {0, 0, O_CLOEXEC});
  wish.other = 0xabc;
  take(wish, "/etc/group", AJAR_CALL_TEXT);
  EXPECT_TRUE(events().empty());
  ajar_call done = call(AJAR_CALL_CAME_TRUE, 0, {}, 14);
  done.other = 0xabc;
  take(done);
  EXPECT_EQ(last().kind, EventKind::open);
  EXPECT_EQ(last().handle, 14U);
  EXPECT_EQ(text(last().text), "/etc/group");
  EXPECT_EQ(last().flags, static_cast<std::uint32_t>(O_CLOEXEC));
  take(done);
  EXPECT_EQ(events().size(), 1U) << "once";
}

TEST_F(CallEventsTest, AWishToCloseWhatIsNotOpenIsABadReferenceWhenItComesToNothing) {
  ajar_call wish = call(AJAR_CALL_WISHED, AJAR_RING_CLOSE, {77});
  wish.other = 0xdef;
  take(wish);
  EXPECT_TRUE(events().empty());
  ajar_call done = call(AJAR_CALL_CAME_TRUE, 0, {}, -EBADF);
  done.other = 0xdef;
  take(done);
  EXPECT_EQ(last().kind, EventKind::bad_reference);
  EXPECT_EQ(last().handle, 77U);
  EXPECT_EQ(last().error, EBADF);
}

TEST_F(CallEventsTest, AChildBeginsWithACopyOfWhatIsOpen) {
  ajar_call fork = call(AJAR_CALL_FORKED, 0, {0x3000});
  fork.other = 4'000'000;
  fork.result = 4'000'000;
  take(fork, "\x0b", AJAR_CALL_NUMBERS_OPEN);
  ASSERT_EQ(recorder_.snapshots.size(), 1U);
  const model::Snapshot start = recorder_.snapshots[0];
  EXPECT_EQ(start.taken, model::Snapshot::Taken::at_start);
  ASSERT_EQ(start.handles.size(), 3U);
  EXPECT_EQ(start.handles[2].value, 3U);
  ajar_call end = call(AJAR_CALL_ENDED, 0, {}, 3 << 8);
  end.pid = end.tid = 4'000'000;
  end.table = 0x3000;
  end.other = AJAR_ENDS_PROCESS | AJAR_ENDS_TABLE;
  take(end, "\x03", AJAR_CALL_NUMBERS_OPEN);
  EXPECT_EQ(recorder_.snapshots.back().taken, model::Snapshot::Taken::at_exit);
  EXPECT_EQ(recorder_.snapshots.back().handles.size(), 2U);
  EXPECT_EQ(world().processes.find(recorder_.world().images.find(start.image)->process)->exit_status, 3);
}

TEST_F(CallEventsTest, WhatIsNotFollowedIsPassedOver) {
  ajar_call other = call(AJAR_CALL_MADE, SYS_openat, {0, 1, 0}, 5);
  other.pid = other.tid = 1'234'567;
  take(other, "/etc/passwd", AJAR_CALL_TEXT);
  EXPECT_TRUE(events().empty());
}

}  // namespace
}  // namespace ajar::capture::kernel
