#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "e2e/ajar_command.h"
#include "e2e/shop.h"

// `ajar mark`, and `ajar diff --since`, as their users meet them.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Sessions of other tests are out of sight.
harness::Command alone(const TempDir& directory, harness::Command command) {
  command.environment["XDG_RUNTIME_DIR"] = directory.path().string();
  return command;
}

// A shop that is recorded, has handled 40 orders and forgot a connection for each.
class Marks : public testing::Test {
 protected:
  void SetUp() override { order(40); }

  void order(int orders) {
    const Outcome client = shop_orders(directory_, orders, 200);
    ASSERT_THAT(client.out, HasSubstr(std::to_string(orders) + " orders answered")) << server_.err();
  }

  Outcome call(std::vector<std::string> words) {
    return harness::run(alone(directory_, ajar(directory_, std::move(words))));
  }

  std::string shop() const { return harness::child_of(server_.pid()); }

  void mark(const std::string& label) {
    const Outcome outcome = call({"mark", shop(), label});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, StartsWith("marked '" + label + "' at "));
  }

  Json since(const std::string& of, const std::string& label) {
    const Outcome outcome = call({"diff", of, "--json", "--since", label});
    EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
    return outcome.out.empty() ? Json() : Json::parse(outcome.out);
  }

  // The server may still hold a client's connection, which is no leak.
  static void expect_leaked(const Json& report, int connections) {
    ASSERT_EQ(report["processes"].size(), 1U);
    Json leaks = Json::array();
    for (const Json& group : report["processes"][0]["groups"]) {
      if (!group["culprit"].is_null() && group["culprit"]["module"] == "libpricing.so")
        leaks.push_back(group);
    }
    ASSERT_EQ(leaks.size(), 1U) << report.dump(1);
    EXPECT_EQ(leaks[0]["outstanding"], connections);
    EXPECT_EQ(leaks[0]["opened"], connections);
    EXPECT_EQ(leaks[0]["type"], "tcp socket");
    EXPECT_THAT(leaks[0]["culprit"]["function"].get<std::string>(), HasSubstr("fetch_rate"));
  }

  void end() {
    server_.send(SIGTERM);
    EXPECT_EQ(server_.finish().exit_status, 0);
  }

  TempDir directory_;
  Running server_{alone(directory_, ajar_run(directory_, shop_server(directory_)))};
};

TEST_F(Marks, WhatLeakedSinceIsToldWithItsCodeAndWhatLeakedBeforeIsNot) {
  mark("before-login");
  order(5);
  const Json report = since(shop(), "before-login");
  expect_leaked(report, 5);
  EXPECT_EQ(report["since"]["label"], "before-login");
  const Json& process = report["processes"][0];
  EXPECT_EQ(std::to_string(process["pid"].get<int>()), shop());
  EXPECT_GT(process["coverage"]["before_mark"], 40);
  EXPECT_EQ(process["coverage"]["unseen"], 0);
}

TEST_F(Marks, APersonReadsTheSame) {
  mark("before-login");
  order(5);
  const Outcome outcome = call({"diff", shop(), "--since", "before-login"});
  EXPECT_THAT(outcome.out, HasSubstr(" since 'before-login', "));
  EXPECT_THAT(outcome.out, HasSubstr(" were opened and are still open; "));
  EXPECT_THAT(outcome.out, HasSubstr("  5 × tcp socket"));
  EXPECT_THAT(outcome.out, HasSubstr("fetch_rate"));
  EXPECT_THAT(outcome.out, HasSubstr("5 in CLOSE_WAIT"));
  EXPECT_EQ(outcome.err, "");
}

TEST_F(Marks, OfSeveralEachTellsItsOwnTimeAndTheLastNeedsNoLabel) {
  ASSERT_THAT(call({"mark", shop()}).out, StartsWith("marked 'mark-1' at "));
  order(3);
  ASSERT_THAT(call({"mark", shop()}).out, StartsWith("marked 'mark-2' at "));
  order(4);
  expect_leaked(since(shop(), "mark-1"), 7);
  expect_leaked(since(shop(), "mark-2"), 4);
  const Outcome last = call({"diff", shop(), "--json", "--since"});
  expect_leaked(Json::parse(last.out), 4);
}

