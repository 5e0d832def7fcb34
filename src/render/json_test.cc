#include "render/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "render/fake_report.h"

namespace ajar::render {
namespace {

using Json = nlohmann::ordered_json;

std::string written(const report::Report& report) {
  std::ostringstream out;
  json(report, out);
  return out.str();
}

TEST(Json, MarksAndTheOneThatItBeginsAt) {
  report::Report report = fake::leaking_server();
  EXPECT_EQ(Json::parse(written(report))["since"], nullptr);
  report.marks = {{.label = "a", .at_s = 1.5}, {.label = "b", .at_s = 2}};
  report.since = report.marks[1];
  report.processes[0].coverage.before_mark = 7;
  const Json root = Json::parse(written(report));
  EXPECT_EQ(root["marks"], Json::parse(R"([{"label": "a", "at_s": 1.5}, {"label": "b", "at_s": 2.0}])"));
  EXPECT_EQ(root["since"]["label"], "b");
  EXPECT_EQ(root["processes"][0]["coverage"]["before_mark"], 7);
}

TEST(Json, SaysWhatOfBeforeIsProbablyTheSameCodes) {
  report::Report report = fake::leaking_server();
  EXPECT_EQ(Json::parse(written(report))["processes"][0]["groups"][0]["probably_before"], nullptr);
  report.processes[0].groups[0].probably_before = {
      .count = 13'900, .share = 0.98, .like = "10.0.0.4:* -> 10.0.0.9:443"};
  EXPECT_EQ(Json::parse(written(report))["processes"][0]["groups"][0]["probably_before"],
            Json::parse(R"({"count": 13900, "share": 0.98, "like": "10.0.0.4:* -> 10.0.0.9:443"})"));
}

TEST(Json, HasTheShapeThatScriptsRelyOn) {
  const Json root = Json::parse(written(fake::leaking_server()));
  EXPECT_EQ(root["schema"], "ajar/1");
  const Json& process = root["processes"][0];
  EXPECT_EQ(process["pid"], 4121);
  EXPECT_EQ(process["name"], "shop-server");
  EXPECT_EQ(process["open"], 812);
  const Json& group = process["groups"][0];
  EXPECT_EQ(group["verdict"], "leak");
  EXPECT_EQ(group["type"], "tcp socket");
  EXPECT_EQ(group["outstanding"], 805);
  EXPECT_EQ(group["opened"], 805);
  EXPECT_EQ(group["closed"], 0);
  EXPECT_EQ(group["rate_per_second"], 13.0);
  EXPECT_EQ(group["culprit"]["module"], "libpricing.so");
  EXPECT_EQ(group["culprit"]["function"], "fetch_rate(int)");
  EXPECT_EQ(group["culprit"]["line"], 41);
  EXPECT_EQ(group["stack"][1]["symbol"], "exact");
  EXPECT_EQ(group["stack"][1]["offset"], 6673);
  EXPECT_EQ(group["stack"][1]["inlined"], false);
  EXPECT_EQ(group["handles"][0]["handle"], 19);
  EXPECT_EQ(group["handles"][0]["name"], "127.0.0.1:51544 -> 127.0.0.1:9000");
  EXPECT_EQ(group["handles"][0]["opened_at_s"], 0.4);
  const Json& coverage = process["coverage"];
  EXPECT_EQ(coverage["explained"], 812);
  EXPECT_EQ(coverage["inherited"], 3);
  EXPECT_EQ(coverage["compared"], "exit");
  EXPECT_EQ(process["groups"][1]["verdict"], "one-off");
}

TEST(Json, SaysOfTroublesWhatIsKnown) {
  const Json root = Json::parse(written(fake::many_troubles()));
  const Json& worker = root["processes"][1];
  EXPECT_EQ(worker["killed_by_signal"], 9);
  EXPECT_TRUE(worker["exit_status"].is_null());
  EXPECT_TRUE(worker["groups"][1]["culprit"].is_null());
  EXPECT_EQ(worker["groups"][1]["stack"][1], Json({{"marker", "deeper frames were cut"}}));
  EXPECT_EQ(worker["groups"][4]["suppressed"], true);
  EXPECT_EQ(worker["bad_closes"][0]["kind"], "closed twice");
  EXPECT_EQ(worker["bad_closes"][0]["closed_by"].size(), 2U);
  EXPECT_EQ(worker["bad_closes"][0]["noise"], false);
  EXPECT_EQ(worker["bad_closes"][0]["noticed_by"].size(), 0U);
  EXPECT_EQ(worker["closed_at_end"], 0);
  EXPECT_EQ(worker["groups"][0]["closed_at_end"], 0);
  EXPECT_EQ(worker["failed_opens"].size(), 2U) << "also those that the text leaves out";
  EXPECT_EQ(worker["coverage"]["unseen_handles"][0]["type"], "pipe");
  EXPECT_EQ(worker["coverage"]["unseen_because"], "events lost");
  EXPECT_EQ(root["processes"][4]["traced"], false);
  EXPECT_EQ(root["warnings"][0], "12 bytes were damaged");
}

TEST(Json, InheritedHandlesSayWhomTheyAreFromWhereThatWasSeen) {
  report::Report report = fake::leaking_server();
  report::Process& process = report.processes[0];
  process.coverage.inherited_handles = {
      {.handle = fake::handle(0, "tty", "/dev/pts/0", 0), .opened_by = {}},
      {.handle = fake::handle(9, "file", "/x", 1), .opened_by = process.groups[0].culprit}};
  const Json root = Json::parse(written(report));
  const Json& handles = root["processes"][0]["coverage"]["inherited_handles"];
  EXPECT_EQ(handles[0]["handle"], 0);
  EXPECT_TRUE(handles[0]["opened_by"].is_null());
  EXPECT_EQ(handles[1]["opened_by"]["module"], "libpricing.so");
}

TEST(Json, TextThatIsNotUtf8IsReplacedAndDoesNotThrow) {
  report::Report report = fake::leaking_server();
  report.processes[0].name = "a\xff";
  EXPECT_EQ(Json::parse(written(report))["processes"][0]["name"], "a\xef\xbf\xbd");
}

TEST(Json, AnEmptyReportIsStillOne) {
  EXPECT_EQ(written({}),
            "{\n  \"schema\": \"ajar/1\",\n  \"marks\": [],\n  \"since\": null,\n  \"file\": \"\",\n  "
            "\"processes\": [],\n  "
            "\"warnings\": []\n}\n");
}

}  // namespace
}  // namespace ajar::render
