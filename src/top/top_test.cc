#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <random>
#include <string>
#include <vector>

#include "top/testing/example.h"

namespace ajar::top {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(TopTest, TheTableHasTheFastestGrowingProcessFirst) {
  EXPECT_EQ(picture(), R"(|  14:02:10  4 processes, 2,976 handles
|! 1 growing
|  HANDLES   ↓GROWTH   USED    FULL IN VERDICT   COUNTS       PID NAME
>!   1,002   +13.0/s   98 %      1.7 s growing   ▁▂▃▄▅▆▇█     812 gateway
|    1,900             95 %            steady         ▁▁▁    4711 postgres
|       70             <1 %            rose           █▁█      99 工作-worker-wi…
|        4             <1 %            too short        ▁       5 sh\x1b[31m
|
|
|
|! gateway (pid 812): +13.0/s for 90.0 s (tcp socket +13.0/s), 1,002 of 1,024 han…
|  ? help   q quit   Enter look inside   t who opens?   / filter   Space freeze
)");
}

TEST(TopText, ANumberThatIsTooLongHasNoCommasButAllItsDigits) {
  EXPECT_EQ(number_in(999'999, 8), "999,999");
  EXPECT_EQ(number_in(1'000'000, 8), "1000000");
}

TEST_F(TopTest, ANarrowScreenHasTheColumnsThatMatterMost) {
  EXPECT_EQ(picture({.columns = 40, .lines = 10}), R"(|  14:02:10  4 processes, 2,976 handles
|! 1 growing
|  HANDLES   ↓GROWTH     PID NAME
>!   1,002   +13.0/s     812 gateway
|    1,900              4711 postgres
|       70                99 工作-worker…
|        4                 5 sh\x1b[31m
|
|! gateway (pid 812): +13.0/s for 90.0 s …
|  ? help   q quit   Enter look inside
)");
}

TEST_F(TopTest, AWideScreenHasLongerSparklines) {
  EXPECT_EQ(picture({.columns = 120, .lines = 9}), R"(|  14:02:10  4 processes, 2,976 handles
|! 1 growing
|  HANDLES   ↓GROWTH   USED    FULL IN VERDICT   COUNTS                           PID NAME
>!   1,002   +13.0/s   98 %      1.7 s growing                      ▁▁▂▃▄▅▆▇█     812 gateway
|    1,900             95 %            steady                             ▁▁▁    4711 postgres
|       70             <1 %            rose                               █▁█      99 工作-worker-with-a-long-name
|        4             <1 %            too short                            ▁       5 sh\x1b[31m
|! gateway (pid 812): +13.0/s for 90.0 s (tcp socket +13.0/s), 1,002 of 1,024 handles (98 %), full in 1.7 s
|  ? help   q quit   Enter look inside   t who opens?   / filter   Space freeze
)");
}

TEST_F(TopTest, AScreenOfAsciiIsWrittenInAscii) {
  const std::string ascii = picture(kOrdinary, {.utf8 = false});
  for (const char c : ascii) EXPECT_LT(static_cast<unsigned char>(c), 0x80) << ascii;
  EXPECT_THAT(ascii, HasSubstr("_.-:=+*#"));
  EXPECT_THAT(ascii, HasSubstr(std::string(4, '?') + "-worker-wi~"));
}

TEST_F(TopTest, WhereThereIsNoRoomALineSaysSo) {
  for (const Size size : {Size{29, 24}, Size{80, 7}, Size{1, 1}, Size{0, 0}}) {
    const Picture small = top_.picture(size, {});
    ASSERT_EQ(small.size(), size.lines);
  }
  EXPECT_EQ(shown({top_.picture({.columns = 29, .lines = 24}, {}).front()}), "| needs at least 30 x 8\n");
}

TEST_F(TopTest, EachColumnSortsAndOnceMoreTheOtherWayRound) {
  EXPECT_EQ(order(), "gateway postgres worker sh");
  type("c");
  EXPECT_EQ(order(), "postgres gateway worker sh");
  type("c");
  EXPECT_EQ(order(), "sh worker gateway postgres");
  type("s");
  EXPECT_EQ(order(), "gateway postgres sh worker");
  type("f");
  EXPECT_EQ(order(), "gateway postgres worker sh");
  type("p");
  EXPECT_EQ(order(), "sh worker gateway postgres");
  type("n");
  EXPECT_EQ(order(), "gateway postgres sh worker");
  press(Code::right);
  EXPECT_EQ(order(), "postgres gateway worker sh") << "behind the last column is the first";
  press(Code::left);
  EXPECT_EQ(order(), "gateway postgres sh worker");
}

TEST_F(TopTest, TheChosenProcessStaysChosenWhereverItGoes) {
  press(Code::down);
  EXPECT_THAT(chosen_line(), HasSubstr("postgres"));
  type("c");
  EXPECT_THAT(chosen_line(), HasSubstr("postgres"));
  EXPECT_EQ(order(), "postgres gateway worker sh");
  press(Code::home);
  type("g");
  EXPECT_THAT(chosen_line(), HasSubstr("gateway")) << "the first line, whichever process that is";
  press(Code::end);
  EXPECT_THAT(chosen_line(), HasSubstr("sh"));
  machine_.has_not(5);
  top_.look();
  EXPECT_THAT(chosen_line(), HasSubstr("worker")) << "the last one now";
}

TEST_F(TopTest, AListThatIsLongerThanTheScreenScrolls) {
  for (std::int64_t pid = 1000; pid < 1100; ++pid) machine_.has(pid, "w" + std::to_string(pid), {3});
  top_.look();
  picture();
  press(Code::page_down);
  press(Code::page_down);
  EXPECT_THAT(chosen_line(), HasSubstr("w1008"));
  press(Code::end);
  EXPECT_THAT(chosen_line(), HasSubstr("w1099"));
  press(Code::up);
  EXPECT_THAT(picture(), HasSubstr("w1099"));
  press(Code::page_up);
  EXPECT_THAT(chosen_line(), HasSubstr("w1092"));
}

TEST_F(TopTest, OnlyTheProcessesThatAreSeenAreJudged) {
  for (std::int64_t pid = 1000; pid < 2000; ++pid) machine_.has(pid, "w", {3});
  top_.look();
  picture();
  EXPECT_EQ(machine_.judgements, 7);
  picture();
  EXPECT_EQ(machine_.judgements, 7) << "until the next look";
}

TEST_F(TopTest, TheFilterNarrowsAsItIsTypedAndEscClearsIt) {
  type("/POST");
  EXPECT_EQ(order(), "postgres");
  EXPECT_THAT(picture(), HasSubstr(" filter: POST_"));
  press(Code::backspace);
  press(Code::enter);
  EXPECT_THAT(picture(), HasSubstr("   1 process with 'POS'"));
  EXPECT_THAT(picture(), HasSubstr("? help"));
  press(Code::escape);
  EXPECT_EQ(order(), "gateway postgres worker sh");
  type("/q812");
  EXPECT_THAT(picture(), HasSubstr(" no process has 'q812' in its name or pid"));
  press(Code::escape);
  type("/812");
  EXPECT_EQ(order(), "gateway");
}

TEST_F(TopTest, WhatIsFrozenStaysWhileCountingGoesOn) {
  type(" ");
  const std::string frozen = picture();
  EXPECT_THAT(frozen, HasSubstr("frozen"));
  machine_.has_not(812);
  top_.look();
  top_.look();
  EXPECT_EQ(machine_.looks, 3);
  EXPECT_EQ(picture(), frozen);
  type(" ");
  top_.look();
  EXPECT_EQ(order(), "postgres worker sh");
}

TEST_F(TopTest, QEndsInTheTableAndGoesBackElsewhere) {
  type("?q");
  EXPECT_FALSE(top_.press(character("q")));
}

TEST_F(TopTest, TheHelpTellsEveryKeyAndFitsAnOrdinaryScreen) {
  type("?");
  const std::string help = picture({.columns = 80, .lines = 24});
  EXPECT_EQ(help, R"(|  ajar top: which processes' handles grow
|
|   Up Down      a line up or down
|   PgUp PgDn    a page up or down
|   Home End     to the first line, to the last one
|   ?            these keys
|   q            end
|   Esc q ?      back; clears a filter first
|   Enter        look into the chosen process: its handles by type, and each
|   t            attach, and show which code opens what stays open; again: detach
|   w            then: show whole stacks, or what matters of them
|   /            show what has a text: processes by name or pid, or handles
|   Space        keep what is shown as it is; counting goes on
|   c g s f p n  sort by count, growth, share of the limit, time until full, pid,
|                name; again: the other way round
|   Left Right   sort by the column to the left or right
|
|   GROWTH       of what rises beyond chance, and evenly
|   USED         of the soft limit (RLIMIT_NOFILE)
|   FULL IN      when that limit is reached if it goes on like this
|   VERDICT      growing; rose (a step, a warm-up); steady; too short to tell yet
|   COUNTS       the last counts, a bar each
|
|  q back
)");
  for (const Binding& binding : bindings()) EXPECT_THAT(help, HasSubstr(std::string(binding.name)));
}

TEST_F(TopTest, BeginsAsTheOptionsSay) {
  Top top(machine_, {.sort = SortKey::name, .filter = "o"});
  EXPECT_THAT(shown(top.picture(kOrdinary, {})), HasSubstr("↑NAME"));
  EXPECT_THAT(shown(top.picture(kOrdinary, {})), HasSubstr("2 processes with 'o'"));
}

TEST(Keys, NoneMeansTwoThingsOnAPage) {
  const auto all = bindings();
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const bool same = all[i].code == all[j].code && all[i].text == all[j].text;
      EXPECT_FALSE(same && (all[i].pages & all[j].pages) != 0) << all[i].name;
    }
  }
}

// Whatever is pressed, and however large the screen is.
TEST_F(TopTest, EveryPictureFitsItsScreen) {
  std::vector<report::TableHandle> handles;
  for (std::uint64_t i = 0; i < 50; ++i)
    handles.push_back(
        handle(i, "type " + std::to_string(i % 12), "/名前/" + std::to_string(i), {"close_wait"}));
  machine_.handles = table(20, handles);
  machine_.attachment.report = std::make_shared<report::Report>(leak_report());
  std::vector<Key> keys = {
      character("x"), character("名"), {.code = Code::backspace}, {.code = Code::resize}};
  for (const Binding& binding : bindings()) {
    if (binding.action != Action::quit)
      keys.push_back({.code = binding.code, .text = std::string(binding.text)});
  }
  std::mt19937 random(7);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  for (int step = 0; step < 5000; ++step) {
    static_cast<void>(top_.press(keys[below(keys.size())]));
    if (below(5) == 0) top_.look();
    if (below(5) == 0) top_.refresh();
    const Size size{.columns = below(130), .lines = below(40)};
    const Picture all = top_.picture(size, {.utf8 = below(2) == 0});
    ASSERT_EQ(all.size(), size.lines);
    for (const Line& line : all) {
      std::size_t columns = 0;
      for (const Piece& piece : line.pieces) columns += columns_of(piece.text);
      ASSERT_LE(columns, size.columns) << shown({line});
    }
  }
}

TEST_F(TopTest, WideCharactersAreCutWhereTheyEnd) {
  EXPECT_EQ(columns_of("工作a"), 5U);
  EXPECT_EQ(cut_to("工作進程", 8), "工作進程");
  EXPECT_EQ(cut_to("工作進程", 7), "工作進…");
  EXPECT_EQ(cut_to("工作進程", 6), "工作…") << "half a character is not shown";
  EXPECT_EQ(to_left("工作進程", 6), "工作… ");
  EXPECT_EQ(cut_to("e\u0301tude", 3), "e\u0301t…") << "an accent takes no column";
  EXPECT_EQ(cut_to("abc", 0), "");
}

TEST(Sparkline, ShowsTheLastCountsAndMakesNoMountainOfAFew) {
  const std::vector<std::uint64_t> rises = {1, 100, 200, 300, 400, 500, 600, 700, 800};
  EXPECT_EQ(sparkline(rises, 8, {}), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(sparkline(rises, 10, {.utf8 = false}), " __.-:=+*#");
  const std::vector<std::uint64_t> jitters = {50, 51, 50};
  EXPECT_EQ(sparkline(jitters, 4, {}), " ▁▂▁");
  EXPECT_EQ(sparkline({}, 3, {}), "   ");
}

}  // namespace
}  // namespace ajar::top
