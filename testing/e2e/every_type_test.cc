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

// Keys that only the kernel knows a value for, and those that a test of sockets looks at.
const std::set<std::string> kNotStated = {
    "id",          // of an eventfd; the kernel tells it nowhere else
    "told",        // the kernel's own words
    "expires_ns",  // it runs down
    "signs",      "other_end",     "other_end_gone", "also_held_by",     "state",        "local",
    "peer",       "receive_queue", "send_queue",     "last_received_ms", "last_sent_ms", "last_heard_ms"};

void expect_nothing_else_is_told(const Json& told, const Json& stated) {
  for (const auto& [key, value] : told.items()) {
    EXPECT_TRUE(stated.contains(key) || key == "name" || kNotStated.contains(key))
        << "'" << key << "' is told: " << told.dump() << "\n stated: " << stated.dump();
  }
}

TEST(EveryType, IsToldAsItsHolderStatesItInEachField) {
  if (geteuid() != 0) GTEST_SKIP() << "the paths of inotify's watches and bpf's names take root";
  const StatingVictim victim("every_type");
  ASSERT_TRUE(victim.is_ready());
  const Json told = told_of(victim.pid());
  std::set<std::string> types;
  for (const Json& stated : victim.lines_with("handle")) {
    expect_agreement(told, stated);
    expect_nothing_else_is_told(handle_of(told, stated["handle"]), stated);
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
