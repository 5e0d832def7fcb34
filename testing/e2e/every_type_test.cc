#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "e2e/ajar_command.h"
#include "harness/victims.h"

// The victim every_type holds a descriptor of each type and states what it knows of it: `ajar handles -v`
// must say the same of each.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;

struct Statements {
  std::vector<Json> held;
  std::vector<std::string> unavailable;
};

// The victim as it waits.
class Victim {
 public:
  // A pipe as its standard input, which ends with this.
  Victim()
      : running_({.words = {"sh", "-c", "sleep 100 | " + harness::victim("every_type")},
                  .directory = here_.path()}) {}

  [[nodiscard]] bool is_ready() const {
    return running_.wait_until([&] { return running_.out().find("\"ready\"") != std::string::npos; });
  }

  [[nodiscard]] Statements statements(std::string& pid) const {
    Statements all;
    std::istringstream lines(running_.out());
    for (std::string line; std::getline(lines, line);) {
      const Json statement = Json::parse(line);
      if (statement.contains("ready")) {
        pid = std::to_string(statement["ready"].get<int>());
      } else if (statement.contains("unavailable")) {
        all.unavailable.push_back(statement["unavailable"].get<std::string>() + ": " +
                                  statement["why"].get<std::string>());
      } else {
        all.held.push_back(statement);
      }
    }
    return all;
  }

 private:
  TempDir here_;
  Running running_;
};

std::map<int, Json> by_number(const Json& report) {
  std::map<int, Json> handles;
  for (const Json& handle : report["processes"].at(0)["handles"])
    handles[handle["handle"].get<int>()] = handle;
  return handles;
}

bool is_one_of(const std::string& found, const std::string& alternatives) {
  std::istringstream words(alternatives);
  for (std::string word; std::getline(words, word, '|');) {
    if (word == found) return true;
  }
  return false;
}

void expect_agreement(const Json& stated, const Json& told) {
  for (const auto& [key, value] : stated.items()) {
    if (key == "type") {
      EXPECT_TRUE(is_one_of(told["type"], value)) << stated.dump() << "\n is told as " << told.dump();
      continue;
    }
    ASSERT_TRUE(told.contains(key)) << "no '" << key << "' in " << told.dump()
                                    << "\n stated: " << stated.dump();
    EXPECT_EQ(told[key], value) << key << " of " << told.dump() << "\n stated: " << stated.dump();
  }
}

TEST(EveryType, IsToldAsItsHolderStatesItInEachField) {
  if (geteuid() != 0) GTEST_SKIP() << "the paths of inotify's watches and bpf's names take root";
  const Victim victim;
  ASSERT_TRUE(victim.is_ready());
  std::string pid;
  const Statements statements = victim.statements(pid);
  const TempDir directory;
  const Outcome outcome = harness::run(ajar(directory, {"handles", pid, "-v", "--json"}));
  ASSERT_EQ(outcome.exit_status, 0) << outcome.err;
  const std::map<int, Json> told = by_number(Json::parse(outcome.out));
  std::set<std::string> types;
  for (const Json& stated : statements.held) {
    const int number = stated["handle"];
    ASSERT_TRUE(told.contains(number)) << stated.dump();
    expect_agreement(stated, told.at(number));
    types.insert(stated["type"].get<std::string>());
  }
  EXPECT_GE(types.size(), 30U) << testing::PrintToString(statements.unavailable);
  for (const std::string& missing : statements.unavailable) std::cout << "not here: " << missing << '\n';
}

// A summary reads only links, sock_diag and some fdinfo: what it proves must be what the whole proves.
TEST(EveryType, ASummaryShowsTheSameSignsButThoseThatNeedOtherTables) {
  const Victim victim;
  ASSERT_TRUE(victim.is_ready());
  std::string pid;
  const Statements statements = victim.statements(pid);
  const TempDir directory;
  const Outcome outcome = harness::run(ajar(directory, {"handles", pid, "--json"}));
  ASSERT_EQ(outcome.exit_status, 0) << outcome.err;
  const std::map<int, Json> told = by_number(Json::parse(outcome.out));
  for (const Json& stated : statements.held) {
    if (!stated.contains("signs") || stated["type"] == "pipe") continue;
    EXPECT_EQ(told.at(stated["handle"].get<int>())["signs"], stated["signs"]) << stated.dump();
  }
}

}  // namespace
}  // namespace ajar::e2e
