#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capture/kernel/copied_stack.h"

// Where a thread may be made to load a library: whatever it is in the midst of must bear that memory is
// allocated and modules are linked meanwhile.
namespace ajar::capture::inject {

// Functions of all libraries in which a thread may hold what loading needs, or be on its way out.
std::span<const std::string_view> unsafe_functions();

struct UnsafeCode {
  std::uint64_t begin = 0, end = 0;
  std::string name;
};

// Whether the thread that is in this system call waits for something: others are over in no time.
bool is_waiting_call(std::int64_t number);

// Whether a process may be made by the thread that is in this call, which borrows its memory until then.
bool makes_process(std::int64_t number);

// Why the place is no safe one, in a few words; empty for a safe one.
std::string why_unsafe(const kernel::WalkedFrames& stack, std::span<const UnsafeCode> unsafe);

}  // namespace ajar::capture::inject
