#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "analyze/code_path.h"
#include "model/event.h"
#include "report/report.h"

namespace ajar::analyze {

// Opens that failed, counted by stack, call and error.
class FailedOpens {
 public:
  void on_event(const model::Event& event);

  // At the limit first, then by count; what is beyond the 100th is only counted.
  void report(const model::World& world, CodePaths& paths, report::Process& process) const;

 private:
  struct Key {
    model::StackId stack;
    model::StringId call;
    std::int32_t error = 0;

    auto operator<=>(const Key&) const = default;
  };
  struct Tally {
    std::uint64_t count = 0;
    model::Time first{}, last{};
    model::StringId example;
  };

  std::map<Key, Tally> tallies_;
};

// "EMFILE: too many open files"; "error 4711" for what has no name here.
std::string error_text(std::int32_t error);

}  // namespace ajar::analyze
