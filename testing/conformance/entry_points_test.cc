#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>

#include "conformance/situations.h"
#include "harness/command.h"
#include "harness/temp_dir.h"
#include "harness/victims.h"

// Every entry point of the catalog is called by a victim. Who calls what, the dynamic linker says: with
// LD_DEBUG=bindings it prints each function's name when a program calls it for the first time.
namespace ajar::conformance {
namespace {

using testing::IsEmpty;
using testing::Not;

using Names = std::set<std::string>;

const Names& entry_points() {
  static const Names names = {
#define AJAR_ENTRY(name, call, shape, asked, result, parameters, arguments) #name,
#include "catalog/linux_entries.def"
#undef AJAR_ENTRY
  };
  return names;
}

const std::map<std::string, std::string>& unexercised() {
  static const std::map<std::string, std::string> rows = {
#define AJAR_UNEXERCISED(name, reason) {#name, reason},
#include "conformance/unexercised.def"
#undef AJAR_UNEXERCISED
  };
  return rows;
}

// The functions that the victims' own modules called in this run.
void add_called(const std::string& run, Names& called) {
  const harness::TempDir directory;
  harness::Command command{.words = harness::victim_command(run),
                           .environment = {{"LD_DEBUG", "bindings"}, {"LD_BIND_NOW", std::nullopt}},
                           .directory = directory.path()};
  const std::string said = harness::run(command).err;
  static const std::regex binding(
      "binding file ([^ ]*) \\[[0-9]+\\] to [^ ]* \\[[0-9]+\\]: normal symbol `([^']*)'");
  const std::string victims = harness::victim("");
  for (std::sregex_iterator each(said.begin(), said.end(), binding), end; each != end; ++each) {
    if (each->str(1).starts_with(victims) || each->str(1) == "/proc/self/exe") called.insert(each->str(2));
  }
}

Names called_by_victims() {
  Names runs(harness::victim_runs().begin(), harness::victim_runs().end());
  for (const Situation& situation : situations()) runs.emplace(situation.run);
  Names called;
  for (const std::string& run : runs) add_called(run, called);
  return called;
}

TEST(EntryPoints, AreEachCalledByAVictimOrSaidToBeUnexercised) {
  const Names called = called_by_victims();
  Names missing;
  for (const std::string& name : entry_points()) {
    if (!called.contains(name) && !unexercised().contains(name)) missing.insert(name);
  }
  EXPECT_THAT(missing, IsEmpty());
  for (const auto& [name, reason] : unexercised()) {
    EXPECT_FALSE(called.contains(name)) << name << " is called: take it out of unexercised.def";
  }
}

TEST(EntryPoints, ThatAreUnexercisedAreInTheCatalogAndHaveAReason) {
  for (const auto& [name, reason] : unexercised()) {
    EXPECT_TRUE(entry_points().contains(name)) << name;
    EXPECT_THAT(reason, Not(IsEmpty())) << name;
  }
}

}  // namespace
}  // namespace ajar::conformance
