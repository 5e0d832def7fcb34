#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_writer.h"
#include "capture/win_htrace/handle_traces.h"
#include "capture/win_htrace/system.h"
#include "capture/win_htrace/tracing.h"
#include "model/process_rows.h"

namespace ajar::capture::win_htrace {

// What a process's ring answers, as Windows lays it out.
class FakeRing {
 public:
  explicit FakeRing(std::size_t slots) : slots_(slots) {}

  void keep(const HandleTrace& trace) {
    traces_.push_front(trace);
    if (traces_.size() > slots_) traces_.pop_back();
  }
  void clear() { traces_.clear(); }
  void has_slots(std::size_t slots) { slots_ = slots; }

  [[nodiscard]] std::vector<std::byte> answer() const {
    base::ByteWriter out;
    out.write(std::uint64_t{0});
    out.write(static_cast<std::uint32_t>(traces_.size()));
    out.write(std::uint32_t{0});
    for (const HandleTrace& trace : traces_) {
      out.write(trace.handle);
      out.write(trace.process);
      out.write(trace.thread);
      out.write(static_cast<std::uint32_t>(trace.kind));
      out.write(std::uint32_t{0xdddd'dddd});
      for (const std::uint64_t address : trace.addresses) out.write(address);
    }
    return {out.bytes().begin(), out.bytes().end()};
  }

 private:
  std::size_t slots_;
  std::deque<HandleTrace> traces_;
};

// A process that the fake system knows.
struct FakeProcess {
  bool exists = true;
  std::vector<platform::win::Status> answers_to_enable;  // one after the other; then success
  std::vector<std::uint32_t> asked_slots;
  bool is_traced = false;
  std::optional<platform::win::Status> fails_queries;
  std::optional<std::uint32_t> exit_status;
  FakeRing ring{0};
  std::vector<model::Module> modules;
  model::Snapshot table, named;
  int looks = 0;
};

class FakeTracer final : public HandleTracer {
 public:
  explicit FakeTracer(FakeProcess& process) : process_(process) {}

  platform::win::Status enable(std::uint32_t slots) override {
    process_.asked_slots.push_back(slots);
    const std::size_t asked = process_.asked_slots.size();
    if (asked <= process_.answers_to_enable.size()) return process_.answers_to_enable[asked - 1];
    process_.is_traced = true;
    process_.ring.has_slots(slots == 0 ? 4096 : slots);
    return 0;
  }
  platform::win::Status disable() override {
    process_.is_traced = false;
    return 0;
  }
  std::expected<std::span<const std::byte>, platform::win::Status> query() override {
    if (process_.fails_queries) return std::unexpected(*process_.fails_queries);
    if (!process_.is_traced) return std::unexpected(platform::win::kInvalidParameter);
    ++process_.looks;
    answer_ = process_.ring.answer();
    return answer_;
  }
  std::optional<std::uint32_t> exit_status() override { return process_.exit_status; }

 private:
  FakeProcess& process_;
  std::vector<std::byte> answer_;
};

// Its processes are the test's, and outlive it.
class FakeSystem final : public System {
 public:
  struct Machine {
    platform::win::Status probe = platform::win::kInvalidParameter;
    std::map<std::int64_t, FakeProcess> processes;
    std::chrono::nanoseconds now{};
  };

  explicit FakeSystem(Machine& machine) : machine_(machine) {}

  platform::win::Status probe() override { return machine_.probe; }
  base::Result<std::unique_ptr<HandleTracer>> open(std::int64_t pid) override {
    const auto found = machine_.processes.find(pid);
    if (found == machine_.processes.end()) return base::Error("no process " + std::to_string(pid) + " runs");
    return std::unique_ptr<HandleTracer>(std::make_unique<FakeTracer>(found->second));
  }
  base::Result<model::ImageId> image_of(model::World& world, std::int64_t pid) override {
    return model::add_process(world, static_cast<std::uint64_t>(pid), "C:\\shop.exe").image;
  }
  base::Result<std::vector<model::Module>> modules(std::int64_t pid) override {
    return machine_.processes.at(pid).modules;
  }
  base::Result<std::map<std::int64_t, model::Snapshot>> tables(
      const std::vector<std::int64_t>& pids) override {
    std::map<std::int64_t, model::Snapshot> tables;
    for (const std::int64_t pid : pids) tables[pid] = machine_.processes.at(pid).table;
    return tables;
  }
  base::Result<model::Snapshot> table_with_names(std::int64_t pid) override {
    return machine_.processes.at(pid).named;
  }
  [[nodiscard]] std::chrono::nanoseconds now() const override { return machine_.now; }

 private:
  Machine& machine_;
};

}  // namespace ajar::capture::win_htrace
