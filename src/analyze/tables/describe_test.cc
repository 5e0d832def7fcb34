#include "analyze/tables/describe.h"

#include <gtest/gtest.h>

#include "analyze/tables/fake_source.h"

namespace ajar::analyze {
namespace {

report::HandleTable describe_last(FakeSource& source, const TableOptions& options = {}) {
  const auto tables = tables_at(source, {Moment::last()});
  EXPECT_TRUE(tables.ok());
  const SystemModules system({});
  CodePaths paths(source.world(), system);
  return describe(source.world(), tables.value().at(0).at(0), options, paths);
}

std::vector<std::string> names_of(const report::HandleTable& table) {
  std::vector<std::string> names;
  for (const report::TableHandle& handle : table.handles) names.push_back(handle.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(Describe, TypesAreCountedTheMostFrequentFirstThenByName) {
  FakeSource source;
  source.process("/opt/gateway", 812);
  source.snapshot(7, {FakeSource::handle(0, "tty", "a"), FakeSource::handle(1, "pipe", "b"),
                      FakeSource::handle(3, "file", "c"), FakeSource::handle(4, "file", "d")});
  const report::HandleTable table = describe_last(source);
  EXPECT_EQ(table.name, "gateway");
  EXPECT_EQ(table.pid, 812);
  EXPECT_EQ(table.open, 4U);
  ASSERT_EQ(table.types.size(), 3U);
  EXPECT_EQ(table.types[0].type, "file");
  EXPECT_EQ(table.types[0].count, 2U);
  EXPECT_EQ(table.types[1].type, "pipe");
  EXPECT_EQ(table.types[2].type, "tty");
  EXPECT_TRUE(table.handles.empty()) << "they were not asked for";
}

TEST(Describe, HandlesAreOfTheWantedTypesAndInTheWantedOrder) {
  FakeSource source;
  source.process("/opt/gateway", 812);
  source.snapshot(7, {FakeSource::handle(0, "tty", "z"), FakeSource::handle(1, "pipe", "b"),
                      FakeSource::handle(3, "file", "y"), FakeSource::handle(4, "file", "a")});
  TableOptions options{.types = {}, .handles = true};
  EXPECT_EQ(names_of(describe_last(source, options)), (Names{"z", "b", "y", "a"}));
  options.order = HandleOrder::type;
  EXPECT_EQ(names_of(describe_last(source, options)), (Names{"y", "a", "b", "z"}));
  options.order = HandleOrder::name;
  EXPECT_EQ(names_of(describe_last(source, options)), (Names{"a", "b", "y", "z"}));
  options.types = {"file"};
  const report::HandleTable table = describe_last(source, options);
  EXPECT_EQ(names_of(table), (Names{"a", "y"}));
  EXPECT_EQ(table.open, 4U) << "the others are counted all the same";
  EXPECT_EQ(table.types.size(), 3U);
}

TEST(Describe, AHandleThatNoEventOpenedSaysWhyNobodyIsNamed) {
  FakeSource source;
  source.process("/opt/gateway", 812);
  source.event(model::EventKind::open, 1, 3, source.stack("fetch"));
  source.snapshot(7, {FakeSource::handle(0, "tty", "z"), FakeSource::handle(3, "file", "y")});
  const report::HandleTable table = describe_last(source, {.types = {}, .handles = true});
  EXPECT_EQ(table.handles[0].no_origin, "inherited, or opened unseen");
  ASSERT_TRUE(table.handles[1].origin.has_value());
  EXPECT_EQ(table.handles[1].origin->stack.at(0).function, "fetch");
}

TEST(Describe, WithoutEventsNothingIsSaidOfWhoOpenedAHandle) {
  FakeSource source;
  source.process("/opt/gateway", 812);
  source.snapshot(7, {FakeSource::handle(0, "tty", "z")});
  const report::HandleTable table = describe_last(source, {.types = {}, .handles = true});
  EXPECT_TRUE(table.handles[0].no_origin.empty());
  EXPECT_FALSE(table.handles[0].origin.has_value());
}

TEST(Describe, ProcessesThatUseTheSameTableAreNamedWhileTheyLive) {
  FakeSource source;
  source.process("/opt/gateway", 812);
  const model::TableId shared = source.table();
  source.snapshot(7, {});
  for (const std::int64_t pid : {813, 814}) {
    source.process("/opt/helper", pid);
    source.edit().images.find(model::ImageId{static_cast<std::uint32_t>(pid - 811)})->table = shared;
  }
  source.edit().processes.find(model::ProcessId{3})->ended = FakeSource::at(6);
  EXPECT_EQ(describe_last(source).shares_table_with, Names{"helper 813"});
}

TEST(Describe, TheProcessesAgeIsThatAtTheSnapshot) {
  FakeSource source;
  source.process("/opt/gateway", 812);
  source.edit().processes.find(model::ProcessId{1})->started = FakeSource::at(-100);
  source.snapshot(7, {});
  EXPECT_DOUBLE_EQ(*describe_last(source).up_s, 107);
}

}  // namespace
}  // namespace ajar::analyze
