#pragma once

#include <cstdint>

#include "model/ids.h"

namespace ajar::model {

enum class FrameKind : std::uint8_t { native = 1, managed = 2, marker = 3 };

// Why a stack has no further frames, or a frame has no more to it.
enum class Marker : std::uint8_t {
  none = 0,
  cut = 1,             // deeper than the limit, or no room to keep more
  no_unwind_data = 2,  // code without call-frame information (JIT code, hand-written assembly)
  unseen = 3,          // nobody saw the stack
};

struct Frame {
  FrameKind kind = FrameKind::native;
  Marker marker = Marker::none;
  // `offset` is the address after a call, as all callers' are: the call itself is one byte before. Not so for
  // the innermost frame of an interrupted function.
  bool after_call = true;
  ModuleId module;  // native; none where the address is in no module (then offset is the address in memory)
  // native: the address in the module's file (before the bias is added); managed: the address in memory, or 0
  std::uint64_t offset = 0;
  // From here on offsets only tell a module's frames apart: where in it they are is not known, but their
  // names may be.
  static constexpr std::uint64_t kNoOffset = 1ULL << 63U;

  StringId function, file;  // managed
  std::uint32_t line = 0;   // managed: where the function begins, if no more is known

  bool operator==(const Frame&) const = default;
};

// A stack is a path in a tree whose root is the innermost frame: `callee` is the node of the frame that
// `frame` called. A stack is named by its outermost node.
struct StackNode {
  StackId callee;
  Frame frame;

  bool operator==(const StackNode&) const = default;
};

}  // namespace ajar::model
