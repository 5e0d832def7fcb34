#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

// How processes begin and end, in strace's words.
namespace ajar::import::strace {

inline constexpr std::uint64_t kCloneThread = 0x10000;  // CLONE_THREAD

// The flags of fork, vfork, clone or clone3, `text` being what stands behind the call's "(".
std::uint64_t making_flags(std::string_view call, std::string_view text);

// Which pid's call came to its end with this result, as the first lines of the text tell; 0: none.
std::uint32_t maker_in(std::string_view text, std::uint32_t made);

// Whose ends are told to their parents in the log (SIGCHLD): processes, and no threads.
std::set<std::uint32_t> children_that_end(std::string_view log);

// "exited with 1", "killed by SIGSEGV (core dumped)".
struct Ending {
  std::optional<std::int32_t> exit_status, signal;
};
Ending ending_of(std::string_view words);

}  // namespace ajar::import::strace
