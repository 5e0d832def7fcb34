#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/words.h"
#include "import/text/lines.h"
#include "import/windbg/log_text.h"

// What is taken out of a text, and what is not.
namespace ajar::import::windbg {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using What = PrintedTrace::What;

LogText read(std::string_view text) {
  return read_text(plain_lines(std::as_bytes(std::span(text))));
}

constexpr std::string_view kSummary =
    "0:021> !handle 0 0\n"
    "1288 Handles\n"
    "Type           \tCount\n"
    "None           \t18\n"
    "Event          \t410\n"
    "ALPC Port      \t60\n"
    "Key            \t800\n"
    "Then 4 more words\n";

TEST(Tables, AreCountedByType) {
  const LogText text = read(kSummary);
  ASSERT_THAT(text.tables, SizeIs(1));
  EXPECT_EQ(text.tables[0].total, 1288U);
  EXPECT_THAT(text.tables[0].counts,
              ElementsAre(Pair("None", 18), Pair("Event", 410), Pair("ALPC Port", 60), Pair("Key", 800)));
}

TEST(Tables, MayHaveRemarksBehindTheirCounts) {
  const LogText text = read("!hande 0 0\n7 Handles\nType Count\nEvent 2\nKey 5 ==> a lot\n");
  ASSERT_THAT(text.tables, SizeIs(1));
  EXPECT_THAT(text.tables[0].counts, ElementsAre(Pair("Event", 2), Pair("Key", 5)));
}

TEST(Tables, OfAnotherMomentAreOthers) {
  EXPECT_THAT(read(std::string(kSummary) + std::string(kSummary)).tables, SizeIs(2));
}

constexpr std::string_view kHandles =
    "0:021> !handle 0 f\n"
    "Handle 00000000000001cc\n"
    "  Type         \tKey\n"
    "  Attributes   \t0x2\n"
    "  GrantedAccess\t0xf003f:\n"
    "         Delete,ReadControl,WriteDac,WriteOwner\n"
    "         QueryValue,SetValue,CreateSubKey,EnumSubKey,Notify,CreateLink\n"
    "  HandleCount  \t2\n"
    "  PointerCount \t65538\n"
    "  Name         \t\\REGISTRY\\MACHINE\\SOFTWARE\\Shop\n"
    "  No object specific information available\n"
    "Handle 1d0\n"
    "  Type         \tEvent\n"
    "  Attributes   \t0\n"
    "  GrantedAccess\t0x1f0003:\n"
    "         Delete,ReadControl,WriteDac,WriteOwner,Synch\n"
    "         QueryState,ModifyState\n"
    "  HandleCount  \t2\n"
    "  PointerCount \t3\n"
    "  Name         \t<none>\n"
    "  Object Specific Information\n"
    "    Event Type Auto Reset\n"
    "    Event is Waiting\n"
    "2 Handles\n"
    "Type           \tCount\n"
    "Event          \t1\n"
    "Key            \t1\n";

void expect_handles(const std::vector<PrintedHandle>& handles) {
  ASSERT_THAT(handles, SizeIs(2));
  EXPECT_EQ(handles[0].value, 0x1ccU);
  EXPECT_EQ(handles[0].type, "Key");
  EXPECT_EQ(handles[0].attributes, 2U);
  EXPECT_EQ(handles[0].granted_access, 0xf003fU);
  EXPECT_EQ(handles[0].handle_count, 2U);
  EXPECT_EQ(handles[0].pointer_count, 65538U);
  EXPECT_EQ(handles[0].name, "\\REGISTRY\\MACHINE\\SOFTWARE\\Shop");
  EXPECT_THAT(handles[0].specific, IsEmpty());
  EXPECT_EQ(handles[1].value, 0x1d0U);
  EXPECT_EQ(handles[1].type, "Event");
  EXPECT_EQ(handles[1].name, "");
  EXPECT_THAT(handles[1].specific, ElementsAre("Event Type Auto Reset", "Event is Waiting"));
}

TEST(Tables, HaveTheirHandlesWithAllThatIsSaidOfThem) {
  const LogText text = read(kHandles);
  ASSERT_THAT(text.tables, SizeIs(1));
  EXPECT_EQ(text.tables[0].total, 2U);
  expect_handles(text.tables[0].handles);
}

TEST(Tables, AreReadAsWellWhereTheirIndentationWasLost) {
  std::string flat;
  for (const std::string& line : plain_lines(std::as_bytes(std::span(kHandles))))
    flat += std::string(base::trimmed(line)) + "\r\n";
  const LogText text = read(flat);
  ASSERT_THAT(text.tables, SizeIs(1));
  expect_handles(text.tables[0].handles);
}

TEST(Tables, OfOneTypeAreCountedByTheirLastLine) {
  const LogText text = read("0:000> !handle 0 0 Key\nHandle 4\n  Type \tKey\n800 handles of type Key\n");
  ASSERT_THAT(text.tables, SizeIs(1));
  EXPECT_EQ(text.tables[0].total, std::nullopt);
  EXPECT_THAT(text.tables[0].counts, ElementsAre(Pair("Key", 800)));
}

TEST(Tables, OfHandleExeAreOfItsProcesses) {
  const LogText text = read(
      "Nthandle v4.22 - Handle viewer\n\n"
      "------------------------------------------------------------------------------\n"
      "shop.exe pid: 5404 NT AUTHORITY\\SYSTEM\n"
      "   1C: File  (RW-)   C:\\shop\\orders: today.log\n"
      "   48: Key           HKLM\\SOFTWARE\\Shop\n"
      "  2A0: ALPC Port     \n"
      "------------------------------------------------------------------------------\n"
      "helper.exe pid: 88 \\<unable to open process>\n");
  ASSERT_THAT(text.tables, SizeIs(1)) << "nothing is known of the second one's";
  EXPECT_EQ(text.tables[0].process, 5404U);
  EXPECT_EQ(text.tables[0].program, "shop.exe");
  const std::vector<PrintedHandle>& handles = text.tables[0].handles;
  ASSERT_THAT(handles, SizeIs(3));
  EXPECT_EQ(handles[0].value, 0x1cU);
  EXPECT_EQ(handles[0].type, "File");
  EXPECT_EQ(handles[0].name, "C:\\shop\\orders: today.log");
  EXPECT_EQ(handles[1].name, "HKLM\\SOFTWARE\\Shop");
  EXPECT_EQ(handles[2].type, "ALPC Port");
}

TEST(Tables, OfHandleExeMayBeCountsAlone) {
  const LogText text =
      read("Handle type summary:\n  ALPC Port       : 12\n  Key             : 605\nTotal handles: 617\n");
  ASSERT_THAT(text.tables, SizeIs(1));
  EXPECT_EQ(text.tables[0].total, 617U);
  EXPECT_THAT(text.tables[0].counts, ElementsAre(Pair("ALPC Port", 12), Pair("Key", 605)));
}

constexpr std::string_view kDiff =
    "0:021> !htrace -diff\n"
    "Handle tracing information snapshot successfully taken.\n"
    "0x3 new stack traces since the previous snapshot.\n"
    "Ignoring handles that were already closed...\n"
    "Outstanding handles opened since the previous snapshot:\n"
    "--------------------------------------\n"
    "Handle = 0x0000000000000bdc - OPEN\n"
    "Thread ID = 0x00000000000014a4, Process ID = 0x000000000000151c\n"
    "\n"
    "0x00007ff85f3cd3f4: ntdll!NtOpenKeyEx+0x0000000000000014\n"
    "*** WARNING: Unable to verify checksum for plugin.dll\n"
    "*** ERROR: Symbol file could not be found.  Defaulted to export symbols for C:\\shop\\Plugin.dll - \n"
    "0x0000000180001543: plugin!Settings+0x0000000000001543\n"
    "--------------------------------------\n"
    "Handle = 0x0000000000000b50 - OPEN\n"
    "Thread ID = 0x00000000000014a4, Process ID = 0x000000000000151c\n"
    "\n"
    "0x00007ff85f3cd3f4: ntdll!NtOpenKeyEx+0x0000000000000014\n"
    "--------------------------------------\n"
    "Displayed 0x2 stack traces for outstanding handles opened since the previous snapshot.\n";

TEST(Traces, AreWhatADiffShows) {
  const LogText text = read(kDiff);
  ASSERT_THAT(text.answers, SizeIs(1));
  const PrintedTraces& answer = text.answers[0];
  EXPECT_TRUE(answer.outstanding);
  EXPECT_TRUE(answer.newest_first);
  EXPECT_EQ(answer.announced, 2U);
  ASSERT_THAT(answer.traces, SizeIs(2));
  EXPECT_EQ(answer.traces[0].handle, 0xbdcU);
  EXPECT_EQ(answer.traces[0].thread, 0x14a4U);
  EXPECT_EQ(answer.traces[0].process, 0x151cU);
  ASSERT_THAT(answer.traces[0].frames, SizeIs(2));
  EXPECT_EQ(answer.traces[0].frames[1].module, "plugin");
  EXPECT_THAT(answer.traces[1].frames, SizeIs(1));
  EXPECT_THAT(text.exports_only, ElementsAre("plugin"));
}

TEST(Traces, OfAllOperationsAreNotOutstandingOnes) {
  const LogText text = read(
      "0:000> !htrace\n"
      "--------------------------------------\n"
      "Handle = 0x3c - CLOSE\nThread ID = 0x17ec, Process ID = 0x17e8\n\n0x77ca310c: ntdll!ZwClose+0xc\n"
      "--------------------------------------\n"
      "Handle = 0x3c \xe2\x80\x93 OPEN\nThread ID = 0x17ec, Process ID = 0x17e8\n\n0x77ca310c: "
      "ntdll!ZwOpenKey+0xc\n"
      "--------------------------------------\n"
      "Handle 0x7CC - BAD REFERENCE:\nThread ID = 0x17ec, Process ID = 0x17e8\n"
      "--------------------------------------\n"
      "Parsed 0x3 stack traces.\nDumped 0x3 stack traces.\n");
  ASSERT_THAT(text.answers, SizeIs(1));
  EXPECT_FALSE(text.answers[0].outstanding);
  EXPECT_EQ(text.answers[0].announced, 3U);
  ASSERT_THAT(text.answers[0].traces, SizeIs(3));
  EXPECT_EQ(text.answers[0].traces[0].what, What::close);
  EXPECT_EQ(text.answers[0].traces[1].what, What::open);
  EXPECT_EQ(text.answers[0].traces[2].what, What::bad_reference);
  EXPECT_THAT(text.answers[0].traces[2].frames, IsEmpty());
}

TEST(Traces, GoOnWhereALineWasWrapped) {
  const LogText text = read(
      "Handle = 0x4 - OPEN\nThread ID = 0x1, Process ID = 0x2\n"
      "0x77ca310c: shop_plugin!a_name_that_is_too_long_for_\nthe_window+0x0000000c\n"
      "0x77ca3200: app!main+0x10\n");
  ASSERT_THAT(text.answers, SizeIs(1));
  const auto& frames = text.answers[0].traces.at(0).frames;
  ASSERT_THAT(frames, SizeIs(2));
  EXPECT_EQ(frames[0].function, "a_name_that_is_too_long_for_the_window");
  EXPECT_EQ(frames[0].displacement, 0xcU);
  EXPECT_EQ(frames[1].function, "main");
}

TEST(Traces, DoNotGoOnInTheNextOne) {
  const LogText text = read("Handle = 0x4 - OPEN\n0x1: a!b\nHandle = 0x8 - OPEN\nb+0x1\n");
  ASSERT_THAT(text.answers, SizeIs(1));
  EXPECT_EQ(text.answers[0].traces.at(0).frames.at(0).function, "b");
  EXPECT_THAT(text.answers[0].traces.at(1).frames, IsEmpty());
}

TEST(Traces, EndWithTheirLastFrame) {
  const LogText text = read(
      "Handle = 0x4 - OPEN\nThread ID = 0x1, Process ID = 0x2\n0x1: app!main+0x1\nSo it is main.\n0x2: "
      "x!y+0x2\n");
  EXPECT_THAT(text.answers.at(0).traces.at(0).frames, SizeIs(1));
}

TEST(Traces, AreAlsoSamplesOfALeakReport) {
  const LogText text = read(
      "Call stack sample 1\nHandle 0x00000614\nAllocation Time 00:03:36 since tracking started\n"
      "Function Destination\n"
      "ole32!CoCreateInstance+3c ole32!CoCreateInstanceEx\n"
      "shop_plugin+2af0\n"
      "Call stack sample 2\nHandle 0x00000618\nAllocation Time 00:03:37 since tracking started\n"
      "Function Destination\n"
      "shop_plugin +1a17\n"
      "That is all.\n");
  ASSERT_THAT(text.answers, SizeIs(1));
  EXPECT_TRUE(text.answers[0].outstanding);
  EXPECT_FALSE(text.answers[0].newest_first);
  ASSERT_THAT(text.answers[0].traces, SizeIs(2));
  EXPECT_EQ(text.answers[0].traces[0].handle, 0x614U);
  EXPECT_THAT(text.answers[0].traces[0].frames, SizeIs(2));
  EXPECT_EQ(text.answers[0].traces[1].handle, 0x618U);
  EXPECT_THAT(text.answers[0].traces[1].frames, SizeIs(1));
}

TEST(Text, SaysWhichProcessItIsOf) {
  const LogText text = read(
      "CommandLine: \"C:\\Program Files\\Shop\\shop.exe\" -x\n"
      "Windows 10 Version 22631 MP (8 procs) Free x64\n"
      "0:000> |\n"
      ".  0\tid: 151c\texamine\tname: c:\\windows\\system32\\inetsrv\\w3wp.exe\n");
  EXPECT_EQ(text.program, "c:\\windows\\system32\\inetsrv\\w3wp.exe");
  EXPECT_EQ(text.pid, 0x151cU);
  EXPECT_EQ(text.system, "Windows 10 Version 22631 MP (8 procs) Free x64");
  EXPECT_EQ(read("CommandLine: \"C:\\Program Files\\Shop\\shop.exe\" -x\n").program,
            "C:\\Program Files\\Shop\\shop.exe");
}

TEST(Text, OfOtherThingsHasNothing) {
  const LogText text = read(
      "We have 12 Handles of doors.\nHandle with care - OPEN\nHandle 4\nType: none\nKey 65602\nid: 5 name: "
      "x\n"
      "0x1: app!main+0x1\n1C: File (RW-) C:\\x\n");
  EXPECT_THAT(text.tables, IsEmpty());
  EXPECT_THAT(text.answers, IsEmpty());
}

}  // namespace
}  // namespace ajar::import::windbg
