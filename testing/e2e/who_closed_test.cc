#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>

#include "e2e/traced.h"
#include "harness/victims.h"

namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// What is said of a number in a run of the victim.
class WhoClosed : public testing::Test {
 protected:
  void run(std::string_view victim) { harness::run(ajar_run(directory_, harness::victim_command(victim))); }

  Outcome ask(std::vector<std::string> words) {
    words.insert(words.begin(), "who-closed");
    return harness::run(ajar(directory_, std::move(words)));
  }

  // Of the only process.
  Json told(const std::string& number) {
    const Outcome outcome = ask({number, "x.ajar", "--json"});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    const Json document = Json::parse(outcome.out, nullptr, false);
    if (document.is_discarded() || document["processes"].size() != 1) {
      ADD_FAILURE() << outcome.out << outcome.err;
      return {};
    }
    EXPECT_EQ(document["schema"], "ajar-who-closed/1");
    return document["processes"][0];
  }

  std::string report_json() { return harness::run(ajar(directory_, {"report", "--json", "x.ajar"})).out; }

  // The function of the event that an answer names by `place`.
  static std::string function(const Json& process, const Json& answer, const char* place) {
    if (!answer.contains(place) || answer[place].is_null()) return "none";
    const Json& culprit = process["events"].at(answer[place].get<std::size_t>())["culprit"];
    return culprit.is_null() ? "nobody" : culprit["function"].get<std::string>();
  }

  void keep_own_table(const std::string& file) {
    harness::run(ajar(directory_, {"snapshot", std::to_string(::getpid()), "-o", file}));
  }

  void expect_refusal(std::vector<std::string> words, const std::string& reason) {
    const Outcome outcome = ask(std::move(words));
    EXPECT_EQ(outcome.exit_status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(reason));
  }

 private:
  TempDir directory_;
};

TEST_F(WhoClosed, OfAnothersHandleNamesOwnerThiefAndWhoNoticed) {
  run("close_anothers");
  const Json process = told("3");
  ASSERT_EQ(process["answers"].size(), 1U) << process;
  const Json& answer = process["answers"][0];
  EXPECT_EQ(answer["kind"], "closes another's");
  EXPECT_EQ(function(process, answer, "opened"), "open_journal");
  EXPECT_EQ(function(process, answer, "closed"), "close_cache");
  EXPECT_EQ(function(process, answer, "owned"), "close_cache");
  EXPECT_EQ(function(process, answer, "noticed"), "close_journal");
  EXPECT_EQ(process["events"].size(), 5U);
  EXPECT_EQ(process["events"][2]["name"], "/etc/group");
}

TEST_F(WhoClosed, OfASecondCloseNamesBothCloses) {
  run("double_close");
  const Json process = told("3");
  ASSERT_EQ(process["answers"].size(), 1U) << process;
  const Json& answer = process["answers"][0];
  EXPECT_EQ(answer["kind"], "closed twice");
  EXPECT_EQ(function(process, answer, "opened"), "open_it");
  EXPECT_EQ(function(process, answer, "closed"), "close_it");
  EXPECT_EQ(function(process, answer, "noticed"), "close_it_again");
  EXPECT_EQ(told("777")["answers"][0]["kind"], "not open");
}

TEST_F(WhoClosed, OfAUseAfterTheCloseNamesTheThreadThatClosedIt) {
  run("use_after_close");
  const Json process = told("3");
  ASSERT_EQ(process["answers"].size(), 1U) << process;
  const Json& answer = process["answers"][0];
  EXPECT_EQ(answer["kind"], "used closed");
  EXPECT_EQ(function(process, answer, "closed"), "close_shared");
  EXPECT_EQ(function(process, answer, "noticed"), "dup_shared");
  const Json& closing = process["events"][answer["closed"].get<std::size_t>()];
  EXPECT_EQ(closing["thread_name"], "cleaner");
  EXPECT_NE(closing["thread"], process["pid"]);
  const Outcome text = ask({"3", "x.ajar"});
  EXPECT_THAT(text.out, HasSubstr("USED, NOT OPEN"));
  EXPECT_THAT(text.out, HasSubstr("thread cleaner ("));
}

