#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "render/tables.h"

namespace ajar::render {
namespace {

using Json = nlohmann::json;

report::HandleTables one_handle() {
  report::HandleTable table;
  table.pid = 812;
  table.name = "gateway";
  table.open = 1;
  table.soft_limit = 1024;
  table.hard_limit = UINT64_MAX;
  table.types = {
      {.type = "pipe", .count = 1, .signs = {{.sign = "other_end_gone", .count = 1, .words = "w"}}}};
  report::TableHandle handle;
  handle.value = 3;
  handle.type = "pipe";
  handle.name = "pipe:[7]\xff";
  handle.signs = {"other_end_gone"};
  handle.facts = {{.name = "inode", .number = 7, .texts = {}},
                  {.name = "state", .number = {}, .texts = {"LISTEN"}},
                  {.name = "also_held_by", .number = {}, .texts = {"a 1 (fd 3)"}, .several = true}};
  table.handles = {handle};
  return {.processes = {table}, .machine = {"m"}, .warnings = {"w"}};
}

Json parsed(const auto& report, auto write) {
  std::ostringstream out;
  write(report, out);
  return Json::parse(out.str());
}

TEST(TablesJson, AHandlesFactsStandBesideItsNumberTypeAndName) {
  const Json json = parsed(one_handle(), tables_json);
  EXPECT_EQ(json["schema"], "ajar/1");
  EXPECT_EQ(json["machine"], Json({"m"}));
  EXPECT_EQ(json["warnings"], Json({"w"}));
  const Json& process = json["processes"][0];
  EXPECT_EQ(process["limit"], Json({{"soft", 1024}, {"hard", nullptr}})) << "null is no limit";
  EXPECT_EQ(process["types"][0]["count"], 1);
  EXPECT_EQ(process["types"][0]["signs"][0]["sign"], "other_end_gone");
  EXPECT_EQ(process["handles"][0], Json({{"handle", 3},
                                         {"type", "pipe"},
                                         {"name", "pipe:[7]\xef\xbf\xbd"},
                                         {"signs", {"other_end_gone"}},
                                         {"inode", 7},
                                         {"state", "LISTEN"},
                                         {"also_held_by", {"a 1 (fd 3)"}}}));
}

TEST(TablesJson, WhatIsNotKnownIsNull) {
  report::HandleTables tables = one_handle();
  tables.processes[0].soft_limit.reset();
  EXPECT_EQ(parsed(tables, tables_json)["processes"][0]["limit"], nullptr);
  report::ProcessCounts counts;
  counts.processes.emplace_back().pid = 7;
  counts.unreadable = 1;
  const Json json = parsed(counts, counts_json);
  EXPECT_EQ(json["processes"][0]["open"], nullptr);
  EXPECT_EQ(json["unreadable"], 1);
}

TEST(TablesJson, ChangesHaveTheirGroupsAndHandles) {
  report::TableChange change;
  change.pid = 812;
  change.came = 2;
  change.limit_in_s = 21;
  change.groups_came = {
      {.type = "file", .pattern = "/log/*", .count = 2, .signs = {}, .handles = {3, 4}, .origin = {}}};
  const Json json = parsed(
      report::TableChanges{.processes = {change}, .only_before = {"x"}, .only_after = {}, .warnings = {}},
      changes_json);
  EXPECT_EQ(json["processes"][0]["groups_came"][0]["handles"], Json({3, 4}));
  EXPECT_EQ(json["processes"][0]["groups_came"][0]["origin"], nullptr);
  EXPECT_EQ(json["processes"][0]["limit_in_s"], 21.0);
  EXPECT_EQ(json["only_before"], Json({"x"}));
}

}  // namespace
}  // namespace ajar::render
