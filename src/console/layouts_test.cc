#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "console/handle_layout.h"
#include "console/other_layouts.h"
#include "console/trace_layout.h"
#include "model/not_readable.h"

// What is printed, byte for byte as WinDbg prints it.
namespace ajar::console {
namespace {

using model::FactKey;
using testing::HasSubstr;

constexpr Style kLive{.digits = 8};
constexpr Style kDump{.is_dump = true};
constexpr Style kLinux{.has_descriptors = true};

model::Fact fact(FactKey key, std::uint64_t number) {
  return {.key = key, .number = number, .text = {}};
}

model::Fact fact(FactKey key, std::string text) {
  return {.key = key, .text = std::move(text)};
}

model::Handle event() {
  return {.value = 0x1cc,
          .type = "Event",
          .name = {},
          .facts = {fact(FactKey::attributes, 0), fact(FactKey::granted_access, 0x1f0003),
                    fact(FactKey::handle_count, 2), fact(FactKey::pointer_count, 65538),
                    fact(FactKey::kind, "auto reset"), fact(FactKey::signaled, 0)}};
}

model::Snapshot table(std::vector<model::Handle> handles) {
  model::Snapshot snapshot;
  snapshot.handles = std::move(handles);
  return snapshot;
}

std::string printed(const model::Snapshot& snapshot, const HandleQuestion& question, const Style& style) {
  std::ostringstream out;
  EXPECT_TRUE(print_handles(snapshot, question, style, out));
  return out.str();
}

std::string specifics(const std::string& type, std::vector<model::Fact> facts) {
  const model::Handle handle{.value = 4, .type = type, .name = {}, .facts = std::move(facts)};
  return printed(table({handle}), {.handle = 4, .flags = HandleQuestion::kSpecific}, kLive);
}

TEST(HandleLayout, OfALiveHandleIsWinDbgs) {
  EXPECT_EQ(printed(table({event()}), {.handle = 0x1cc, .flags = 0xf}, kLive),
            "Handle 1cc\n"
            "  Type         \tEvent\n"
            "  Attributes   \t0\n"
            "  GrantedAccess\t0x1f0003:\n"
            "         Delete,ReadControl,WriteDac,WriteOwner,Synch\n"
            "         QueryState,ModifyState\n"
            "  HandleCount  \t2\n"
            "  PointerCount \t65538\n"
            "  Name         \t<none>\n"
            "  Object Specific Information\n"
            "    Event Type Auto Reset\n"
            "    Event is Waiting\n");
}

TEST(HandleLayout, OfADumpHasAllDigitsAndAnotherHead) {
  EXPECT_EQ(printed(table({event()}), {.handle = 0x1cc, .flags = 9}, kDump),
            "Handle 00000000000001cc\n"
            "  Type         \tEvent\n"
            "  Object specific information\n"
            "    Event Type Auto Reset\n"
            "    Event is Waiting\n");
  constexpr Style kShortDump{.is_dump = true, .digits = 8};
  EXPECT_THAT(printed(table({event()}), {.handle = 0x1cc}, kShortDump),
              testing::StartsWith("Handle 000001cc\n"));
}

TEST(HandleLayout, CountsTypesInWinDbgsOrder) {
  const model::Snapshot all =
      table({{.value = 4, .type = std::string(model::kNotReadable), .name = {}, .facts = {}},
             {.value = 8, .type = "Key", .name = {}, .facts = {}},
             {.value = 12, .type = "ALPC Port", .name = {}, .facts = {}},
             {.value = 16, .type = "Event", .name = {}, .facts = {}}});
  EXPECT_EQ(printed(all, {.flags = 0}, kLive),
            "4 Handles\n"
            "Type           \tCount\n"
            "None           \t1\n"
            "Event          \t1\n"
            "Key            \t1\n"
            "ALPC Port      \t1\n");
}

TEST(HandleLayout, OfAllEndsWithTheCounts) {
  EXPECT_EQ(printed(table({event()}), {}, kLive),
            "Handle 1cc\n"
            "  Type         \tEvent\n"
            "1 Handles\n"
            "Type           \tCount\n"
            "Event          \t1\n");
}

TEST(HandleLayout, OfOneTypeEndsWithHowManyThereAreWhateverItsCase) {
  const model::Snapshot all = table({event(), {.value = 0x1d0, .type = "Key", .name = {}, .facts = {}}});
  EXPECT_EQ(printed(all, {.type = "event"}, kLive),
            "Handle 1cc\n  Type         \tEvent\n1 handles of type Event\n");
  EXPECT_EQ(printed(all, {.flags = 0, .type = "KEY"}, kLive), "1 handles of type Key\n");
  EXPECT_EQ(printed(all, {.type = "Job"}, kLive), "0 handles of type Job\n");
}

TEST(HandleLayout, SaysWhatIsOnlyCounted) {
  model::Snapshot counted = table({event()});
  counted.counts = {{.type = "Event", .count = 12}, {.type = "Key", .count = 800}};
  EXPECT_EQ(printed(counted, {.flags = 0}, kLive),
            "812 Handles\nType           \tCount\nEvent          \t12\nKey            \t800\n");
  EXPECT_THAT(printed(counted, {}, kLive), HasSubstr("Only 1 of 812 are listed"));
  EXPECT_THAT(printed(counted, {.type = "key"}, kLive), HasSubstr("800 handles of type Key\n"));
}

TEST(HandleLayout, HasNothingOfAHandleThatIsNotThere) {
  std::ostringstream out;
  EXPECT_FALSE(print_handles(table({event()}), {.handle = 8}, kLive, out));
  EXPECT_EQ(out.str(), "");
}

TEST(HandleLayout, TellsObjectsByTheirTypes) {
  constexpr const char* kHead = "Handle 4\n  Object Specific Information\n";
  EXPECT_EQ(specifics("Semaphore", {fact(FactKey::count, 3), fact(FactKey::most, 10)}),
            std::string(kHead) + "    Semaphore Count 3\n    Semaphore Limit 10\n");
  EXPECT_EQ(specifics("Mutant", {fact(FactKey::signaled, 1)}),
            std::string(kHead) + "    Mutex is Free\n    Mutant Owner 0.0\n");
  EXPECT_EQ(specifics("Mutant", {fact(FactKey::signaled, 0), fact(FactKey::owner, "thread 16 of pid 812")}),
            std::string(kHead) + "    Mutex is Owned\n    Mutant Owner 32c.10\n");
  EXPECT_EQ(specifics("Thread", {fact(FactKey::thread, 12), fact(FactKey::process, "pid 4242"),
                                 fact(FactKey::priority, 8), fact(FactKey::base_priority, 10)}),
            std::string(kHead) + "    Thread Id   1092.c\n    Priority    8\n    Base Priority 10\n");
  EXPECT_EQ(specifics("Key", {}), "Handle 4\n  No object specific information available\n");
}

TEST(HandleLayout, ShowsDescriptorsInDecimal) {
  const model::Handle file{.value = 30,
                           .type = "file",
                           .name = "/var/log/x",
                           .facts = {fact(FactKey::flags, 02), fact(FactKey::offset, 9)}};
  EXPECT_EQ(printed(table({file}), {.handle = 30, .flags = 0xf}, kLinux),
            "Handle 30\n"
            "  Type         \tfile\n"
            "  Flags        \tO_RDWR\n"
            "  Name         \t/var/log/x\n"
            "  Object Specific Information\n"
            "    offset 9\n");
}

Trace opening() {
  return {
      .what = Trace::What::open,
      .handle = 0x3c,
      .thread = 0x17ec,
      .process = 0x17e8,
      .stack = {
          {.address = 0x77ca310c, .module = "ntdll", .function = "ZwDuplicateObject", .displacement = 0xc},
          {.address = 0x101991, .displacement = {}}}};
}

TEST(TraceLayout, IsThatOfHtrace) {
  std::ostringstream out;
  Trace closing = opening();
  closing.what = Trace::What::close;
  closing.stack.clear();
  Trace bad = closing;
  bad.what = Trace::What::bad_reference;
  const Trace traces[] = {bad, closing, opening()};
  print_traces(traces, 12, kLive, out);
  EXPECT_EQ(out.str(),
            "--------------------------------------\n"
            "Handle = 0x0000003c - BADREF\n"
            "Thread ID = 0x000017ec, Process ID = 0x000017e8\n"
            "\n"
            "--------------------------------------\n"
            "Handle = 0x0000003c - CLOSE\n"
            "Thread ID = 0x000017ec, Process ID = 0x000017e8\n"
            "\n"
            "--------------------------------------\n"
            "Handle = 0x0000003c - OPEN\n"
            "Thread ID = 0x000017ec, Process ID = 0x000017e8\n"
            "\n"
            "0x77ca310c: ntdll!ZwDuplicateObject+0x0000000c\n"
            "0x00101991: +0x00101991\n"
            "--------------------------------------\n"
            "Parsed 0xC stack traces.\n"
            "Dumped 0x3 stack traces.\n");
}

TEST(TraceLayout, OfADifferenceIsThatOfHtraceDiff) {
  std::ostringstream out;
  const Trace traces[] = {opening()};
  print_outstanding(traces, 0xd9, Style(), out);
  EXPECT_EQ(out.str(),
            "0xd9 new stack traces since the previous snapshot.\n"
            "Ignoring handles that were already closed...\n"
            "Outstanding handles opened since the previous snapshot:\n"
            "--------------------------------------\n"
            "Handle = 0x000000000000003c - OPEN\n"
            "Thread ID = 0x00000000000017ec, Process ID = 0x00000000000017e8\n"
            "\n"
            "0x0000000077ca310c: ntdll!ZwDuplicateObject+0x000000000000000c\n"
            "0x0000000000101991: +0x0000000000101991\n"
            "--------------------------------------\n"
            "Displayed 0x1 stack traces for outstanding handles opened since the previous snapshot.\n");
}

TEST(TraceLayout, OfADifferenceWithoutAnythingSaysSo) {
  std::ostringstream out;
  print_outstanding({}, 2, kLive, out);
  EXPECT_THAT(out.str(), testing::EndsWith(
                             "No outstanding handles opened since the previous snapshot were detected.\n"));
}

TEST(TraceLayout, MarksAddressesThatNobodyTold) {
  std::ostringstream out;
  Trace trace = opening();
  trace.stack = {
      {.address = {}, .module = "app", .function = "main", .displacement = {}, .file = "a.cpp", .line = 7},
      {.address = {}, .displacement = {}, .note = "deeper frames were cut"}};
  const Trace traces[] = {trace};
  print_traces(traces, 1, kLive, out);
  EXPECT_THAT(out.str(), HasSubstr("\n0x????????: app!main [a.cpp @ 7]\n*** deeper frames were cut\n"));
}

TEST(OtherLayouts, AreThoseOfTheDebugger) {
  std::ostringstream out;
  print_process(0, {.pid = 0x151c, .path = "c:\\iis\\w3wp.exe"}, true, kLive, out);
  print_times({.unix_ns = 1'700'000'800'120'000'000, .up_s = 90061.5}, out);
  print_modules(
      std::vector<ModuleRow>{{.begin = 0x7ff614d0000, .end = 0x7ff614d8000, .path = "C:\\a\\My.Plugin.dll"},
                             {.begin = 0x1000, .end = 0x2000, .path = "old.dll", .is_loaded = false}},
      kDump, out);
  EXPECT_EQ(out.str(),
            ".  0\tid: 151c\texamine\tname: c:\\iis\\w3wp.exe\n"
            "Debug session time: Tue Nov 14 22:26:40.120 2023 (UTC + 0:00)\n"
            "Process Uptime: 1 days 1:01:01.500\n"
            "start             end                 module name\n"
            "000007ff`614d0000 000007ff`614d8000   My_Plugin    C:\\a\\My.Plugin.dll\n"
            "\nUnloaded modules:\n"
            "00000000`00001000 00000000`00002000   old          old.dll\n");
}

}  // namespace
}  // namespace ajar::console
