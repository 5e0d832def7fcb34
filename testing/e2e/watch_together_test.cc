#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "e2e/ajar_command.h"
#include "harness/victims.h"

// `ajar watch` on processes that have to do with each other, and on such that don't.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;

// A server and its client: see leaks_together.c.
class Pair {
 public:
  explicit Pair(const std::vector<std::string>& arguments) : server_({.words = words(arguments)}) {}

  // That of the client is known once it runs.
  [[nodiscard]] bool is_ready() {
    return server_.wait_until([&] { return server_.out().find('\n') != std::string::npos; });
  }
  [[nodiscard]] pid_t server() const { return server_.pid(); }
  [[nodiscard]] pid_t client() const { return Json::parse(server_.out()).at("client"); }

 private:
  static std::vector<std::string> words(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = {harness::victim("leaks_together")};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
  }

  Running server_;
};

class WatchTogether : public testing::Test {
 protected:
  Outcome run(std::vector<std::string> words) { return harness::run(ajar(directory_, std::move(words))); }

  // Watches until that is said on the screen, and ends it then.
  Outcome watch_until(const std::string& said, const std::vector<std::string>& processes) {
    std::vector<std::string> words = {"watch", "--every", "50ms", "-o", "w.ajar", "--json"};
    words.insert(words.end(), processes.begin(), processes.end());
    Running watching(ajar(directory_, std::move(words)));
    EXPECT_TRUE(watching.wait_until([&] { return watching.err().find(said) != std::string::npos; }))
        << watching.err();
    watching.send(SIGINT);
    return watching.finish();
  }

  static std::optional<Json> process_of(const Outcome& outcome, pid_t pid) {
    const Json json = Json::parse(outcome.out);
    for (const Json& process : json.at("processes")) {
      if (process["pid"] == pid) return process;
    }
    return std::nullopt;
  }

  static std::optional<Json> fall_of(const Outcome& outcome, pid_t pid) {
    const Json json = Json::parse(outcome.out);
    for (const Json& fall : json.at("falls")) {
      if (fall["pid"] == pid) return fall;
    }
    return std::nullopt;
  }

  static void expect_hand_in_hand(const Outcome& outcome, pid_t one, pid_t other, const std::string& type) {
    const auto process = process_of(outcome, one);
    ASSERT_TRUE(process) << outcome.out;
    ASSERT_EQ(process->at("together").size(), 1U) << *process;
    const Json& companion = process->at("together")[0];
    EXPECT_EQ(companion["pid"], other);
    EXPECT_EQ(companion["shared"][0]["type"], type);
    EXPECT_GE(companion["shared"][0]["count"], 10);
    EXPECT_GT(companion["share_of_growth"], 0.5);
  }

  TempDir directory_;
};

TEST_F(WatchTogether, TwoThatLeakConnectionsToEachOtherAreAPair) {
  Pair pair({"4000"});
  ASSERT_TRUE(pair.is_ready());
  const Outcome watched =
      watch_until("hand in hand with client", {std::to_string(pair.server()), std::to_string(pair.client())});
  EXPECT_THAT(watched.err, HasSubstr("hand in hand with leaks_together (pid " +
                                     std::to_string(pair.server()) + "): they share "));
  expect_hand_in_hand(watched, pair.server(), pair.client(), "unix stream socket");
  expect_hand_in_hand(watched, pair.client(), pair.server(), "unix stream socket");
  // The recording says the same, and so does what was seen of it.
  expect_hand_in_hand(run({"report", "w.ajar", "--json"}), pair.server(), pair.client(),
                      "unix stream socket");
  EXPECT_THAT(run({"watch", "--from", "w.ajar"}).out, HasSubstr("hand in hand with client"));
}

TEST_F(WatchTogether, AreFoundAmongAllProcessesToo) {
  Pair pair({"4000"});
  ASSERT_TRUE(pair.is_ready());
  const std::string said = "hand in hand with client (pid " + std::to_string(pair.client()) + ")";
  expect_hand_in_hand(watch_until(said, {}), pair.server(), pair.client(), "unix stream socket");
}

TEST_F(WatchTogether, WhoHeldHandlesForAnotherFallsWhenThatOneEnds) {
  for (const std::string what : {"connections", "files"}) {
    Pair pair({"200", what});
    ASSERT_TRUE(pair.is_ready());
    const std::string fell = "leaks_together (pid " + std::to_string(pair.server()) + ") fell by ";
    // The second time among all processes.
    const bool of_all = what == "files";
    const Outcome watched =
        watch_until(fell, of_all ? std::vector<std::string>()
                                 : std::vector{std::to_string(pair.server()), std::to_string(pair.client())});
    const auto fall = fall_of(watched, pair.server());
    ASSERT_TRUE(fall) << watched.out;
    EXPECT_EQ(fall->at("basis"), "shared");
    ASSERT_EQ(fall->at("ended").size(), 1U) << *fall;
    const Json& ended = fall->at("ended")[0];
    EXPECT_EQ(ended["pid"], pair.client());
    const int by = fall->at("from").get<int>() - fall->at("to").get<int>();
    EXPECT_GE(by, 180) << what;
    EXPECT_LE(by, 201);
    EXPECT_FALSE(fall->at("curve").empty());
    EXPECT_FALSE(ended["curve"].empty());
    EXPECT_EQ(fall_of(run({"report", "w.ajar", "--json"}), pair.server()), fall);
    EXPECT_THAT(run({"watch", "--from", "w.ajar"}).out, HasSubstr(fell));
    EXPECT_THAT(run({"report", "w.ajar", "--top", "0"}).out, HasSubstr("█"));
  }
}

TEST_F(WatchTogether, TwoLeakersThatHaveNothingToDoWithEachOtherAreNoPair) {
  for (const bool of_all : {false, true}) {
    const TempDir elsewhere;
    const Running one({.words = {harness::victim("leak_files"), "100000"}, .directory = directory_.path()});
    // It ends while the other one goes on.
    const Running other({.words = {harness::victim("leak_files"), "160"}, .directory = elsewhere.path()});
    std::vector<std::string> words = {"watch", "--every", "50ms", "--for", "6s", "--json", "-o", "w.ajar"};
    for (const pid_t pid : {one.pid(), other.pid()}) {
      if (!of_all) words.push_back(std::to_string(pid));
    }
    const Outcome watched = run(words);
    for (const Outcome& outcome : {watched, run({"report", "w.ajar", "--json"})}) {
      for (const pid_t pid : {one.pid(), other.pid()}) {
        EXPECT_THAT(watched.err, HasSubstr("GROWING  leak_files (pid " + std::to_string(pid) + ")"));
        const auto process = process_of(outcome, pid);
        ASSERT_TRUE(process) << outcome.out;
        EXPECT_TRUE(process->at("together").empty()) << *process;
        EXPECT_FALSE(fall_of(outcome, pid)) << outcome.out;
      }
    }
  }
}

}  // namespace
}  // namespace ajar::e2e