TEST_F(WhoClosed, TellsInOrderAndAgreesWithItself) {
  run("ranges");
  const Json process = told("3");
  double before = 0;
  for (const Json& event : process["events"]) {
    EXPECT_GE(event["at_s"], before);
    before = event["at_s"];
  }
  EXPECT_EQ(process["answers"].back()["kind"], "open");
  EXPECT_EQ(process["opened"].get<int>(), process["closed"].get<int>() + 1);
}

// The numbers that are open at the end, as the report has them.
std::set<std::uint64_t> open_numbers(const Json& process) {
  std::set<std::uint64_t> numbers;
  const auto add = [&](const Json& handles) {
    for (const Json& handle : handles) numbers.insert(handle["handle"].get<std::uint64_t>());
  };
  for (const Json& group : process["groups"]) add(group["handles"]);
  add(process["coverage"]["inherited_handles"]);
  add(process["coverage"]["unseen_handles"]);
  return numbers;
}

TEST_F(WhoClosed, AgreesWithTheReportOnWhatIsOpenAtTheEnd) {
  for (const char* victim : {"dup_family", "streams_reopened", "exec_chain", "ranges", "by_number"}) {
    run(victim);
    const Json report = Json::parse(report_json());
    const std::set<std::uint64_t> open = open_numbers(report["processes"].at(0));
    EXPECT_FALSE(open.empty()) << victim;
    for (std::uint64_t number = 0; number < 60; ++number) {
      const Outcome outcome = ask({std::to_string(number), "x.ajar", "--json"});
      if (outcome.exit_status != 0) {
        EXPECT_FALSE(open.contains(number)) << victim << ' ' << number << ' ' << outcome.err;
        continue;
      }
      const Json answers = Json::parse(outcome.out)["processes"].at(0)["answers"];
      const bool is_open =
          std::ranges::any_of(answers, [](const Json& answer) { return answer["kind"] == "open"; });
      EXPECT_EQ(is_open, open.contains(number)) << victim << ' ' << number;
    }
  }
}

TEST_F(WhoClosed, ShowsTheNewestEventsAndCountsTheOthers) {
  run("ranges");
  const Outcome text = ask({"3", "x.ajar", "--top", "2"});
  EXPECT_EQ(text.exit_status, 0);
  EXPECT_THAT(text.out, HasSubstr("earlier events (--top 0)"));
  EXPECT_THAT(ask({"3", "x.ajar", "--top", "0"}).out, Not(HasSubstr("earlier events")));
  EXPECT_EQ(ask({"3", "x.ajar", "--top", "2", "--json"}).out, ask({"3", "x.ajar", "--json"}).out);
}

TEST_F(WhoClosed, ShowsWholeStacksWhereTheyAreWanted) {
  run("double_close");
  EXPECT_THAT(ask({"3", "x.ajar"}).out, Not(HasSubstr("main")));
  EXPECT_THAT(ask({"3", "x.ajar", "--full-stacks"}).out, HasSubstr("main"));
}

TEST_F(WhoClosed, RefusesInOneLine) {
  run("double_close");
  expect_refusal({"three", "x.ajar"}, "'three' is no handle's number");
  expect_refusal({"-3", "x.ajar"}, "unknown option");
  expect_refusal({"3"}, "which file?");
  expect_refusal({"3", "missing.ajar"}, "missing.ajar: ");
  expect_refusal({"3", "/usr/bin/env"}, "/usr/bin/env: ");
  keep_own_table("tables.ajar");
  expect_refusal({"0", "tables.ajar"}, "tables.ajar: it holds handle tables only");
  expect_refusal({"4711", "x.ajar"}, "fd 4711 was never open in it; ");
  expect_refusal({"3", "x.ajar", "--process", "nobody"},
                 "no process 'nobody' in it; there are: double_close");
  expect_refusal({"4711", "x.ajar", "--process", "double_close"}, "never open in it in 'double_close'");
}

}  // namespace
}  // namespace ajar::e2e
