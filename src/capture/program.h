#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ajar::capture {

// Behind the reason why the agent can't enter a program.
inline constexpr const char* kFromOutside = "; --via ebpf or --via ptrace sees it from outside";

// What a file turns out to be when one wants to run it and load the agent into it.
struct Program {
  enum class Kind : std::uint8_t {
    dynamic,         // gets its libraries from a loader that honours LD_PRELOAD
    static_program,  // has no loader
    other_bits,      // 32 bits
    privileged,      // gains privileges when it is executed, so that its loader ignores LD_PRELOAD
    not_a_program,   // another machine's, a library, or nothing that can be executed
    not_executable,  // nobody has the right to
    missing,         // the file, its interpreter or its loader
    directory,
  };

  Kind kind = Kind::dynamic;
  std::string path;      // as asked for
  std::string executed;  // the ELF file that runs in the end: of a script, its interpreter
  std::string reason;    // what keeps the agent out; empty for `dynamic`
  std::string words;     // one line for a person: whose reason it is, and the reason
  // When nothing can execute it, 126 or 127 as is the convention; when only the agent can't enter, 2; else 0.
  int exit_status = 0;

  [[nodiscard]] bool agent_can_enter() const { return kind == Kind::dynamic; }
};

// Looks at the file, and along "#!" at what will run it. A file that may be executed but not read is taken
// for `dynamic`, for it mostly is.
Program inspect_program(const std::string& path);

struct Refusal {
  std::string message;
  int exit_status = 2;
};

// Why the agent will not get into that program; nothing where it will.
std::optional<Refusal> refuse_preload(const std::string& path);

}  // namespace ajar::capture
