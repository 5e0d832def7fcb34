#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "analyze/analysis.h"
#include "capture/recorder.h"
#include "capture/win_htrace/fake_system.h"
#include "capture/win_htrace/win_htrace.h"

// From what the kernel keeps to what a report says of it.
namespace ajar::capture::win_htrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = HandleTrace::Kind;
using Taken = model::Snapshot::Taken;

constexpr std::int64_t kPid = 5404;

// Hands everything on to the analysis at once.
class Analysing final : public Recorder {
 public:
  explicit Analysing(const FakeSystem::Machine& machine) : machine_(machine) {
    world_.origin.way = "htrace";
    world_.origin.system = "Windows 10.0.22631 x86_64";
  }

  model::World& world() override { return world_; }
  void changed(model::ProcessId) override {}
  void changed(model::ImageId) override {}
  void changed(model::TableId) override {}
  void changed(model::ThreadId) override {}
  void changed(model::ModuleId) override {}
  model::StringId intern(std::string_view text) override { return world_.strings.add(std::string(text)); }
  void event(const model::Event& event) override { analysis_.on_events(world_, {&event, 1}); }
  void snapshot(const model::Snapshot& snapshot) override { analysis_.on_snapshot(world_, snapshot); }
  void loss(const model::Loss& loss) override { analysis_.on_loss(world_, loss); }
  [[nodiscard]] model::Time time_of(std::uint64_t) const override { return now(); }
  [[nodiscard]] model::Time now() const override { return machine_.now; }

  [[nodiscard]] report::Process report() const {
    const report::Report report = analysis_.finish(world_, now());
    return report.processes.empty() ? report::Process() : report.processes.front();
  }

 private:
  const FakeSystem::Machine& machine_;
  model::World world_;
  analyze::Analysis analysis_{analyze::Options()};
};

// A process that opens a key in each round and never closes it, and an event that it does.
class ReportTest : public ::testing::Test {
 protected:
  ReportTest() {
    model::Module program;
    program.path = "C:\\shop.exe";
    program.begin = program.bias = 0x1000;
    program.end = 0x5000;
    process().modules = {program};
    for (std::uint64_t value = 4; value <= 40; value += 4) opened(value, "File");
    auto way = WinHtrace::attach(recorder_, {kPid}, std::make_unique<FakeSystem>(machine_));
    way_ = std::move(way).value();
  }

  FakeProcess& process() { return machine_.processes[kPid]; }

  void opened(std::uint64_t value, const std::string& type) {
    process().table.handles.push_back({.value = value, .type = type, .name = {}, .facts = {}});
    model::put_in_order(process().table.handles);
  }
  void did(Kind kind, std::uint64_t value, std::uint64_t address) {
    process().ring.keep(
        {.handle = value, .process = kPid, .thread = 8, .kind = kind, .addresses = {address, 0x1800}});
  }
  void round() {
    did(Kind::open, next_, 0x2100);
    opened(next_, "Key");
    next_ += 4;
    did(Kind::open, 0x2000, 0x3100);
    did(Kind::close, 0x2000, 0x3200);
  }
  // A round each 100 ms, as a session's loop goes through them.
  void goes_on(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      round();
      for (int k = 0; k < 10; ++k) {
        machine_.now += milliseconds(10);
        way_->poll();
      }
      if (i % 10 == 9) way_->snapshot(Taken::periodic);
    }
  }

  FakeSystem::Machine machine_;
  Analysing recorder_{machine_};
  std::unique_ptr<WinHtrace> way_;
  std::uint64_t next_ = 0x4000;
};

TEST_F(ReportTest, WhatIsNeverClosedIsALeakOfTheCodeThatOpensIt) {
  goes_on(300);
  way_->finish();
  const report::Process told = recorder_.report();
  ASSERT_EQ(told.groups.size(), 1U);
  EXPECT_EQ(told.groups[0].verdict, report::Verdict::leak);
  EXPECT_EQ(told.groups[0].outstanding, 300U);
  EXPECT_EQ(told.groups[0].opened, 300U);
  EXPECT_EQ(told.coverage.lost_events, 0U);
  EXPECT_EQ(told.coverage.unseen, 0U);
  EXPECT_EQ(told.coverage.before_tracking, 10U);
}

TEST_F(ReportTest, AHandleOfBeforeThatIsClosedIsGone) {
  goes_on(10);
  did(Kind::close, 4, 0x3300);
  std::erase_if(process().table.handles, [](const model::Handle& handle) { return handle.value == 4; });
  goes_on(10);
  way_->finish();
  EXPECT_EQ(recorder_.report().coverage.before_tracking, 9U);
  EXPECT_EQ(recorder_.report().coverage.unseen, 0U);
}

TEST_F(ReportTest, WhatFellOutOfTheRingIsUnseenAndSaidToBeLost) {
  goes_on(10);
  process().ring.has_slots(8);
  for (int i = 0; i < 100; ++i) round();
  goes_on(10);
  way_->finish();
  const report::Process told = recorder_.report();
  EXPECT_GE(told.coverage.lost_events, 1U);
  EXPECT_TRUE(told.coverage.lost_at_least);
  EXPECT_GT(told.coverage.unseen, 50U);
}

}  // namespace
}  // namespace ajar::capture::win_htrace
