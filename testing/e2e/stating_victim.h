#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/command.h"
#include "harness/temp_dir.h"

namespace ajar::e2e {

// A victim that holds descriptors, states in lines of JSON what it knows of each, then {"ready": its pid},
// and waits for as long as its standard input lasts: as long as this.
class StatingVictim {
 public:
  // As harness::victim_command: a name and arguments.
  explicit StatingVictim(const std::string& run);

  // Waits for it.
  [[nodiscard]] bool is_ready() const;

  // False where it ends, or its time does, before.
  [[nodiscard]] bool wait_until(const std::function<bool()>& condition) const {
    return running_.wait_until(condition);
  }

  // Its lines that have that key.
  [[nodiscard]] std::vector<nlohmann::json> lines_with(const std::string& key) const;

  // The value of that key in the first line that has it.
  [[nodiscard]] int number(const std::string& key) const;
  [[nodiscard]] int pid() const { return number("ready"); }

 private:
  harness::TempDir here_;
  harness::Running running_;
};

// The first process in what `ajar handles --json` printed.
nlohmann::json process_in(const harness::Outcome& outcome);

// What `ajar handles PID -v --json` tells of it.
nlohmann::json told_of(int pid);

// The handle of that number; null where the process has none.
nlohmann::json handle_of(const nlohmann::json& process, const nlohmann::json& number);

// Each key that the victim states of a handle is told of it with the same value. A type may be one of
// several: "file|message queue".
void expect_agreement(const nlohmann::json& process, const nlohmann::json& stated);

}  // namespace ajar::e2e
