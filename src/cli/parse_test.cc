#include "cli/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using Words = std::vector<std::string>;

std::vector<std::string> operands(const Words& words) {
  auto parsed = parse(words);
  if (const auto* failure = std::get_if<Failure>(&parsed)) return {"failed", failure->message};
  if (std::holds_alternative<Answer>(parsed)) return {"answered"};
  return std::get<Invocation>(parsed).operands;
}

std::string failure(const Words& words) {
  auto parsed = parse(words);
  const auto* failure = std::get_if<Failure>(&parsed);
  if (failure == nullptr) return "no failure";
  EXPECT_EQ(failure->exit_status, 2);
  return failure->message;
}

std::string answer(const Words& words) {
  auto parsed = parse(words);
  const auto* answer = std::get_if<Answer>(&parsed);
  return answer == nullptr ? "no answer" : answer->text;
}

TEST(Parse, TakesWhatFollowsTheMarkAsTheProgram) {
  EXPECT_THAT(operands({"run", "--", "./server", "--port", "1", "-o", "x"}),
              ElementsAre("./server", "--port", "1", "-o", "x"));
  EXPECT_THAT(operands({"run", "-o", "x.ajar", "--top=3", "--", "--odd-name"}), ElementsAre("--odd-name"));
}

TEST(Parse, TakesTheFirstOtherWordAsTheProgramWithoutAMark) {
  EXPECT_THAT(operands({"run", "--json", "./server", "--json", "-x"}),
              ElementsAre("./server", "--json", "-x"));
  EXPECT_THAT(operands({"run", "grep", "--", "-x"}), ElementsAre("grep", "--", "-x"));
  EXPECT_THAT(operands({"run", "ls", "--help"}), ElementsAre("ls", "--help"));
}

TEST(Parse, KeepsAMarkThatIsTheProgramsOwn) {
  EXPECT_THAT(operands({"run", "--", "grep", "--", "-x"}), ElementsAre("grep", "--", "-x"));
}

TEST(Parse, TakesOptionsBeforeAndAfterTheFile) {
  EXPECT_THAT(operands({"report", "--json", "a.ajar", "--top", "3"}), ElementsAre("a.ajar"));
  EXPECT_THAT(operands({"report", "--", "-odd.ajar"}), ElementsAre("-odd.ajar"));
}

TEST(Parse, TakesARepeatableOptionAgainAndOthersOnce) {
  EXPECT_THAT(operands({"report", "--type", "file", "--type", "pipe", "a.ajar"}), ElementsAre("a.ajar"));
  EXPECT_EQ(failure({"report", "--top", "1", "--top", "2", "a.ajar"}),
            "report: --top: given 2 times; which N?");
}

TEST(Parse, SuggestsTheCommandThatWasMeant) {
  EXPECT_EQ(failure({"reprot", "a.ajar"}), "unknown command 'reprot'; did you mean 'report'?");
  EXPECT_THAT(failure({"frobnicate"}),
              HasSubstr("there are: run, attach, report, who-closed, symbols, "
                        "handles, snapshot, watch, top, dump, mark, diff, console, check"));
}

TEST(Parse, SuggestsTheOptionThatWasMeant) {
  EXPECT_EQ(failure({"report", "--jsno", "a.ajar"}),
            "report: unknown option '--jsno'; did you mean '--json'?");
  EXPECT_EQ(failure({"run", "--outptu=x", "--", "ls"}),
            "run: unknown option '--outptu'; did you mean '--output'?");
  EXPECT_THAT(failure({"check", "--frobnicate"}), HasSubstr("'ajar check --help'"));
}

TEST(Parse, SaysWhatIsMissing) {
  EXPECT_THAT(failure({"run"}), AllOf(StartsWith("run: which program?"), HasSubstr("ajar run")));
  EXPECT_THAT(failure({"run", "-o", "x", "--"}), StartsWith("run: which program?"));
  EXPECT_THAT(failure({"run", "--", ""}), StartsWith("run: which program?"));
  EXPECT_THAT(failure({"report"}), StartsWith("report: which file? for example: ajar report"));
  EXPECT_THAT(failure({"report", "a", "b"}), StartsWith("report: one file at a time"));
  EXPECT_EQ(failure({"who-closed"}), "who-closed: which handle? for example: ajar who-closed 17 server.ajar");
  EXPECT_THAT(failure({"who-closed", "17"}), StartsWith("who-closed: which file?"));
  EXPECT_THAT(failure({"who-closed", "17", "a", "b"}), StartsWith("who-closed: one handle and one file"));
  EXPECT_EQ(failure({"check", "x"}), "check: takes no 'x'");
  EXPECT_EQ(failure({"report", "a", "--top"}), "report: --top: which N? write --top N");
  EXPECT_EQ(failure({"run", "-o", "--", "ls"}), "run: --output: which FILE? write --output FILE");
  EXPECT_EQ(failure({"handles", "--type="}), "handles: --type: which TYPE? write --type TYPE");
}

TEST(Parse, NamesTheOptionWhoseValueIsWrong) {
  EXPECT_THAT(failure({"report", "--top", "many", "a"}), StartsWith("report: --top: 'many' is no number"));
  EXPECT_EQ(failure({"report", "--error-on", "all", "a"}),
            "report: --error-on: 'all' is none of: leak, suspect, any");
  EXPECT_THAT(failure({"report", "--suppressions", "/no/such", "a"}),
              HasSubstr("--suppressions: /no/such: "));
  EXPECT_THAT(failure({"run", "--via", "telepathy", "--", "ls"}),
              HasSubstr("'telepathy' is none of: auto, preload"));
}

TEST(Parse, ASwitchTakesNoValueAndMayBeThereTwice) {
  EXPECT_EQ(failure({"report", "--json=no", "a.ajar"}), "report: --json: takes no value");
  EXPECT_THAT(operands({"report", "--json", "--json", "a.ajar"}), ElementsAre("a.ajar"));
}

TEST(Parse, AnswersWithTheOverviewWhereNothingIsAsked) {
  EXPECT_EQ(answer({}), answer({"--help"}));
  EXPECT_EQ(answer({}), answer({"help"}));
  for (const Command& command : commands()) EXPECT_THAT(answer({}), HasSubstr(std::string(command.example)));
}

TEST(Parse, AnswersHelpForEachCommandWithItsExample) {
  for (const Command& command : commands()) {
    const std::string name(command.name);
    EXPECT_THAT(answer({name, "--help"}), HasSubstr(std::string(command.example)));
    EXPECT_EQ(answer({name, "--help"}), answer({name, "-h"}));
    EXPECT_EQ(answer({name, "--help"}), answer({"help", name}));
  }
  EXPECT_EQ(answer({"run", "--json", "--help"}), answer({"run", "--help"}));
}

TEST(Parse, AnswersItsVersion) {
  EXPECT_THAT(answer({"--version"}), testing::MatchesRegex("ajar [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

}  // namespace
}  // namespace ajar::cli
