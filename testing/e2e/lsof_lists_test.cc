#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "e2e/ajar_command.h"
#include "e2e/stating_victim.h"
#include "harness/needs.h"

// What lsof printed, read by ajar, against what ajar sees itself.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using harness::write_file;
using testing::HasSubstr;
using Json = nlohmann::json;

// The types of the handles that `ajar handles OPERAND` lists, by number.
std::map<std::uint64_t, std::string> types(const TempDir& directory, const std::string& operand) {
  const Outcome outcome = harness::run(ajar(directory, {"handles", operand, "--json"}));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  std::map<std::uint64_t, std::string> types;
  const Json report = Json::parse(outcome.out);
  for (const Json& handle : report.at("processes").at(0).at("handles"))
    types[handle.at("handle")] = handle.at("type");
  return types;
}

class LsofList : public testing::Test {
 protected:
  void SetUp() override { AJAR_NEEDS("lsof", "lsof"); }

  void write_list(const std::vector<std::string>& options, int pid, const std::string& file) {
    std::vector<std::string> words = {"lsof", "-nP", "-w"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"-p", std::to_string(pid)});
    write_file(directory_.path() / file, harness::run({.words = words, .directory = directory_.path()}).out);
  }

  TempDir directory_;
};

TEST_F(LsofList, HasTheSameHandlesOfTheSameTypesAsAjarsOwn) {
  const StatingVictim victim("close_wait 3");
  ASSERT_TRUE(victim.is_ready());
  const auto own = types(directory_, std::to_string(victim.pid()));
  ASSERT_FALSE(own.empty());
  write_list({}, victim.pid(), "table.txt");
  EXPECT_EQ(types(directory_, "table.txt"), own);
  write_list({"-F", "pcftnPT"}, victim.pid(), "fields.txt");
  EXPECT_EQ(types(directory_, "fields.txt"), own);
}

TEST_F(LsofList, ShowsWhatIsForgotten) {
  const StatingVictim victim("close_wait 3");
  ASSERT_TRUE(victim.is_ready());
  write_list({}, victim.pid(), "table.txt");
  const Outcome outcome = harness::run(ajar(directory_, {"handles", "table.txt"}));
  EXPECT_THAT(outcome.out, HasSubstr("3 in CLOSE_WAIT"));
  const Outcome report = harness::run(ajar(directory_, {"report", "table.txt"}));
  EXPECT_THAT(report.out,
              HasSubstr("'ajar attach " + std::to_string(victim.pid()) + "' does, while it runs"));
}

}  // namespace
}  // namespace ajar::e2e
