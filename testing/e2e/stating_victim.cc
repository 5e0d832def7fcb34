#include "e2e/stating_victim.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "e2e/ajar_command.h"
#include "harness/victims.h"

namespace ajar::e2e {
namespace {

using Json = nlohmann::json;

bool is_one_of(const std::string& found, const std::string& alternatives) {
  std::istringstream words(alternatives);
  for (std::string word; std::getline(words, word, '|');) {
    if (word == found) return true;
  }
  return false;
}

}  // namespace

StatingVictim::StatingVictim(const std::string& run)
    : running_({.words = {"sh", "-c", "sleep 100 | " + harness::victim(run)}, .directory = here_.path()}) {}

bool StatingVictim::is_ready() const {
  return running_.wait_until([&] { return running_.out().find("\"ready\"") != std::string::npos; });
}

std::vector<Json> StatingVictim::lines_with(const std::string& key) const {
  std::vector<Json> found;
  std::istringstream lines(running_.out());
  for (std::string line; std::getline(lines, line);) {
    if (Json statement = Json::parse(line); statement.contains(key)) found.push_back(std::move(statement));
  }
  return found;
}

int StatingVictim::number(const std::string& key) const {
  return lines_with(key).at(0).at(key);
}

Json process_in(const harness::Outcome& outcome) {
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  return Json::parse(outcome.out)["processes"].at(0);
}

Json told_of(int pid) {
  const harness::TempDir directory;
  return process_in(harness::run(ajar(directory, {"handles", std::to_string(pid), "-v", "--json"})));
}

Json handle_of(const Json& process, const Json& number) {
  for (const Json& handle : process["handles"]) {
    if (handle["handle"] == number) return handle;
  }
  return {};
}

void expect_agreement(const Json& process, const Json& stated) {
  const Json told = handle_of(process, stated["handle"]);
  for (const auto& [key, value] : stated.items()) {
    if (key == "pid" || key == "later") continue;
    ASSERT_TRUE(told.contains(key)) << "no '" << key << "' in " << told.dump()
                                    << "\n stated: " << stated.dump();
    if (key == "type") {
      EXPECT_TRUE(is_one_of(told[key], value)) << stated.dump() << "\n is told as " << told.dump();
    } else {
      EXPECT_EQ(told[key], value) << key << " of " << told.dump() << "\n stated: " << stated.dump();
    }
  }
}

}  // namespace ajar::e2e
