#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "e2e/ajar_command.h"
#include "objfile/testing/fake_minidump.h"

// What the commands that read recordings make of dumps of Windows programs.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using harness::write_file;
using objfile::FakeMinidump;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

const std::filesystem::path kDumps = AJAR_TEST_DUMPS;

std::string text_of(const Outcome& outcome) {
  EXPECT_EQ(outcome.exit_status, 0) << how_it_ended(outcome) << outcome.err;
  return outcome.out;
}

Json json_of(const Outcome& outcome) {
  return Json::parse(text_of(outcome));
}

// Of one who leaks settings' keys, when it had `keys` of them.
FakeMinidump worker(std::size_t keys) {
  FakeMinidump fake;
  fake.modules = {{.base = 0x1'4000'0000, .name = "C:\\app\\worker.exe"},
                  {.base = 0x7ff8'0000'0000, .name = "C:\\app\\Settings.dll"},
                  {.base = 0x7ff9'0000'0000, .name = "C:\\Windows\\System32\\ADVAPI32.dll"}};
  fake.threads = {8};
  fake.handles = {{.value = 4, .type = "Event", .name = "\\BaseNamedObjects\\Ready"},
                  {.value = 8, .type = "Thread", .infos = {{1, objfile::thread_contents(0, 4242, 12)}}},
                  {.value = 12, .handles = 0, .pointers = 0}};
  for (std::size_t i = 0; i < keys; ++i)
    fake.handles.push_back({.value = 0x100 + 4 * i, .type = "Key", .name = "\\REGISTRY\\MACHINE\\Settings"});
  return fake;
}

// The same with the operations that led to it, the latest first.
FakeMinidump traced_worker(std::size_t keys) {
  FakeMinidump fake = worker(keys);
  const std::vector<std::uint64_t> stack = {0x7ff9'0000'0100, 0x7ff8'0000'1a17, 0x1'4000'0200};
  fake.operations.push_back({.handle = 0xdead0, .kind = 3, .frames = stack});
  for (std::size_t i = keys; i-- > 0;)
    fake.operations.push_back({.handle = 0x100 + 4 * i, .kind = 1, .frames = stack});
  for (std::uint64_t handle = 0x50; handle < 0x60; handle += 4) {
    fake.operations.push_back({.handle = handle, .kind = 2, .frames = stack});
    fake.operations.push_back({.handle = handle, .kind = 1, .frames = stack});
  }
  return fake;
}

class Dumps : public testing::Test {
 protected:
  Outcome told(std::vector<std::string> words) const { return run(ajar(directory_, std::move(words))); }
  void write(const std::string& name, const FakeMinidump& fake) const {
    write_file(directory_ / name, fake.build());
  }

  TempDir directory_;
};

TEST_F(Dumps, TheLeakOfARealOneIsNamedWithFunctionAndLine) {
  const Json report = json_of(told({"report", (kDumps / "keyleak-scenario.dmp").string(), "--json"}));
  const Json& process = report["processes"][0];
  EXPECT_EQ(process["name"], "scen.exe");
  EXPECT_EQ(process["open"], 248);
  ASSERT_EQ(process["groups"].size(), 3U);
  const Json& keys = process["groups"][0];
  EXPECT_EQ(keys["verdict"], "leak");
  EXPECT_EQ(keys["type"], "Key");
  EXPECT_EQ(keys["outstanding"], 200);
  EXPECT_EQ(keys["culprit"]["module"], "keyleak.dll");
  EXPECT_EQ(keys["culprit"]["function"], "ReadSettings");
  EXPECT_EQ(keys["culprit"]["line"], 5);
  EXPECT_THAT(keys["stack"][1]["function"].get<std::string>(), HasSubstr("handle_request"));
  EXPECT_EQ(process["groups"][1]["type"], "Event");
  EXPECT_EQ(process["groups"][1]["outstanding"], 20);
  EXPECT_EQ(process["groups"][2]["type"], "Token");
  EXPECT_EQ(process["groups"][2]["outstanding"], 6);
  ASSERT_EQ(process["bad_closes"].size(), 1U);
  EXPECT_EQ(process["dump"]["operations"], 361);
  EXPECT_EQ(process["dump"]["ring_is_full"], false);
}

TEST_F(Dumps, WithoutTheImagesPlacesAreModulesAndOffsets) {
  std::filesystem::copy(kDumps / "keyleak-scenario.dmp", directory_ / "alone.dmp");
  EXPECT_THAT(text_of(told({"report", "alone.dmp"})), HasSubstr("keyleak.dll+0x13bd"));
  EXPECT_THAT(text_of(told({"report", "alone.dmp", "--symbol-path", kDumps.string()})),
              HasSubstr("ReadSettings()  keyleak.cpp:5"));
}

TEST_F(Dumps, AReportTellsSharesAndNoTimes) {
  write("worker.dmp", traced_worker(40));
  const std::string text = text_of(told({"report", "worker.dmp"}));
  EXPECT_THAT(text, HasSubstr("worker.dmp: worker.exe (pid 4242), up 13 min 20 s, Windows 10.0.22631 x86_64, "
                              "43 handles\n"));
  EXPECT_THAT(text, HasSubstr("LEAK  40 × Key still open of 44 traced opens"));
  EXPECT_THAT(text, HasSubstr("Settings.dll+0x1a17"));
  EXPECT_THAT(text, HasSubstr("USED, NOT OPEN  handle 0xdead0"));
  EXPECT_THAT(text, HasSubstr("3 open handles have no traced open"));
  EXPECT_THAT(text, HasSubstr("not readable (mostly EtwRegistration)"));
  EXPECT_THAT(text, HasSubstr("1 of a thread that has ended"));
  EXPECT_THAT(text, Not(HasSubstr("oldest")));
  const Json group = json_of(told({"report", "worker.dmp", "--json"}))["processes"][0]["groups"][0];
  EXPECT_TRUE(group["oldest_s"].is_null());
  EXPECT_EQ(group["rate_per_second"], 0);
  EXPECT_TRUE(group["handles"][0]["opened_at_s"].is_null());
}

