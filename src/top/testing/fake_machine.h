#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "top/machine.h"

namespace ajar::top {

// A machine that says what a test put into it.
class FakeMachine : public Machine {
 public:
  // Its counts, the latest last; the id is the pid's thousandfold.
  void has(std::int64_t pid, const std::string& name, std::vector<std::uint64_t> counts,
           report::CountTrend trend = {}) {
    told_.processes.push_back({.id = id_of(pid),
                               .pid = pid,
                               .name = name,
                               .handles = counts.back(),
                               .rate_per_second = trend.rate_per_second});
    trend.pid = pid;
    trend.name = name;
    trend.last = counts.back();
    judged_[id_of(pid)] = {.trend = std::move(trend), .last_counts = std::move(counts)};
  }
  void has_not(std::int64_t pid) {
    std::erase_if(told_.processes, [&](const Process& process) { return process.pid == pid; });
  }
  static std::uint64_t id_of(std::int64_t pid) { return static_cast<std::uint64_t>(pid) * 1000; }

  Processes look() override {
    told_.clock = "14:02:" + std::to_string(10 + looks++);
    told_.sweep.processes = told_.processes.size();
    told_.sweep.handles = 0;
    for (const Process& process : told_.processes) told_.sweep.handles += process.handles;
    return told_;
  }
  Judged judge(std::uint64_t process, std::size_t last_counts) override {
    ++judgements;
    Judged judged = judged_[process];
    if (judged.last_counts.size() > last_counts)
      judged.last_counts.erase(judged.last_counts.begin(),
                               judged.last_counts.end() - static_cast<std::ptrdiff_t>(last_counts));
    return judged;
  }
  std::optional<std::uint64_t> soft_limit(std::uint64_t process) override {
    return judged_[process].trend.soft_limit;
  }
  base::Result<report::HandleTable> table(std::uint64_t process) override {
    table_of = process;
    return handles;
  }
  void attach(std::uint64_t process) override {
    attached_to = process;
    ++attaches;
  }
  Attached attached() override { return attachment; }
  void detach() override { attached_to = 0; }

  int looks = 0, judgements = 0, attaches = 0;
  base::Result<report::HandleTable> handles{report::HandleTable()};
  std::uint64_t table_of = 0;
  Attached attachment;
  std::uint64_t attached_to = 0;  // 0: none

 private:
  Processes told_;
  std::map<std::uint64_t, Judged> judged_;
};

}  // namespace ajar::top
