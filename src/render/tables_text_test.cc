#include <gtest/gtest.h>

#include <sstream>

#include "render/tables.h"

namespace ajar::render {
namespace {

report::HandleTables gateway() {
  report::HandleTable table;
  table.pid = 812;
  table.name = "gateway";
  table.up_s = 780;
  table.open = 1003;
  table.listed = table.open;
  table.soft_limit = 1024;
  table.types = {
      {.type = "tcp socket",
       .count = 961,
       .signs = {{.sign = "close_wait",
                  .count = 940,
                  .words = "940 in CLOSE_WAIT: the peer has hung up, the process has not closed them"}}},
      {.type = "file", .count = 42, .signs = {}}};
  return {.processes = {table}, .machine = {}, .warnings = {}};
}

report::TableHandle socket() {
  report::TableHandle handle;
  handle.value = 19;
  handle.type = "tcp socket";
  handle.name = "10.0.0.4:443 -> 10.0.0.9:51544";
  handle.signs = {"close_wait"};
  handle.details = {{.label = "state", .text = "CLOSE_WAIT, no packet for 41.0 s"},
                    {.label = "local, peer", .text = "10.0.0.4:443, 10.0.0.9:51544"},
                    {.label = "also held by", .text = "helper 813 (fd 19)"}};
  return handle;
}

std::string text(const report::HandleTables& tables, const TablesOptions& options = {}) {
  std::ostringstream out;
  tables_text(tables, options, out);
  return out.str();
}

TEST(TablesText, TheSummarySaysHowFullTheTableIsOfWhatAndWhatIsForgotten) {
  EXPECT_EQ(
      text(gateway()),
      "gateway (pid 812), up 13 min: 1,003 of 1,024 handles (98 %)\n"
      "  tcp socket  961   ==> 940 in CLOSE_WAIT: the peer has hung up, the process has not closed them\n"
      "  file         42\n");
}

TEST(TablesText, EachHandleIsALineOrAllThatIsKnownOfIt) {
  report::HandleTables tables = gateway();
  tables.processes[0].types.clear();
  tables.processes[0].handles = {socket()};
  EXPECT_EQ(text(tables),
            "gateway (pid 812), up 13 min: 1,003 of 1,024 handles (98 %)\n"
            "fd 19  tcp socket  10.0.0.4:443 -> 10.0.0.9:51544   ==> close wait\n");
  EXPECT_EQ(text(tables, {.details = true}),
            "gateway (pid 812), up 13 min: 1,003 of 1,024 handles (98 %)\n"
            "\n"
            "fd 19   tcp socket   ==> close wait\n"
            "  state        CLOSE_WAIT, no packet for 41.0 s\n"
            "  local, peer  10.0.0.4:443, 10.0.0.9:51544\n"
            "  also held by helper 813 (fd 19)\n");
}

TEST(TablesText, WhatIsKnownOfTheMachineComesBehindTheTables) {
  report::HandleTables tables = gateway();
  tables.machine = {"kernel pools: not available: x"};
  EXPECT_TRUE(text(tables).ends_with("\nkernel pools: not available: x\n")) << text(tables);
}

TEST(TablesText, NamesWithControlCharactersCannotReachTheTerminal) {
  report::HandleTables tables = gateway();
  report::TableHandle handle = socket();
  handle.name = "/tmp/a\nb\033[2J (deleted)";
  tables.processes[0].handles = {handle};
  EXPECT_NE(text(tables).find("/tmp/a\\x0ab\\x1b[2J (deleted)"), std::string::npos) << text(tables);
}

TEST(TablesText, LinesFitTheTerminalAndAreWholeInAFile) {
  report::HandleTables tables = gateway();
  tables.processes[0].types.clear();
  report::TableHandle handle = socket();
  handle.name = "/" + std::string(300, 'x');
  tables.processes[0].handles = {handle};
  EXPECT_NE(text(tables).find(handle.name), std::string::npos);
  std::istringstream lines(text(tables, {.width = 80}));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 82U) << line;
}

TEST(TablesText, AnIncompleteTableAndANearLimitAreSaid) {
  report::HandleTables tables = gateway();
  tables.processes[0].complete = false;
  tables.processes[0].limits = {{.name = "inotify instances", .scope = "user www", .used = 120, .most = 128},
                                {.name = "inotify watches", .scope = "user www", .used = 1, .most = 128}};
  tables.processes[0].shares_table_with = {"helper 813"};
  const std::string said = text(tables);
  EXPECT_NE(said.find("could not be read to its end"), std::string::npos);
  EXPECT_NE(said.find("  inotify instances of user www: 120 of 128 (94 %)\n"), std::string::npos) << said;
  EXPECT_EQ(said.find("inotify watches"), std::string::npos) << "far from its limit";
  EXPECT_NE(said.find("one table with helper 813"), std::string::npos);
}

TEST(TablesText, ALimitThatIsNotReachedIsNeverCalledFullAndALoweredOneIsOver) {
  report::HandleTables tables = gateway();
  report::HandleTable& table = tables.processes[0];
  const auto first_line = [&](std::uint64_t open, std::optional<std::uint64_t> limit) {
    table.open = open;
    table.soft_limit = limit;
    const std::string said = text(tables);
    return said.substr(said.find(": ") + 2, said.find('\n') - said.find(": ") - 2);
  };
  EXPECT_EQ(first_line(1048575, 1048576), "1,048,575 of 1,048,576 handles (99 %)");
  EXPECT_EQ(first_line(1024, 1024), "1,024 of 1,024 handles (100 %)");
  EXPECT_EQ(first_line(1025, 1024), "1,025 of 1,024 handles (over 100 %)");
  EXPECT_EQ(first_line(1, 1048576), "1 of 1,048,576 handles (under 1 %)");
  EXPECT_EQ(first_line(1, UINT64_MAX), "1 handle, no limit");
  EXPECT_EQ(first_line(2, std::nullopt), "2 handles");
}

TEST(CountsText, ProcessesAreATableThatIsCutAndSaysSo) {
  report::ProcessCounts counts;
  counts.processes = {{.pid = 4121,
                       .name = "gateway",
                       .user = "www",
                       .open = 1003,
                       .soft_limit = 1024,
                       .hard_limit = 4096,
                       .commonest_type = "tcp socket",
                       .commonest = 961},
                      {.pid = 7,
                       .name = "init",
                       .user = "root",
                       .open = {},
                       .soft_limit = {},
                       .hard_limit = {},
                       .commonest_type = ""},
                      {.pid = 8,
                       .name = "x",
                       .user = "root",
                       .open = 1,
                       .soft_limit = UINT64_MAX,
                       .hard_limit = {},
                       .commonest_type = ""}};
  std::ostringstream out;
  counts_text(counts, {.top = 2}, out);
  EXPECT_EQ(out.str(),
            " PID  NAME     USER   OPEN  LIMIT  USED  MOSTLY\n"
            "4121  gateway  www   1,003  1,024  98 %  961 tcp socket\n"
            "   7  init     root      ?      ?\n"
            "… 1 more process (--top 0)\n");
}

TEST(ChangesText, SaysWhatCameWhatWentHowFastAndUntilWhen) {
  report::TableChange change;
  change.pid = 812;
  change.name = "gateway";
  change.seconds = 60;
  change.before = 943;
  change.after = 1003;
  change.came = 64;
  change.went = 4;
  change.rate_per_second = 1;
  change.soft_limit = 1024;
  change.limit_in_s = 21;
  change.groups_came = {
      {.type = "tcp socket",
       .pattern = "10.0.0.4:443 -> 10.0.0.9:*",
       .count = 60,
       .signs = {{.sign = "close_wait", .count = 58, .words = "58 in CLOSE_WAIT"}},
       .handles = {9, 10, 11, 12},
       .origin = {}},
      {.type = "file", .pattern = "", .count = 4, .signs = {}, .handles = {5, 6}, .origin = {}}};
  change.groups_went = {
      {.type = "file", .pattern = "/a", .count = 4, .signs = {}, .handles = {5}, .origin = {}}};
  std::ostringstream out;
  changes_text({.processes = {change}, .only_before = {"old (pid 7)"}, .only_after = {}, .warnings = {"w"}},
               {}, out);
  EXPECT_EQ(out.str(),
            "gateway (pid 812), 60.0 s later: 943 -> 1,003 of 1,024 handles (98 %), growing by 1.0/s\n"
            "  like this the limit is reached in 21.0 s\n"
            " 64 handles came\n"
            "  + 60 × tcp socket  10.0.0.4:443 -> 10.0.0.9:*  (fd 9, 10, 11, …)\n"
            "      ==> 58 in CLOSE_WAIT\n"
            "  +  4 × file        different names  (fd 5, 6)\n"
            " 4 handles went\n"
            "  - 4 × file  /a  (fd 5)\n"
            " 939 stayed\n"
            "only before: old (pid 7)\n"
            "warning: w\n");
}

}  // namespace
}  // namespace ajar::render