TEST_F(Dumps, ARingThatIsFullIsSaidToBe) {
  FakeMinidump fake = worker(200);
  for (std::uint64_t i = 200; i-- > 72;)
    fake.operations.push_back({.handle = 0x100 + 4 * i, .frames = {0x7ff8'0000'1a17}});
  write("worker.dmp", fake);
  EXPECT_THAT(
      text_of(told({"report", "worker.dmp"})),
      HasSubstr("128 handle operations, the ring is full: at least 75 open handles have no traced open"));
}

TEST_F(Dumps, WithoutOperationsTheTableSaysWhatStandsOut) {
  write("worker.dmp", worker(5000));
  const std::string text = text_of(told({"report", "worker.dmp"}));
  EXPECT_THAT(text, HasSubstr("stands out"));
  EXPECT_THAT(text, HasSubstr("5,000 × Key  \\REGISTRY\\MACHINE\\Settings"));
  EXPECT_THAT(text, HasSubstr("no handle operations"));
}

TEST_F(Dumps, HandlesAreListedWithWhatIsKnownOfThem) {
  write("worker.dmp", traced_worker(20));
  const std::string text =
      text_of(told({"handles", "worker.dmp", "--type", "Thread", "--type", "Key", "-v"}));
  EXPECT_THAT(text, HasSubstr("worker.exe (pid 4242), up 13 min 20 s: 23 handles\n"));
  EXPECT_THAT(text, HasSubstr("handle 0x8   Thread   ==> thread gone\n"));
  EXPECT_THAT(text, HasSubstr("12 of pid 4242, has ended"));
  EXPECT_THAT(text, HasSubstr("handle 0x100   Key   \\REGISTRY\\MACHINE\\Settings"));
  EXPECT_THAT(text, HasSubstr("opened by    Settings.dll+0x1a17\n"));
}

TEST_F(Dumps, TwoOfThemAreCompared) {
  write("before.dmp", worker(40));
  FakeMinidump later = worker(90);
  later.written += 60;
  write("after.dmp", later);
  const std::string text = text_of(told({"diff", "before.dmp", "after.dmp"}));
  EXPECT_THAT(text, HasSubstr("50 handles came"));
  EXPECT_THAT(text, HasSubstr("50 × Key  \\REGISTRY\\MACHINE\\Settings  (handle 0x1a0, 0x1a4, 0x1a8, …)"));
}

TEST_F(Dumps, WhoClosedTellsAnOrderAndNoTimes) {
  write("worker.dmp", traced_worker(20));
  const std::string text = text_of(told({"who-closed", "0x50", "worker.dmp"}));
  EXPECT_THAT(text, HasSubstr("handle 0x50, 1 open, 1 close\n"));
  EXPECT_THAT(text, HasSubstr("was closed in Settings.dll+0x1a17"));
  EXPECT_THAT(text, Not(HasSubstr("0.0")));
}

TEST_F(Dumps, SymbolsSaysWhatThereIsAndLeavesTheDumpAsItIs) {
  std::filesystem::copy(kDumps / "keyleak-scenario.dmp", directory_ / "x.dmp");
  const std::string before = harness::read_file(directory_ / "x.dmp");
  EXPECT_THAT(text_of(told({"symbols", "x.dmp", "--symbol-path", kDumps.string()})),
              HasSubstr("keyleak.dll"));
  EXPECT_EQ(harness::read_file(directory_ / "x.dmp"), before);
}

void expect_one_line(const Outcome& outcome, const std::string& named) {
  EXPECT_EQ(outcome.exit_status, 2) << how_it_ended(outcome) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(named));
}

TEST_F(Dumps, WhatCanNotBeReadIsAnErrorOfOneLine) {
  write("none.dmp", FakeMinidump());
  std::string cut = traced_worker(20).build();
  cut.resize(cut.size() - 1);
  write_file(directory_ / "cut.dmp", cut);
  write_file(directory_ / "start.dmp", "MDMP");
  for (const std::string command : {"report", "handles"}) {
    expect_one_line(told({command, "none.dmp"}), "none.dmp: the dump has no handle data");
    expect_one_line(told({command, "cut.dmp"}), "cut.dmp: the list of handle operations (stream 18)");
    expect_one_line(told({command, "start.dmp"}), "start.dmp: the minidump's header");
  }
}

// A dump is made where its program runs.
TEST_F(Dumps, NoneIsMadeOnLinuxAndTheErrorSaysWhatKeepsATableHere) {
  for (const auto& words : {std::vector<std::string>{"dump", "1"}, {"dump", "1", "-o", "worker.dmp"}}) {
    const Outcome refused = told(words);
    EXPECT_EQ(refused.exit_status, 2);
    EXPECT_THAT(refused.err, HasSubstr("ajar snapshot 1\n"));
    EXPECT_EQ(std::ranges::count(refused.err, '\n'), 1);
  }
  EXPECT_FALSE(std::filesystem::exists(directory_ / "worker.dmp"));
}

}  // namespace
}  // namespace ajar::e2e
