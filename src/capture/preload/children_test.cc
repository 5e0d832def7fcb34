#include "capture/preload/children.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/testing/temp_tree.h"

namespace ajar::capture::preload {
namespace {

using platform::ProcFs;
using platform::TempTree;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = Announcement::Kind;

constexpr unsigned kWhole = AJAR_ENVIRONMENT_AGENT | AJAR_ENVIRONMENT_SESSION;
const Session kSession{.folder = "/dev/shm/ajar-1-0-x", .user = 1000, .filters = 0};
const Announcer kParent{.own_pid = 10, .pid = 10, .process = model::ProcessId{1}, .image = model::ImageId{1}};

Announcement said(Kind kind, std::int64_t pid, std::uint64_t time) {
  Announcement announcement;
  announcement.kind = kind;
  announcement.pid = pid;
  announcement.time = time;
  announcement.user = kSession.user;
  return announcement;
}

Announcement program(Kind kind, std::int64_t pid, std::uint64_t time, unsigned environment) {
  Announcement announcement = said(kind, pid, time);
  announcement.path = "/bin/sh";
  announcement.environment = environment;
  return announcement;
}

// A process that lives, without a segment, and executes /bin/sh.
void add_process(const TempTree& proc, const std::string& pid, const std::string& maps = {},
                 const std::string& environment = {}) {
  proc.write(pid + "/stat", pid + " (sh) S 10 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 77 23\n");
  proc.write(pid + "/status", "Uid:\t1000\t0\t0\t0\nNSpid:\t" + pid + "\n");
  proc.write(pid + "/maps", maps);
  proc.write(pid + "/environ", environment);
  proc.link(pid + "/exe", "/bin/sh");
}

// All that is to be said in the end, with these processes there.
std::vector<Untraced> at_end(Children& children, const TempTree& proc) {
  return children.look(ProcFs(proc.root()), true);
}

TEST(Children, ThatReportInAreNotAwaited) {
  Children children(kSession);
  children.hear(said(Kind::forked, 20, 100), kParent);
  EXPECT_FALSE(children.empty());
  children.reported_in(20, 20, 101);
  EXPECT_TRUE(children.empty());
}

TEST(Children, ThatReportInBeforeTheirParentSpeaksOfThemAreNotAwaited) {
  Children children(kSession);
  children.reported_in(20, 20, 101);
  children.hear(said(Kind::forked, 20, 100), kParent);
  EXPECT_TRUE(children.empty());
}

TEST(Children, InAPidNamespaceOfTheirOwnReportInByTheNumberThatTheirParentKnows) {
  Children children(kSession);
  children.hear(said(Kind::forked, 20, 100), kParent);
  children.reported_in(1, 20, 101);
  EXPECT_TRUE(children.empty());
}

TEST(Children, WithANumberThatWasAnothersAreAwaited) {
  Children children(kSession);
  children.reported_in(20, 20, 50);
  children.hear(said(Kind::forked, 20, 100), kParent);
  EXPECT_FALSE(children.empty());
}

TEST(Children, ThatAreGoneAreJudgedByWhatWasSaid) {
  const TempTree nothing{};
  Children children(kSession);
  children.hear(program(Kind::spawned, 20, 100, AJAR_ENVIRONMENT_SESSION), kParent);
  children.hear(program(Kind::spawned, 21, 100, AJAR_ENVIRONMENT_AGENT), kParent);
  children.hear(program(Kind::spawned, 22, 100, kWhole), kParent);
  children.hear(said(Kind::forked, 23, 100), kParent);
  const std::vector<Untraced> found = at_end(children, nothing);
  ASSERT_THAT(found, SizeIs(4));
  EXPECT_THAT(found[0].reason, HasSubstr("LD_PRELOAD"));
  EXPECT_EQ(found[0].path, "/bin/sh");
  EXPECT_TRUE(found[0].ended);
  EXPECT_THAT(found[1].reason, HasSubstr("AJAR_SESSION"));
  EXPECT_THAT(found[2].reason, HasSubstr("ended before"));
  EXPECT_THAT(found[3].reason, HasSubstr("before it had made a call"));
  EXPECT_EQ(found[3].path, "");
}

TEST(Children, ThatLiveAreJudgedByWhatTheyAre) {
  const TempTree proc{};
  add_process(proc, "20", "", "PATH=/bin\0");
  Children children(kSession);
  children.hear(program(Kind::spawned, 20, 100, kWhole), kParent);
  const std::vector<Untraced> found = at_end(children, proc);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].reason, HasSubstr("environment"));
  EXPECT_EQ(found[0].start_ticks, 77U);
  EXPECT_FALSE(found[0].ended);
}

TEST(Children, OfAnotherUserAreSaidToBe) {
  const TempTree nothing{};
  Children children(kSession);
  Announcement other = program(Kind::spawned, 20, 100, kWhole);
  other.user = 65534;
  children.hear(other, kParent);
  EXPECT_THAT(at_end(children, nothing).at(0).reason, HasSubstr("uid 65534"));
}

