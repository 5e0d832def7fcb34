#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "capture/kernel/module_table.h"
#include "wire/kernel_call.h"

namespace ajar::capture::kernel {

// A thread's stack as it was, with its registers.
struct CopiedStack {
  ajar_call_registers registers{};
  std::span<const std::byte> bytes;  // from registers.sp on
};

// Code that a walk comes through.
struct WalkedCode {
  const ModuleTable* table = nullptr;  // nullptr: there is no call-frame information
  std::uint64_t bias = 0;
  bool has_frame_pointers = false;  // where there is no table
  bool is_gate = false;             // by which 32-bit programs enter the kernel
};

// Nothing for an address that is no code.
using CodeAt = std::function<std::optional<WalkedCode>(std::uint64_t address)>;

// The frames of a walk, as ajar_call has them, innermost first, and how it ended (ajar_call_walk).
struct WalkedFrames {
  std::vector<std::uint64_t> frames;
  std::uint8_t walk = AJAR_WALK_NONE;
};

// Walks it by the same rules as the BPF program does and, where these can't say it, once more by all that
// call-frame information tells. The stack of 32-bit code is walked by rules alone, and without the gate.
WalkedFrames walk(const CopiedStack& stack, const CodeAt& code_at);

}  // namespace ajar::capture::kernel