TEST_F(Marks, WhereNothingWasOpenedSinceNothingIsTold) {
  mark("quiet");
  const Outcome outcome = call({"diff", shop(), "--since", "quiet", "--error-exitcode", "9"});
  EXPECT_THAT(outcome.out, HasSubstr(": 0 were opened and are still open; "));
  EXPECT_THAT(outcome.out, HasSubstr("nothing that was opened since is still open"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("fetch_rate")));
  EXPECT_EQ(outcome.exit_status, 0);
  order(1);
  EXPECT_EQ(call({"diff", shop(), "--since", "quiet", "--error-exitcode", "9"}).exit_status, 9);
}

// Once the server has closed its client's connection.
TEST_F(Marks, AMarkSaysHowManyHandlesTheKernelHas) {
  EXPECT_TRUE(server_.wait_until([&] {
    const std::string open = std::to_string(harness::count_descriptors(shop()));
    return call({"mark", shop()}).out.ends_with(": " + open + " handles open\n");
  }));
}

TEST_F(Marks, AProcessIsFoundByItsCommandLineAndTheSessionByAjarsOwnPid) {
  EXPECT_EQ(call({"mark", directory_.path().string() + "/port"}).exit_status, 0);
  EXPECT_EQ(call({"mark", std::to_string(server_.pid())}).exit_status, 0);
}

TEST_F(Marks, AnUnknownLabelIsRefusedWithThoseThatThereAre) {
  mark("before-login");
  const Outcome outcome = call({"diff", shop(), "--since", "after-login"});
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("there is no mark 'after-login' in it; there are: 'before-login' at "));
}

TEST_F(Marks, WithoutAMarkItIsSaidHowToMakeOne) {
  const Outcome outcome = call({"diff", shop(), "--since"});
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("'ajar mark PID' makes one"));
}

TEST_F(Marks, ALabelIsTakenOnce) {
  mark("a");
  const Outcome outcome = call({"mark", shop(), "a"});
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("there is a mark 'a' already"));
}

TEST_F(Marks, AreInTheRecordingWhenTheSessionHasEnded) {
  mark("before login");
  order(5);
  const std::string pid = shop();
  end();
  const Outcome late = call({"diff", pid, "--since", "before login"});
  EXPECT_EQ(late.exit_status, 2);
  const std::string recording = directory_ / "x.ajar";
  EXPECT_THAT(late.err, HasSubstr("the session that recorded " + pid +
                                  " has ended; its recording can be asked: ajar diff " + recording +
                                  " --since 'before login'\n"));
  EXPECT_THAT(call({"mark", pid}).err, HasSubstr("has ended"));
  expect_leaked(since("x.ajar", "before login"), 5);
  const Outcome report = call({"report", "x.ajar", "--since", "--json"});
  expect_leaked(Json::parse(report.out), 5);
  EXPECT_THAT(call({"report", "x.ajar"}).out, HasSubstr("marks: 'before login' at "));
}

TEST_F(Marks, AreInTheRecordingWhenAjarWasKilled) {
  mark("before");
  order(5);
  ASSERT_EQ(call({"diff", shop(), "--since", "before"}).exit_status, 0);  // it is all written down
  const std::string pid = shop();
  server_.send(SIGKILL);
  EXPECT_EQ(server_.finish().signal, SIGKILL);
  EXPECT_THAT(call({"diff", pid, "--since", "before"}).err,
              HasSubstr("has ended; its recording can be asked"));
  expect_leaked(since("x.ajar", "before"), 5);
}

TEST_F(Marks, AStoppedSessionIsToldAsSuch) {
  const std::string pid = shop();
  server_.send(SIGSTOP);
  const Outcome outcome = call({"mark", pid});
  server_.send(SIGCONT);
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_THAT(outcome.err, HasSubstr(pid + " is recorded, but ajar " + std::to_string(server_.pid()) +
                                     " does not answer; has it been stopped"));
}

