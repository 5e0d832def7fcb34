#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "analyze/analysis.h"
#include "analyze/fake_recording.h"

// What a report leaves out because it was told to, and says where that was in vain.
namespace ajar::analyze {
namespace {

using Taken = model::Snapshot::Taken;
using Started = model::Image::Started;

TEST(Filters, HideGroupsButKeepTheSums) {
  Options options;
  options.types = {"tcp socket"};
  FakeRecording recording(options);
  recording.start();
  for (std::uint64_t i = 0; i < 50; ++i) {
    recording.open(0.2 * static_cast<double>(i), 10 + i, recording.simple_stack("open_it"));
  }
  const report::Report report = recording.report(10);
  EXPECT_TRUE(adds_up(report.processes[0]));
  for (const report::Group& group : report.processes[0].groups) EXPECT_EQ(group.suppressed_by, "type filter");
  EXPECT_FALSE(fails(report, ErrorOn::any));
}

TEST(Filters, ASuppressionThatMatchesNothingIsReported) {
  Options options;
  options.suppressions = parse_suppressions("function=open_it\nmodule=libgone.so").value();
  FakeRecording recording(options);
  recording.start();
  const model::StackId stack = recording.simple_stack("open_it");
  for (std::uint64_t i = 0; i < 50; ++i) recording.open(0.2 * static_cast<double>(i), 10 + i, stack);
  const report::Report report = recording.report(10);
  EXPECT_EQ(report.processes[0].groups[0].suppressed_by, "suppression: function=open_it");
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_EQ(report.warnings[0], "suppression in line 2 matched nothing: module=libgone.so");
  EXPECT_FALSE(fails(report, ErrorOn::leak));
}

std::vector<std::string> warnings_on_types(const std::vector<std::string>& types,
                                           const std::function<void(FakeRecording&)>& happens) {
  Options options;
  options.types = types;
  FakeRecording recording(options);
  happens(recording);
  return recording.report(10).warnings;
}

TEST(Filters, ATypeFilterThatMatchesNothingIsReported) {
  const auto happens = [](FakeRecording& recording) {
    recording.start();
    recording.open(1, 3, recording.simple_stack("leak"), "eventfd");
    recording.open(2, 4, recording.simple_stack("right"), "tcp socket");
    recording.close(3, 4);
    std::vector<model::Handle> table = FakeRecording::streams();
    table.push_back(FakeRecording::handle(3, "eventfd"));
    table.push_back(FakeRecording::handle(7, "pipe"));
    recording.snapshot(Taken::periodic, 5, table);
  };
  EXPECT_EQ(warnings_on_types({"evntfd", "tcp*"}, happens),
            std::vector<std::string>{"--type 'evntfd': nothing of that type was open or opened"});
  EXPECT_EQ(warnings_on_types({"directory"}, happens).size(), 1U) << "no path was opened";
  for (const char* met : {"eventfd", "pipe", "tty", "tcp socket", "*"}) {
    EXPECT_TRUE(warnings_on_types({met}, happens).empty()) << met;
  }
}

// The call tells "file", and nobody looked as long as it was open.
TEST(Filters, ATypeFilterMatchesWhatAnOpenedPathMayHaveBeen) {
  const auto happens = [](FakeRecording& recording) {
    recording.start();
    recording.open(1, 3, recording.simple_stack("list"), "file", "/etc");
    recording.close(2, 3);
  };
  for (const char* met : {"file", "directory", "fifo"}) {
    EXPECT_TRUE(warnings_on_types({met}, happens).empty()) << met;
  }
  EXPECT_EQ(warnings_on_types({"pipe"}, happens).size(), 1U);
}

TEST(Filters, ATypeFilterMatchesWhatWasOpenedBeforeExec) {
  const auto happens = [](FakeRecording& recording) {
    recording.start();
    recording.open(1, 3, recording.simple_stack("ask"), "udp socket");
    recording.close(2, 3);
    recording.new_image("/usr/bin/other", Started::exec, 3);
    recording.start(3);
  };
  EXPECT_TRUE(warnings_on_types({"udp socket"}, happens).empty());
}

TEST(Filters, WhereATypeWasNotToldAFilterIsNotSurelyWrong) {
  const auto happens = [](FakeRecording& recording) {
    recording.start();
    recording.open(1, 3, recording.simple_stack("receive"), "");
    recording.close(2, 3);
  };
  EXPECT_EQ(warnings_on_types({"pipe"}, happens),
            std::vector<std::string>{
                "--type 'pipe': nothing of that type was open or opened, as far as types are known"});
}

TEST(Filters, WhereNoTableWasSeenNothingIsSaidOfTypes) {
  EXPECT_TRUE(warnings_on_types({"pipe"}, [](FakeRecording& recording) {
                recording.process().not_traced = "statically linked";
              }).empty());
}

TEST(Filters, YoungHandlesCanBeLeftOut) {
  Options options;
  options.min_age = std::chrono::seconds(5);
  FakeRecording recording(options);
  recording.start();
  recording.open(1, 3, recording.simple_stack("old"));
  recording.open(8, 4, recording.simple_stack("young"));
  const report::Process process = recording.only_process(10);
  ASSERT_EQ(process.groups.size(), 2U);
  EXPECT_EQ(process.groups[0].suppressed_by, "");
  EXPECT_EQ(process.groups[1].suppressed_by, "minimum age");
}

}  // namespace
}  // namespace ajar::analyze
