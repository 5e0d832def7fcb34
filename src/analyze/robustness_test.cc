// Whatever a recording says, in whatever order, the report's sums agree and the order of arrival within a
// short time makes no difference.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <random>

#include "analyze/fake_recording.h"

namespace ajar::analyze {
namespace {

using Taken = model::Snapshot::Taken;

TEST(Robustness, SumsAgreeWhateverIsTold) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random(seed);
    Options options;
    if (seed % 5 < 2)
      options.since = model::Mark{.id = model::MarkId{1}, .label = "m", .time = FakeWorld::at(seed % 11)};
    FakeRecording recording(options,
                            seed % 2 == 0 ? model::Image::Started::exec : model::Image::Started::attached);
    if (seed % 3 != 0) recording.start();
    const model::StackId stacks[] = {
        recording.simple_stack("a"), recording.simple_stack("b"), {}, model::StackId{9999}};
    const char* types[] = {"file", "pipe", "", "tcp socket"};
    for (int i = 0; i < 300; ++i) {
      const double time = static_cast<double>(random() % 1000) / 100;
      model::Event event = recording.event(static_cast<model::EventKind>(1 + random() % 8), time,
                                           random() % 12, stacks[random() % 4]);
      event.other = random() % 12;
      event.type = recording.text(types[random() % 4]);
      if (random() % 50 == 0) event.time = model::Time(static_cast<std::int64_t>(random()));
      recording.tell(event);
      if (random() % 20 != 0) continue;
      std::vector<model::Handle> table;
      for (std::uint64_t fd = 0; fd < 12; ++fd) {
        if (random() % 2 == 0) table.push_back(FakeRecording::handle(fd, types[random() % 4]));
      }
      recording.snapshot(static_cast<Taken>(1 + random() % 4), time, table, random() % 4 != 0);
    }
    const report::Process process = recording.only_process(10);
    EXPECT_TRUE(adds_up(process)) << "seed " << seed;
    for (const report::Group& group : process.groups) {
      EXPECT_EQ(group.handles.size(), group.outstanding);
      EXPECT_GE(group.opened, group.outstanding);
      EXPECT_FALSE(group.reason.empty());
    }
  }
}

class ExtremeTimes : public testing::TestWithParam<std::optional<std::int64_t>> {};

INSTANTIATE_TEST_SUITE_P(SinceMarks, ExtremeTimes,
                         testing::Values(std::nullopt, std::numeric_limits<std::int64_t>::min(), 0,
                                         std::numeric_limits<std::int64_t>::max()));

TEST_P(ExtremeTimes, AreTaken) {
  Options options;
  if (const auto time = GetParam())
    options.since = model::Mark{.id = model::MarkId{1}, .label = "m", .time = model::Time(*time)};
  FakeRecording recording(options);
  recording.start();
  for (const std::int64_t time : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                  std::numeric_limits<std::int64_t>::max()}) {
    for (std::uint64_t fd = 3; fd < 20; ++fd) {
      model::Event event = recording.event(model::EventKind::open, 0, fd, recording.simple_stack("f"));
      event.time = model::Time(time);
      recording.tell(event);
      event.kind = model::EventKind::close;
      if (fd % 2 == 0) recording.tell(event);
    }
  }
  recording.process().started = model::Time::max();
  recording.process().ended = model::Time::min();
  for (const report::Process& process : recording.report(1).processes) EXPECT_TRUE(adds_up(process));
}

// Events that are late by up to a few places, as rings of several threads deliver them.
TEST(Robustness, ArrivalOutOfOrderChangesNothing) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    FakeRecording ordered;
    FakeRecording shuffled;
    std::vector<model::Event> events;
    for (FakeRecording* recording : {&ordered, &shuffled}) recording->start();
    const model::StackId leak = ordered.simple_stack("leak");
    const model::StackId churn = ordered.simple_stack("churn");
    static_cast<void>(shuffled.simple_stack("leak"));
    static_cast<void>(shuffled.simple_stack("churn"));
    std::uint64_t next = 10;
    for (int i = 0; i < 400; ++i) {
      const double time = 0.01 * i;
      events.push_back(ordered.event(model::EventKind::open, time, 3, churn));
      events.push_back(ordered.event(model::EventKind::close, time + 0.004, 3, churn));
      if (i % 10 == 0) events.push_back(ordered.event(model::EventKind::open, time + 0.005, next++, leak));
    }
    for (const model::Event& event : events) ordered.tell(event);
    for (std::size_t i = 0; i + 4 < events.size(); i += 4) {
      std::shuffle(events.begin() + static_cast<std::ptrdiff_t>(i),
                   events.begin() + static_cast<std::ptrdiff_t>(i) + 4, random);
    }
    for (const model::Event& event : events) shuffled.tell(event);
    const report::Process a = ordered.only_process(4);
    const report::Process b = shuffled.only_process(4);
    ASSERT_EQ(a.groups.size(), b.groups.size()) << "seed " << seed;
    for (std::size_t i = 0; i < a.groups.size(); ++i) {
      EXPECT_EQ(a.groups[i].outstanding, b.groups[i].outstanding);
      EXPECT_EQ(a.groups[i].opened, b.groups[i].opened);
      EXPECT_EQ(a.groups[i].closed, b.groups[i].closed);
      EXPECT_EQ(a.groups[i].reason, b.groups[i].reason);
    }
  }
}

}  // namespace
}  // namespace ajar::analyze
