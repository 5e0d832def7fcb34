#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <set>

#include "e2e/ajar_command.h"
#include "e2e/stating_victim.h"

// The victim every_type holds a descriptor of each type and states what it knows of it: `ajar handles -v`
// must say the same of each.
namespace ajar::e2e {
namespace {

using harness::TempDir;
using Json = nlohmann::json;

TEST(EveryType, IsToldAsItsHolderStatesItInEachField) {
  if (geteuid() != 0) GTEST_SKIP() << "the paths of inotify's watches and bpf's names take root";
  const StatingVictim victim("every_type");
  ASSERT_TRUE(victim.is_ready());
  const Json told = told_of(victim.pid());
  std::set<std::string> types;
  for (const Json& stated : victim.lines_with("handle")) {
    expect_agreement(told, stated);
    types.insert(stated["type"].get<std::string>());
  }
  EXPECT_GE(types.size(), 30U);
  for (const Json& missing : victim.lines_with("unavailable"))
    std::cout << "not here: " << missing.dump() << '\n';
}

// A summary reads only links, sock_diag and some fdinfo: what it proves must be what the whole proves.
TEST(EveryType, ASummaryShowsTheSameSignsButThoseThatNeedOtherTables) {
  const StatingVictim victim("every_type");
  ASSERT_TRUE(victim.is_ready());
  const TempDir directory;
  const Json told =
      process_in(harness::run(ajar(directory, {"handles", std::to_string(victim.pid()), "--json"})));
  for (const Json& stated : victim.lines_with("signs")) {
    if (stated["type"] == "pipe") continue;
    EXPECT_EQ(handle_of(told, stated["handle"])["signs"], stated["signs"]) << stated.dump();
  }
}

}  // namespace
}  // namespace ajar::e2e
