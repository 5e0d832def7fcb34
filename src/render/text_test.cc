#include "render/text.h"

#include <gtest/gtest.h>

#include <sstream>

#include "render/fake_report.h"

namespace ajar::render {
namespace {

std::string screen(const report::Report& report, const TextOptions& options = {}) {
  std::ostringstream out;
  text(report, options, out);
  return out.str();
}

TEST(Text, ALeakingServer) {
  EXPECT_EQ(screen(fake::leaking_server()),
            R"(ajar: shop-server (pid 4121) ran 62.4 s, 812 handles open at the end

 1. LEAK  805 × tcp socket, 13.0/s and growing
    libpricing.so  fetch_rate()  pricing.cpp:41
    package libpricing1 2.0-1, build id 4f2a99, /opt/shop/libpricing.so
        __socket      +0x10a2b7       libc.so.6
        fetch_rate    pricing.cpp:41  libpricing.so
        handle_order  server.cpp:118  shop-server
        worker        server.cpp:77   shop-server
    opened 805, closed 0; oldest 61.9 s, newest 0.1 s
    leak: opens go on to the end of the run, the last 0.1 s before it, and none was closed
    for example fd 19: 127.0.0.1:51544 -> 127.0.0.1:9000
 not leaks: 3 inherited, 4 opened once at start and kept
coverage: 812 of 812 open handles explained, 0 events lost; compared with the kernel's table at exit
)");
}

TEST(Text, WhatOfBeforeIsProbablyTheSameCodesIsOneLine) {
  report::Report report = fake::leaking_server();
  report.processes[0].groups[0].probably_before = {
      .count = 13'900, .share = 0.98, .like = "10.0.0.4:* -> 10.0.0.9:443"};
  EXPECT_NE(screen(report).find("    probably also 13,900 from before: tcp socket 10.0.0.4:* -> 10.0.0.9:443 "
                                "(of those that came since and stay, 98 % are this code's)\n"),
            std::string::npos);
}

TEST(Text, OfAProcessThatWasThereBeforeOnlyTheWatchingIsTimed) {
  report::Report report = fake::leaking_server();
  report.processes[0].attached = true;
  EXPECT_TRUE(screen(report).starts_with(
      "ajar: shop-server (pid 4121) was watched for 62.4 s, 812 handles open at the end\n"));
}

TEST(Text, SeveralFindingsAndProcesses) {
  EXPECT_EQ(screen(fake::many_troubles()), R"(ajar: sh (pid 10) ran 3 min 12 s, 3 handles open at the end
 no leaks: whatever was opened was closed again
 not leaks: 3 inherited
coverage: 3 of 3 open handles explained, 0 events lost; compared with the kernel's table 0.7 s before the end

ajar: worker (pid 11) ran 3 min 12 s until killed by signal 9, 1,240 handles open at the end

 1. LEAK  1,024 × file, grew by 5.0/s until 20.0 s before the end
    worker+0x2010
        open64           +0x1000   libc.so.6
        near load_thing  +0x2010   worker
        parse            parse.cc  worker (inlined)
        main             +0x2100   worker
    reached along 40 paths, of which this is the commonest
    opened 1,024, closed 0; oldest 2 min 40 s, newest 20.0 s
    leak: grew by 1,024 while the process was active

 2. SUSPECT  5 × eventfd
    no module to blame: every known frame is the system's
        eventfd  +0x1100  libc.so.6
        (deeper frames were cut)
    opened 9, closed 4; oldest 10.0 s, newest 1.0 s
    suspect: only 5 so far
    for example fd 44: it\x1b[31m

 CLOSED TWICE  fd 7 for example, 12 times
        close    +0x1200  libc.so.6
        destroy  +0x2200  worker
    it had been closed by
        close        +0x1200  libc.so.6
        shutdown_it  +0x2300  worker
    and opened by
        open64   +0x1000  libc.so.6
        open_it  +0x2400  worker

 AT THE LIMIT  open64 failed 31 times, first at 1 min 40 s: EMFILE: too many open files
    worker  open_it()
    for example /data/x
 not leaks: 120 open before tracking began, 88 in use, pooled or cached (2 places)
 left out by filters and suppressions: 1 handle in 1 group
coverage: 1,118 of 1,240 open handles explained, 17 events lost; never compared with the kernel's table: events are all there is
  opened unseen: fd 90, pipe pipe:[1]
  opened unseen: fd 91, unknown
    events were lost, and these openings may be among them
2 more processes, nothing to report: sed (12), awk (13)
ajar: static-tool (pid 14) was not traced: statically linked; nothing is known of its handles
warning: 12 bytes were damaged
)");
}

TEST(Text, TopCutsTheFindingsAndSaysSo) {
  report::Report report = fake::leaking_server();
  for (int i = 0; i < 4; ++i) report.processes[0].groups.push_back(report.processes[0].groups[0]);
  const std::string cut = screen(report, {.top = 2});
  EXPECT_NE(cut.find(" 2. LEAK"), std::string::npos);
  EXPECT_EQ(cut.find(" 3. LEAK"), std::string::npos);
  EXPECT_NE(cut.find(" … 3 more groups (--top 0)\n"), std::string::npos);
  EXPECT_NE(screen(report, {.top = 0}).find(" 5. LEAK"), std::string::npos);
}

TEST(Text, DeepStacksAreCutUnlessAskedFor) {
  report::Report report = fake::leaking_server();
  report::Stack& stack = report.processes[0].groups[0].stack;
  stack.resize(2);
  for (int i = 0; i < 20; ++i) stack.push_back(fake::frame("f" + std::to_string(i), "shop-server", 100));
  stack.push_back(fake::system_frame("start_thread", "libc.so.6", 5));
  const std::string cut = screen(report);
  EXPECT_NE(cut.find("        f5 "), std::string::npos);
  EXPECT_EQ(cut.find("        f6 "), std::string::npos);
  EXPECT_NE(cut.find("        … 14 more frames (--full-stacks)\n"), std::string::npos);
  const std::string full = screen(report, {.full_stacks = true});
  EXPECT_NE(full.find("        f19 "), std::string::npos);
  EXPECT_NE(full.find("        start_thread"), std::string::npos) << "the system's outermost frames too";
}

TEST(Text, TheCulpritIsShownHoweverDeepItLies) {
  report::Report report = fake::leaking_server();
  report::Stack& stack = report.processes[0].groups[0].stack;
  for (int i = 0; i < 15; ++i) stack.insert(stack.begin(), fake::system_frame("inner", "libc.so.6", 7));
  EXPECT_NE(screen(report).find("        fetch_rate"), std::string::npos);
}

TEST(Text, ARecursionIsOneLine) {
  report::Report report = fake::leaking_server();
  report::Stack& stack = report.processes[0].groups[0].stack;
  stack.insert(stack.begin() + 1, 40, fake::frame("descend", "shop-server", 5, "/src/tree.cpp", 9));
  for (const bool full : {false, true}) {
    const std::string shown = screen(report, {.full_stacks = full});
    const std::size_t at = shown.find("        descend ");
    ASSERT_NE(at, std::string::npos) << shown;
    EXPECT_EQ(shown.find("        descend ", at + 1), std::string::npos) << shown;
    EXPECT_NE(shown.find("shop-server  × 40\n"), std::string::npos) << shown;
    EXPECT_NE(shown.find("        handle_order "), std::string::npos) << shown;
  }
}

TEST(Text, TheInterpretersOwnFramesAreCountedOnly) {
  report::Report report = fake::leaking_server();
  report::Stack& stack = report.processes[0].groups[0].stack;
  report::Frame of_runtime = fake::frame("PyObject_Call", "python3.11", 5);
  of_runtime.runtime = true;
  stack.insert(stack.begin() + 1, 3, of_runtime);
  const std::string shown = screen(report);
  EXPECT_EQ(shown.find("PyObject_Call"), std::string::npos) << shown;
  EXPECT_NE(shown.find("        … 3 frames of the interpreter (--full-stacks)\n"), std::string::npos)
      << shown;
  EXPECT_NE(screen(report, {.full_stacks = true}).find("PyObject_Call"), std::string::npos);
}

TEST(Text, LongFunctionNamesDoNotPushTheOtherColumnsAway) {
  report::Report report = fake::leaking_server();
  report.processes[0].groups[0].stack[1].function = std::string(300, 'x');
  std::istringstream lines(screen(report, {.width = 80}));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("        ")) {
      EXPECT_LE(line.size(), 80U + 2) << line;  // the cut mark is three bytes wide
    }
  }
}

TEST(Text, CodeInNoModuleIsAnAddressOrAName) {
  report::Report report = fake::leaking_server();
  report::Stack& stack = report.processes[0].groups[0].stack;
  report::Frame unnamed = fake::frame("", "", 0x7f0012345678);
  unnamed.match = report::Match::none;
  stack.insert(stack.begin(), {fake::frame("void A.open(int)", "", 0x7f0000001000),
                               fake::frame("leak", "", 0x7f0000002000, "/srv/app.js", 7), unnamed});
  const std::string shown = screen(report, {.full_stacks = true});
  EXPECT_NE(shown.find("        A.open\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("app.js:7\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find(" 0x7f0012345678\n"), std::string::npos) << shown;
}

TEST(Text, ColourIsOnlyThereWhenAskedFor) {
  EXPECT_EQ(screen(fake::leaking_server()).find('\033'), std::string::npos);
  EXPECT_NE(screen(fake::leaking_server(), {.colour = true}).find("\033[1;31mLEAK\033[0m"),
            std::string::npos);
}

TEST(Text, SaysHowUnseenHandlesMayHaveComeToBe) {
  report::Report report;
  report::Coverage& coverage = report.processes.emplace_back().coverage;
  coverage.unseen = 1;
  coverage.unseen_handles.emplace_back();
  EXPECT_EQ(screen(report).find("by no call"), std::string::npos);
  coverage.unseen_because = report::Unseen::past_the_library;
  EXPECT_NE(screen(report).find("by no call that ajar watches: system calls of the program's own"),
            std::string::npos);
  EXPECT_NE(screen(report).find("inner ways of the C library"), std::string::npos);
  coverage.unseen_because = report::Unseen::io_uring;
  EXPECT_NE(screen(report).find(
                "by no call that ajar watches: the process has an io_uring, which the kernel may open by"),
            std::string::npos);
  coverage.unseen_handles.clear();  // left out by a filter
  EXPECT_EQ(screen(report).find("by no call"), std::string::npos);
}

TEST(Text, NoLeaksIsNeverClaimedBeyondWhatWasSeen) {
  report::Report report;
  report::Process& process = report.processes.emplace_back();
  process.coverage.compared = "exit";
  EXPECT_NE(screen(report).find("no leaks: whatever was opened was closed again"), std::string::npos);
  process.coverage.unseen = 2;
  EXPECT_NE(screen(report).find("no leaks among what was seen; 2 handles were opened unseen"),
            std::string::npos);
  process.coverage.lost_events = 1;
  EXPECT_NE(screen(report).find("that proves nothing"), std::string::npos);
  process.not_traced = "setuid";
  EXPECT_EQ(screen(report).find("no leaks"), std::string::npos);
  EXPECT_NE(screen(report).find("was not traced: setuid"), std::string::npos);
}

TEST(Text, ALossThatNobodyCouldCountMayBeLarger) {
  report::Report report;
  report::Process& process = report.processes.emplace_back();
  process.coverage.lost_events = 1;
  EXPECT_NE(screen(report).find("explained, 1 event lost"), std::string::npos) << screen(report);
  process.coverage.lost_at_least = true;
  EXPECT_NE(screen(report).find("explained, at least 1 event lost"), std::string::npos) << screen(report);
}

TEST(Text, NoLeaksIsClaimedOnlyOfWhatIsToldWhereSomethingIsLeftOut) {
  report::Report report;
  report::Process& process = report.processes.emplace_back();
  process.groups.emplace_back().suppressed_by = "--type";
  EXPECT_NE(screen(report).find("\n no leaks among what is told\n"), std::string::npos);
  process.coverage.unseen = 2;
  EXPECT_NE(screen(report).find("\n no leaks among what was seen; 2 handles"), std::string::npos);
}

// What could not be read may be the open of a leak as well as the close of what looks like one.
TEST(Text, NoLeaksIsNotClaimedOfADamagedRecording) {
  report::Report report;
  report.extent = report::Extent::damaged;
  report.processes.emplace_back();
  const std::string words = " no leaks among what could be read: that proves nothing\n";
  EXPECT_NE(screen(report).find(words), std::string::npos) << screen(report);
  report.processes[0].groups.emplace_back().verdict = report::Verdict::one_off;
  EXPECT_NE(screen(report).find(words), std::string::npos) << screen(report);
  report.processes[0].groups[0].verdict = report::Verdict::leak;
  EXPECT_EQ(screen(report).find("no leaks"), std::string::npos) << screen(report);
}

TEST(Text, NoLeaksIsClaimedUpToWhereARecordingEndsThatNobodyFinished) {
  report::Report report;
  report.extent = report::Extent::unfinished;
  report::Process& process = report.processes.emplace_back();
  EXPECT_NE(screen(report).find(" no leaks: whatever was opened was closed again\n"), std::string::npos)
      << "its end was recorded";
  process.running = true;
  EXPECT_NE(
      screen(report).find(" no leaks up to where the recording ends: whatever was opened was closed again\n"),
      std::string::npos);
  process.groups.emplace_back().verdict = report::Verdict::steady;
  EXPECT_NE(screen(report).find(" no leaks up to where the recording ends: nothing that stays open"),
            std::string::npos);
  process.coverage.lost_events = 1;
  EXPECT_NE(screen(report).find("that proves nothing"), std::string::npos);
}

TEST(Text, ASweepOfClosesIsNoFinding) {
  report::Report report = fake::leaking_server();
  report.processes[0].bad_closes.push_back({.count = 1000,
                                            .sweep = true,
                                            .noise = true,
                                            .stack = {},
                                            .closed_by = {},
                                            .opened_by = {},
                                            .noticed_by = {}});
  EXPECT_EQ(screen(report).find("CLOSED"), std::string::npos);
  EXPECT_NE(screen(report).find(" not bugs: 1,000 closes of what was not open, made to be sure (1 place)\n"),
            std::string::npos);
}

TEST(Text, ALeakThatWasClosedAsTheProgramEndedSaysSo) {
  report::Report report = fake::leaking_server();
  report::Group& leak = report.processes[0].groups[0];
  leak.outstanding = 0;
  leak.closed = leak.closed_at_end = 805;
  EXPECT_NE(screen(report).find(
                " 1. LEAK  805 × tcp socket, 13.0/s and growing, closed only as the program ended\n"),
            std::string::npos);
}

TEST(Text, ManyHandlesClosedAsTheProgramEndedAreMentionedThoughNoLeak) {
  report::Report report;
  report::Process& process = report.processes.emplace_back();
  process.closed_at_end = 20;
  EXPECT_NE(screen(report).find(
                " no leaks: whatever was opened was closed again, 20 handles only as the program ended\n"),
            std::string::npos);
}

TEST(Text, ACloseOfAnothersNamesTheOwnerAndWhoNoticed) {
  report::Report report;
  report.processes.emplace_back().bad_closes.push_back(
      {.kind = report::BadClose::Kind::closes_anothers,
       .handle = 7,
       .stack = {fake::frame("free_cache", "worker", 0x2200)},
       .closed_by = {fake::frame("flush_cache", "worker", 0x2300)},
       .opened_by = {fake::frame("open_journal", "worker", 0x2400)},
       .noticed_by = {fake::frame("close_journal", "worker", 0x2500)}});
  EXPECT_NE(screen(report).find(R"( CLOSES ANOTHER'S  fd 7
        free_cache  +0x2200  worker
    which had been opened by
        open_journal  +0x2400  worker
    after which this close failed:
        close_journal  +0x2500  worker
    the number had been the closer's own before, until it was closed by
        flush_cache  +0x2300  worker
)"),
            std::string::npos)
      << screen(report);
}

TEST(Text, AProcessThatRunsOnIsSpokenOfInThePresent) {
  report::Report report = fake::leaking_server();
  report.processes[0].running = true;
  EXPECT_TRUE(
      screen(report).starts_with("ajar: shop-server (pid 4121) has run 62.4 s, 812 handles open now\n"));
}

TEST(Text, AProcessThatRanWhenARecordingEndedIsNotSpokenOfAsOfNow) {
  report::Report report = fake::leaking_server();
  report.processes[0].running = true;
  report.is_told_later = true;
  EXPECT_TRUE(screen(report).starts_with(
      "ajar: shop-server (pid 4121) had run 62.4 s, 812 handles open where the recording ends\n"));
}

TEST(Text, SaysOfAQuietChildThatItStillRuns) {
  report::Report report;
  report.processes.resize(2);
  report.processes[0].name = "sh";
  report.processes[1].name = "sleep";
  report.processes[1].pid = 12;
  report.processes[1].running = true;
  std::ostringstream out;
  text(report, {}, out);
  EXPECT_NE(out.str().find("nothing to report: sleep (12, still running)\n"), std::string::npos) << out.str();
}

TEST(Text, SaysWhatBuysTimeAtTheLimitWhileTheProcessRuns) {
  report::Report report;
  report::Process& process = report.processes.emplace_back();
  process.pid = 2291;
  process.running = true;
  process.soft_limit = 1024;
  process.hard_limit = 1'048'576;
  report::FailedOpen& failed = process.failed_opens.emplace_back();
  failed.error = "EMFILE: too many open files";
  failed.at_limit = true;
  EXPECT_NE(screen(report).find("to buy time beyond 1,024: prlimit --pid 2291 --nofile=2048:\n"),
            std::string::npos);
  process.hard_limit = 1500;
  EXPECT_NE(screen(report).find("--nofile=1500:\n"), std::string::npos);
  process.hard_limit = 1024;
  EXPECT_NE(screen(report).find(": sudo prlimit --pid 2291 --nofile=2048\n"), std::string::npos);
  report.is_told_later = true;
  EXPECT_EQ(screen(report).find("prlimit"), std::string::npos);
  report.is_told_later = false;
  process.running = false;
  EXPECT_EQ(screen(report).find("prlimit"), std::string::npos);
}

}  // namespace
}  // namespace ajar::render
