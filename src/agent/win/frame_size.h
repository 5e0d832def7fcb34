#pragma once

#include <stdint.h>

#include "agent/win/modules.h"

// How far up the stack unwinding a frame will read. What a stack holds need not be frames at all: then the
// rules of some function, or a register that it takes for its frame's, lead anywhere.
namespace ajar::agent {

// Microsoft's 'x64 exception handling' has the layout of UNWIND_INFO and what its codes mean.
struct UnwindInfo {
  uint8_t version_and_flags;
  uint8_t prolog_size;
  uint8_t code_count;
  uint8_t frame;  // register, and its distance from the stack pointer in 16 bytes << 4
};

// The bytes between the stack pointer and the return address, by the codes of one table; `known` is false
// where there is one that nobody has documented.
inline uint64_t bytes_of_codes(const uint16_t* codes, uint32_t count, bool& known) {
  enum : uint32_t {
    kPush,
    kAllocLarge,
    kAllocSmall,
    kSetFrame,
    kSave,
    kSaveFar,
    kSaveXmm = 8,
    kSaveXmmFar,
    kMachine
  };
  constexpr uint64_t kWord = 8, kInterrupted = 6 * kWord;
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < count;) {
    const uint32_t code = (codes[i] >> 8U) & 0xfU;
    const uint32_t more = codes[i] >> 12U;
    const bool wide = code == kAllocLarge && more != 0;
    const uint32_t slots = code == kAllocLarge                       ? (wide ? 3 : 2)
                           : code == kSave || code == kSaveXmm       ? 2
                           : code == kSaveFar || code == kSaveXmmFar ? 3
                                                                     : 1;
    if (i + slots > count) return bytes;
    if (code == kPush) bytes += kWord;
    if (code == kAllocSmall) bytes += more * kWord + kWord;
    if (code == kAllocLarge)
      bytes += wide ? codes[i + 1] | static_cast<uint32_t>(codes[i + 2]) << 16U : codes[i + 1] * kWord;
    if (code == kMachine) bytes += kInterrupted;
    if (code > kMachine || (code > kSaveFar && code < kSaveXmm)) known = false;
    i += slots;
  }
  return bytes;
}

// Whether all that unwinding this frame reads lies between its stack pointer and `high`.
inline bool stays_below(const modules::Module& module, const RUNTIME_FUNCTION& function,
                        const CONTEXT& context, uint64_t high) {
  constexpr uint32_t kMostChained = 32, kChained = 4, kCodes = 256;
  uint64_t from = context.Rsp;
  uint64_t bytes = 0;
  bool known = true;
  const RUNTIME_FUNCTION* row = &function;
  for (uint32_t i = 0; i < kMostChained && known; ++i) {
    if (row->UnwindData > module.end - module.base - sizeof(UnwindInfo) - kCodes * sizeof(uint16_t))
      return false;
    const auto* info = reinterpret_cast<const UnwindInfo*>(module.base + row->UnwindData);
    const auto* codes = reinterpret_cast<const uint16_t*>(info + 1);
    if (const uint32_t number = info->frame & 0xfU; number != 0) {
      const uint64_t frame = (&context.Rax)[number] - (info->frame >> 4U) * uint64_t{16};
      if (frame < context.Rsp || frame >= high) return false;
      from = frame;
    }
    bytes += bytes_of_codes(codes, info->code_count, known);
    if ((info->version_and_flags >> 3U & kChained) == 0) break;
    row = reinterpret_cast<const RUNTIME_FUNCTION*>(codes + ((info->code_count + 1U) & ~1U));
  }
  return bytes <= high - from && high - from - bytes >= sizeof(uint64_t);
}

}  // namespace ajar::agent
