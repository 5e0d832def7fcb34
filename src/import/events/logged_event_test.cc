#include "import/events/logged_event.h"

#include <gtest/gtest.h>

#include "import/events/xml.h"

namespace ajar::import::events {
namespace {

using Token = XmlReader::Token;

// As wevtutil writes it: on one line, in apostrophes.
constexpr std::string_view kPoolEmpty =
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Srv'/>"
    "<EventID Qualifiers='49152'>2020</EventID><Level>2</Level>"
    "<TimeCreated SystemTime='2026-11-09T16:02:11.1234567Z'/><EventRecordID>7</EventRecordID>"
    "<Channel>System</Channel><Computer>server7.example.com</Computer><Security/></System>"
    "<EventData><Data>\\Device\\LanmanServer</Data><Data/><Data>a &lt; "
    "b</Data><Binary>00</Binary></EventData>"
    "</Event>";

TEST(Xml, IsReadFromTagToTag) {
  XmlReader xml(
      "<?xml version='1.0'?><!-- <no> --><a x=\"1>2\" y = 'it&apos;s'>\n "
      "<n:b/>t&amp;&#228;&#x20AC;<![CDATA[<c>]]></a>");
  EXPECT_EQ(xml.next(), Token::open);
  EXPECT_EQ(xml.name(), "a");
  EXPECT_EQ(xml.attribute("x"), "1>2");
  EXPECT_EQ(xml.attribute("y"), "it's");
  EXPECT_EQ(xml.attribute("z"), "");
  EXPECT_EQ(xml.next(), Token::open);
  EXPECT_EQ(xml.name(), "b");
  EXPECT_EQ(xml.next(), Token::close);
  EXPECT_EQ(xml.next(), Token::text);
  EXPECT_EQ(xml.text(), "t&\xc3\xa4\xe2\x82\xac");
  EXPECT_EQ(xml.next(), Token::text);
  EXPECT_EQ(xml.text(), "<c>");
  EXPECT_EQ(xml.next(), Token::close);
  EXPECT_EQ(xml.name(), "a");
  EXPECT_EQ(xml.next(), Token::end);
}

TEST(Xml, WhatIsNoEntityStaysAsItIs) {
  XmlReader xml("a & b &nbsp; &#x; &#55555;");
  EXPECT_EQ(xml.next(), Token::text);
  EXPECT_EQ(xml.text(), "a & b &nbsp; &#x; \xef\xbf\xbd");
}

TEST(Xml, WhatHasNoEndEndsIt) {
  for (const char* text : {"<a", "<a x='", "<!-- a", "<![CDATA[ a", "<?a", "<"}) {
    XmlReader xml(text);
    EXPECT_EQ(xml.next(), Token::end) << text;
    EXPECT_EQ(xml.next(), Token::end) << text;
  }
}

TEST(LoggedEvent, HasItsSourceItsNumberItsTimeAndItsData) {
  const LoggedEvent event = read_event(kPoolEmpty);
  EXPECT_EQ(event.source, "Srv");
  EXPECT_EQ(event.id, 2020U);
  EXPECT_EQ(event.unix_ns, 1'794'240'131'123'456'700);
  EXPECT_EQ(event.channel, "System");
  EXPECT_EQ(event.computer, "server7.example.com");
  EXPECT_EQ(event.text, "\\Device\\LanmanServer, a < b");
}

TEST(LoggedEvent, HasTheProcessesThatItTellsOf) {
  const LoggedEvent event = read_event(
      "<Event><System><Provider "
      "Name=\"Microsoft-Windows-Resource-Exhaustion-Detector\"/><EventID>2004</EventID>"
      "</System><UserData><MemoryExhaustionInfo><ProcessInfo><Process_1><Name>w3wp.exe</Name><ID>5404</ID>"
      "<HandleCount>66316</HandleCount></Process_1><Process_2><Name>b.exe</Name><ID>7</ID></Process_2>"
      "</ProcessInfo><ExhaustionEventInfo/></MemoryExhaustionInfo></UserData></Event>");
  ASSERT_EQ(event.processes.size(), 2U);
  EXPECT_EQ(event.processes[0].name, "w3wp.exe");
  EXPECT_EQ(event.processes[0].pid, 5404U);
  EXPECT_EQ(event.processes[0].handles, 66'316U);
  EXPECT_EQ(event.processes[1].handles, std::nullopt);
}

TEST(LoggedEvent, OfNonsenseIsEmpty) {
  const LoggedEvent event = read_event("<Event></System></Event></Event><EventID>12</EventID>");
  EXPECT_EQ(event.id, 0U);
  EXPECT_FALSE(event.unix_ns);
}

TEST(LoggedEvents, StandOneAfterTheOtherWithWhateverAroundThem) {
  std::string_view text = "C:\\>wevtutil\n<Events>\n<Event>1</Event><Event a='b'>2</Event>\n</Events>";
  EXPECT_EQ(take_event(text), "<Event>1</Event>");
  EXPECT_EQ(take_event(text), "<Event a='b'>2</Event>");
  EXPECT_EQ(take_event(text), "");
  EXPECT_EQ(text, "");
}

TEST(LoggedEvents, OfWhichTheLastHasNoEndLeaveItBehind) {
  std::string_view text = "<Event>1</Event><Event><EventID>2";
  EXPECT_EQ(take_event(text), "<Event>1</Event>");
  EXPECT_EQ(take_event(text), "");
  EXPECT_EQ(text, "<Event><EventID>2");
}

TEST(LoggedEvents, HaveTimesInUtc) {
  EXPECT_EQ(parse_utc("2012-03-15T07:08:54.500000000Z"), 1'331'795'334'500'000'000);
  EXPECT_EQ(parse_utc("2012-03-15T07:08:54Z"), 1'331'795'334'000'000'000);
  for (const char* text : {"", "2012-03-15", "2012-03-15T07:08:54,5Z", "1601-01-01T00:00:00Z",
                           "2012-13-15T07:08:54Z", "2012-03-15T07:08:54.1234567890Z"})
    EXPECT_FALSE(parse_utc(text)) << text;
}

}  // namespace
}  // namespace ajar::import::events