TEST(Children, ThatCouldMakeNoSegmentSayWhy) {
  const TempTree proc{};
  add_process(proc, "20", "7f00-7f01 rw-s 0 00:1 1 /dev/shm/ajar-1-0-x/key (deleted)\n");
  Children children(kSession);
  Announcement refused = said(Kind::refused, 20, 100);
  refused.error = ENOSPC;
  children.hear(refused, kParent);
  EXPECT_EQ(at_end(children, proc).at(0).reason, "/dev/shm is full");
}

TEST(Children, GivenUpAreNotSpokenOfAgain) {
  const TempTree nothing{};
  Children children(kSession);
  children.hear(program(Kind::executes, 20, 110, 0), kParent);  // a vfork child
  const std::vector<Untraced> found = at_end(children, nothing);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_TRUE(children.give_up(found[0]));
  children.hear(said(Kind::vforked, 20, 100), kParent);  // its parent goes on
  EXPECT_TRUE(children.empty());
}

TEST(Children, ThatReportInAtTheLastMomentAreNotGivenUp) {
  const TempTree nothing{};
  Children children(kSession);
  children.hear(said(Kind::forked, 20, 100), kParent);
  const std::vector<Untraced> found = at_end(children, nothing);
  ASSERT_THAT(found, SizeIs(1));
  children.reported_in(20, 20, 101);
  EXPECT_FALSE(children.give_up(found[0]));
}

TEST(Exec, ThatFailsChangesNothing) {
  Children children(kSession);
  children.hear(program(Kind::executes, 10, 100, 0), kParent);
  children.hear(said(Kind::exec_failed, 10, 101), kParent);
  EXPECT_TRUE(children.empty());
}

TEST(Exec, ThatHasNotHappenedYetIsWaitedFor) {
  const TempTree proc{};
  add_process(proc, "10", "7f00-7f01 rw-s 0 00:1 1 /dev/shm/ajar-1-0-x/key (deleted)\n");
  Children children(kSession);
  children.hear(program(Kind::executes, 10, 100, 0), kParent);
  EXPECT_THAT(at_end(children, proc), IsEmpty());
  EXPECT_FALSE(children.empty());
}

TEST(Exec, IntoAProgramWithoutAnAgentIsTheProcessItself) {
  const TempTree proc{};
  add_process(proc, "10");
  Children children(kSession);
  children.hear(program(Kind::executes, 10, 100, 0), kParent);
  const std::vector<Untraced> found = at_end(children, proc);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_TRUE(found[0].itself);
  EXPECT_EQ(found[0].since, 100U);
}

// While a process becomes a program it shows no environment yet.
TEST(Children, ThatShowNoEnvironmentHaveTheOneThatWasAnnounced) {
  const TempTree proc{};
  add_process(proc, "20");
  add_process(proc, "21");
  Children children(kSession);
  children.hear(program(Kind::spawned, 20, 100, 0), kParent);
  Announcement filtered = program(Kind::spawned, 21, 101, kWhole);
  filtered.sandboxed = true;
  children.hear(filtered, kParent);
  const std::vector<Untraced> found = at_end(children, proc);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(found[0].reason, HasSubstr("environment"));
  EXPECT_THAT(found[1].reason, HasSubstr("seccomp"));
}

TEST(Strangers, AreChildrenThatNobodyHasSpokenOf) {
  const TempTree proc{};
  add_process(proc, "20");
  add_process(proc, "21");
  Children children(kSession);
  children.reported_in(20, 20, 100);
  children.look_for_strangers(ProcFs(proc.root()), {kParent});
  const std::vector<Untraced> found = at_end(children, proc);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].pid, 21);
  EXPECT_THAT(found[0].reason, HasSubstr("environment"));
}

TEST(Strangers, ThatReportInAfterAllAreNone) {
  const TempTree proc{};
  add_process(proc, "20");
  Children children(kSession);
  children.look_for_strangers(ProcFs(proc.root()), {kParent});
  children.reported_in(20, 20, 100);
  EXPECT_TRUE(children.empty());
}

TEST(ShellOfTheCLibrary, IsSpokenOfOnlyWhereSomethingSpeaksAgainstIt) {
  const TempTree nothing{};
  Children children(kSession);
  children.hear(program(Kind::spawned, 0, 100, kWhole), kParent);
  children.hear(program(Kind::spawned, 0, 100, 0), kParent);
  const std::vector<Untraced> found = at_end(children, nothing);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].pid, 0);
}

TEST(ShellOfTheCLibrary, IsFoundAmongTheChildrenOfItsParent) {
  const TempTree proc{};
  add_process(proc, "20", "7f00-7f01 rw-s 0 00:1 1 /dev/shm/ajar-1-0-x/key (deleted)\n");
  add_process(proc, "21");
  Children children(kSession);
  children.hear(program(Kind::spawned, 0, 100, 0), kParent);
  EXPECT_EQ(at_end(children, proc).at(0).pid, 21);
}

}  // namespace
}  // namespace ajar::capture::preload