TEST_F(Marks, AreForTheOwnerOfTheSessionOnly) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  harness::Command other = ajar(directory_, {"mark", shop()});
  other.words.insert(other.words.begin(), {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
  other.directory = "/";
  const Outcome outcome = harness::run(other);
  EXPECT_EQ(outcome.exit_status, 2) << outcome.out;
  EXPECT_THAT(outcome.err, HasSubstr("is root's, and so is a session that records it: ask as that user"));
}

TEST(Mark, OfAProcessThatNobodyRecordsSaysHowToStart) {
  const TempDir directory;
  const Running victim({.words = {"sleep", "60"}});
  const std::string pid = std::to_string(victim.pid());
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"mark", pid}, {"diff", pid, "--since", "x"}}) {
    const Outcome outcome = harness::run(alone(directory, ajar(directory, words)));
    EXPECT_EQ(outcome.exit_status, 2);
    EXPECT_THAT(outcome.err, HasSubstr("records " + pid + " (sleep); start one with: "));
  }
}

TEST(Mark, GoesToTheSessionOfAChildAsWell) {
  const TempDir directory;
  const Running running(alone(directory, ajar_run(directory, {"sh", "-c", "sleep 60; true"})));
  std::string child;
  ASSERT_TRUE(running.wait_until([&] {
    const std::string shell = harness::child_of(running.pid());
    if (!shell.empty()) child = harness::child_of(std::stoi(shell));
    return !child.empty() &&
           harness::run(alone(directory, ajar(directory, {"mark", child}))).out.find(" in 2 processes") !=
               std::string::npos;
  }));
}

TEST(Mark, GoesToASessionThatWasAttachedAsWell) {
  const TempDir directory;
  const Running server({.words = shop_server(directory)});
  ASSERT_THAT(shop_orders(directory, 20, 200).out, HasSubstr("20 orders answered"));
  const std::string pid = std::to_string(server.pid());
  const Running attached(alone(directory, ajar(directory, {"attach", pid, "-o", "x.ajar"})));
  const auto mark = [&] { return harness::run(alone(directory, ajar(directory, {"mark", pid, "a"}))); };
  if (!attached.wait_until([&] { return mark().exit_status == 0; }))
    GTEST_SKIP() << "ajar attach doesn't work here: " << attached.err();
  ASSERT_THAT(shop_orders(directory, 5, 200).out, HasSubstr("5 orders answered"));
  const Outcome diff = harness::run(alone(directory, ajar(directory, {"diff", pid, "--since", "--json"})));
  ASSERT_EQ(diff.exit_status, 0) << diff.err;
  const Json process = Json::parse(diff.out)["processes"].at(0);
  int forgotten = 0;
  for (const Json& group : process["groups"]) {
    for (const Json& sign : group["signs"])
      forgotten += sign["sign"] == "close_wait" ? sign["count"].get<int>() : 0;
  }
  EXPECT_EQ(forgotten, 5);
  EXPECT_GT(process["coverage"]["before_mark"], 20);
}

TEST(Mark, WrongCallsAreRefusedInOneLine) {
  const TempDir directory;
  const auto expect_refusal = [&](const std::vector<std::string>& words, const std::string& why) {
    const Outcome outcome = harness::run(alone(directory, ajar(directory, words)));
    EXPECT_EQ(outcome.exit_status, 2);
    EXPECT_THAT(outcome.err, HasSubstr(why));
  };
  expect_refusal({"mark"}, "mark: which process? for example: ajar mark gateway before-login");
  expect_refusal({"mark", "1", "a", "b"}, "one process and one label at a time");
  expect_refusal({"mark", "1", "a\nb"}, "a label has no control characters in it");
  expect_refusal({"mark", "99999999"}, "there is no process 99999999");
  expect_refusal({"mark", "no such program"}, "no process matches 'no such program'");
  expect_refusal({"diff", "--since", "1"}, "diff: of what?");
  expect_refusal({"diff", "1", "--since", "x", "--for", "1s"},
                 "--since looks back and --for waits: one of them");
  expect_refusal({"diff", "1", "2", "--since"}, "--since is about one process or recording");
}

}  // namespace
}  // namespace ajar::e2e
