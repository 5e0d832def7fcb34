#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "capture/inject/safe_place.h"
#include "capture/kernel/code_file.h"

namespace ajar::capture::inject {

// Why that process can't be entered, where that can be told without touching it.
base::Result<void> can_enter(std::int64_t pid);

// The code that a process has mapped, as it was when it was looked at.
class TargetCode {
 public:
  static base::Result<TargetCode> look(std::int64_t pid, kernel::CodeFiles& files);

  // Whether the process has mapped the very same code still.
  [[nodiscard]] bool holds_for(std::int64_t pid) const;

  // A function of the C library (or what was split off from it); 0 where there is none.
  [[nodiscard]] std::uint64_t function(std::string_view name) const;
  // Functions in which no library may be loaded, and the dynamic linker.
  [[nodiscard]] const std::vector<UnsafeCode>& unsafe() const { return unsafe_; }
  [[nodiscard]] std::optional<kernel::WalkedCode> code_at(std::uint64_t address) const;

  // An agent's entry of that name in each agent that is mapped.
  struct Agent {
    std::string path;
    std::uint64_t begin = 0, end = 0;  // ajar_agent_begin, ajar_agent_end; 0: it has none
  };
  [[nodiscard]] const std::vector<Agent>& agents() const { return agents_; }

 private:
  struct Mapping {
    std::uint64_t begin = 0, end = 0, bias = 0;
    std::string path;
    std::shared_ptr<const kernel::CodeFile> file;
  };
  void look_into(std::int64_t pid, std::uint64_t start_ticks, const Mapping& mapping);

  std::vector<Mapping> mappings_;
  std::vector<UnsafeCode> unsafe_;
  std::vector<Agent> agents_;
  struct Function {
    std::string_view name;
    std::uint64_t address;
  };
  std::vector<Function> functions_;
};

}  // namespace ajar::capture::inject
