#include "cli/symbols_screen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

namespace ajar::cli {
namespace {

using Found = symbolize::ModuleNote::Found;
using testing::HasSubstr;
using testing::Not;

const Advice kDebian{.distribution = {.id = "debian", .codename = "bookworm"}};

ModuleRow row(const std::string& path, Found found, std::size_t lines) {
  ModuleRow made{.path = path, .build_id = "12ab", .package = {}, .version = {}, .note = {}};
  made.note.found = found;
  made.note.words = path + ": words";
  made.asked = true;
  made.addresses = 10;
  made.functions = 8;
  made.lines = lines;
  return made;
}

std::string screen(const std::vector<ModuleRow>& rows, const Advice& advice = kDebian) {
  std::ostringstream out;
  print_modules(rows, advice, out);
  return out.str();
}

TEST(SymbolsScreen, SaysWhatEachModuleHasAndHowMuchOfTheStacksItCovers) {
  const std::string text = screen({row("/opt/server", Found::lines, 7)});
  EXPECT_EQ(text,
            "has         functions      lines  module\n"
            "lines            8/10       7/10  /opt/server\n"
            "                                  build-id 12ab\n");
}

TEST(SymbolsScreen, SaysHowToGetWhatAModuleLacks) {
  EXPECT_THAT(screen({row("/opt/server", Found::functions, 0)}), HasSubstr("build it with -g"));
  EXPECT_THAT(screen({row("/opt/server", Found::replaced, 0)}), HasSubstr("/opt/server: words"));
  EXPECT_THAT(screen({row("/opt/server", Found::missing, 0)}), HasSubstr("--symbol-path DIR"));
  ModuleRow packaged = row("/usr/lib/libssl.so.3", Found::exports, 0);
  packaged.package = "libssl3";
  packaged.version = "3.0.11-1";
  const std::string text = screen({packaged});
  EXPECT_THAT(text, HasSubstr("lines are in the package libssl3-dbgsym 3.0.11-1"));
  EXPECT_THAT(text, HasSubstr("deb http://deb.debian.org/debian-debug bookworm-debug main"));
  EXPECT_THAT(text, HasSubstr("apt-get install libssl3-dbgsym\n"));
  EXPECT_THAT(text, HasSubstr("DEBUGINFOD_URLS=https://debuginfod.debian.net"));
  Advice asked = kDebian;
  asked.asks_servers = true;
  EXPECT_THAT(screen({packaged}, asked), Not(HasSubstr("DEBUGINFOD_URLS")));
}

TEST(SymbolsScreen, WhereATroubleIsAllThatIsInTheWayNothingElseIsProposed) {
  ModuleRow dll = row("C:\\shop\\till.dll", Found::exports, 0);
  dll.note.trouble = "its debug information is in till.pdb, which is not here";
  EXPECT_THAT(screen({dll}), HasSubstr("build it with -g"));
  dll.note.trouble_is_all = true;
  EXPECT_THAT(screen({dll}), HasSubstr("till.pdb, which is not here"));
  EXPECT_THAT(screen({dll}), Not(HasSubstr("build it with -g")));
}

// What the recording has stays true, whatever became of the file.
TEST(SymbolsScreen, AModuleWhoseLinesAreInTheRecordingLacksNothing) {
  EXPECT_EQ(state_of(row("/opt/server", Found::missing, 3)), "lines");
  ModuleRow known = row("/opt/server", Found::functions, 0);
  known.asked = false;
  EXPECT_EQ(state_of(known), "functions");
}

TEST(SymbolsScreen, ThoseWithTheMostAddressesComeFirst) {
  ModuleRow big = row("/z", Found::lines, 1);
  big.addresses = 20;
  std::vector<ModuleRow> rows = {row("/b", Found::lines, 1), row("/a", Found::lines, 1), big};
  sort_rows(rows);
  EXPECT_EQ(rows[0].path, "/z");
  EXPECT_EQ(rows[1].path, "/a");
  EXPECT_EQ(rows[2].path, "/b");
}

// A recording may come from anywhere; what it says must not command the terminal.
TEST(SymbolsScreen, PrintsNoControlCharactersOfPaths) {
  const std::string text = screen({row("/opt/\x1b[2Jserver\n", Found::missing, 0)});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_EQ(std::ranges::count(text, '\n'), 5) << text;
}

TEST(SymbolsScreen, ProposesNoCommandWithWhatIsNoPackagesName) {
  ModuleRow odd = row("/opt/server", Found::missing, 0);
  odd.package = "x; rm -rf ~";
  EXPECT_THAT(screen({odd}), Not(HasSubstr("apt-get install x")));
}

TEST(SymbolsScreen, IsJsonForScripts) {
  ModuleRow packaged = row("/usr/lib/libssl.so.3", Found::exports, 0);
  packaged.package = "libssl3";
  packaged.note.trouble = "bad \xff byte";
  std::ostringstream out;
  print_modules_json({packaged}, 7, {"the recording has no end"}, out);
  const auto json = nlohmann::json::parse(out.str());
  EXPECT_EQ(json["schema"], "ajar-symbols/1");
  EXPECT_EQ(json["added"], 7);
  EXPECT_EQ(json["warnings"][0], "the recording has no end");
  EXPECT_EQ(json["modules"][0]["has"], "exports");
  EXPECT_EQ(json["modules"][0]["functions"], 8);
  EXPECT_EQ(json["modules"][0]["debug_package"], "libssl3-dbgsym");
}

}  // namespace
}  // namespace ajar::cli
