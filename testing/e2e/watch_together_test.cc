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
using testing::Not;

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
    const Outcome watched =
        watch_until("it held them for it", {std::to_string(pair.server()), std::to_string(pair.client())});
    EXPECT_THAT(watched.err,
                HasSubstr("leaks_together (pid " + std::to_string(pair.server()) + ") fell by "));
    const Json falls = Json::parse(watched.out).at("falls");
    ASSERT_EQ(falls.size(), 1U) << falls;
    EXPECT_EQ(falls[0]["basis"], "shared");
    EXPECT_EQ(falls[0]["pid"], pair.server());
    EXPECT_EQ(falls[0]["ended"].at(0)["pid"], pair.client());
    const int fell = falls[0]["from"].get<int>() - falls[0]["to"].get<int>();
    EXPECT_GE(fell, 180) << what;
    EXPECT_LE(fell, 201);
    EXPECT_FALSE(falls[0]["curve"].empty());
    EXPECT_FALSE(falls[0]["ended"][0]["curve"].empty());
    EXPECT_EQ(Json::parse(run({"report", "w.ajar", "--json"}).out).at("falls"), falls);
    EXPECT_THAT(run({"watch", "--from", "w.ajar"}).out, HasSubstr("it held them for it"));
    EXPECT_THAT(run({"report", "w.ajar"}).out, HasSubstr("█"));
  }
}

TEST_F(WatchTogether, TwoLeakersThatHaveNothingToDoWithEachOtherAreNoPair) {
  const TempDir elsewhere;
  const Running one({.words = {harness::victim("leak_files"), "100000"}, .directory = directory_.path()});
  Running other({.words = {harness::victim("leak_files"), "160"}, .directory = elsewhere.path()});
  const Outcome watched = run({"watch", std::to_string(one.pid()), std::to_string(other.pid()), "--every",
                               "50ms", "--for", "6s", "--json", "-o", "w.ajar"});
  EXPECT_THAT(watched.err, HasSubstr("GROWING  leak_files (pid " + std::to_string(one.pid()) + ")"));
  EXPECT_THAT(watched.err, HasSubstr("GROWING  leak_files (pid " + std::to_string(other.pid()) + ")"));
  EXPECT_THAT(watched.err, Not(HasSubstr("hand in hand")));
  EXPECT_THAT(watched.err, Not(HasSubstr("it held")));
  const Json json = Json::parse(watched.out);
  EXPECT_TRUE(json["falls"].empty()) << json["falls"];
  for (const Json& process : json["processes"]) EXPECT_TRUE(process["together"].empty()) << process;
  EXPECT_THAT(run({"report", "w.ajar"}).out, Not(HasSubstr("hand in hand")));
}

}  // namespace
}  // namespace ajar::e2e
