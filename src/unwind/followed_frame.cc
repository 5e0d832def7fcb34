#include "unwind/followed_frame.h"

namespace ajar::unwind {
namespace {

using Kind = FollowedFrame::Kind;
using Bp = FollowedFrame::Bp;
using Effect = X86Instruction::Effect;

constexpr int32_t kWord = 8;
// Where %rsp is in a signal frame, seen from the struct ucontext at which its code begins.
constexpr int32_t kSignalSp = 160;

class Change {
 public:
  explicit Change(const FollowedFrame& frame) : frame_(frame), depth_(frame.depth) {}

  FollowedFrame run(const X86Instruction& it) {
    if (frame_.kind != Kind::known) return frame_;
    effect(it);
    if (it.loses_sp) forget_sp();
    if (it.loses_bp) frame_.bp = Bp::other;
    settle();
    return frame_;
  }

 private:
  [[nodiscard]] bool has_depth() const { return depth_ != FollowedFrame::kNoDepth; }
  void lose() { frame_.kind = Kind::lost; }
  void forget_sp() { depth_ = FollowedFrame::kNoDepth; }

  void effect(const X86Instruction& it) {
    switch (it.effect) {
      case Effect::none:
        break;
      case Effect::push:
        grow(kWord);
        break;
      case Effect::push_bp:
        grow(kWord);
        if (frame_.bp == Bp::callers && frame_.saved == 0 && has_depth()) save(depth_);
        break;
      case Effect::pop:
        grow(-kWord);
        break;
      case Effect::pop_bp:
        frame_.bp = has_depth() && frame_.saved != 0 && depth_ == frame_.saved ? Bp::callers : Bp::other;
        grow(-kWord);
        break;
      case Effect::add_sp:
        grow(-int64_t{it.value});
        break;
      case Effect::align_sp:
        forget_sp();
        break;
      case Effect::sp_from_bp:
        take_bp(it.value);
        break;
      case Effect::bp_from_sp:
        make_frame_pointer(it.value);
        break;
      case Effect::leave:
        take_bp(0);
        frame_.bp = frame_.saved != 0 && depth_ == frame_.saved ? Bp::callers : Bp::other;
        grow(-kWord);
        break;
      case Effect::zero_bp:
        frame_.bp = Bp::other;
        break;
      case Effect::store:
      case Effect::store_bp:
        store(it);
        break;
      case Effect::load_bp:
        frame_.bp =
            frame_.saved != 0 && has_base(it) && place_of(it) == frame_.saved ? Bp::callers : Bp::other;
        break;
    }
  }

  void grow(int64_t by) {
    if (has_depth()) depth_ += by;
  }

  void save(int64_t place) {
    if (place <= INT16_MAX) frame_.saved = static_cast<int32_t>(place);
  }

  void take_bp(int64_t add) {
    if (frame_.bp != Bp::frame_pointer) return lose();
    depth_ = frame_.bp_depth - add;
    if (depth_ < kWord) lose();
  }

  void make_frame_pointer(int64_t add) {
    frame_.bp = Bp::other;
    const int64_t place = depth_ - add;
    if (!has_depth() || place <= -kFar || place >= kFar) return;
    frame_.bp = Bp::frame_pointer;
    frame_.bp_depth = static_cast<int32_t>(place);
  }

  // Whether it is known where that is in the frame; and how far below the CFA.
  [[nodiscard]] bool has_base(const X86Instruction& it) const {
    return it.by_bp ? frame_.bp == Bp::frame_pointer : has_depth();
  }
  [[nodiscard]] int64_t place_of(const X86Instruction& it) const {
    return (it.by_bp ? int64_t{frame_.bp_depth} : depth_) - it.value;
  }

  void store(const X86Instruction& it) {
    if (!has_base(it)) return;
    const int64_t place = place_of(it);
    const auto covers = [&](int64_t word) { return place > word - kWord && place - it.size < word; };
    if (covers(kWord)) return lose();
    const bool is_callers = it.effect == Effect::store_bp && frame_.bp == Bp::callers;
    if (frame_.saved != 0 && covers(frame_.saved) && !(is_callers && place == frame_.saved)) frame_.saved = 0;
    if (is_callers && frame_.saved == 0 && place > kWord && has_depth() && place <= depth_) save(place);
  }

  void settle() {
    if (!has_depth()) {
      if (frame_.bp != Bp::frame_pointer) lose();
    } else {
      // Without the return address it is no frame.
      if (depth_ < kWord || depth_ >= kFar) lose();
      if (frame_.saved > depth_) frame_.saved = 0;
    }
    if (frame_.bp != Bp::frame_pointer) frame_.bp_depth = 0;
    frame_.depth = static_cast<int32_t>(depth_);
    if (frame_.kind == Kind::known) return;
    const FollowedFrame lost{.kind = frame_.kind, .trust = frame_.trust};
    frame_ = lost;
  }

  static constexpr int64_t kFar = 1 << 30;

  FollowedFrame frame_;
  int64_t depth_;
};

}  // namespace

FollowedFrame frame_after(const FollowedFrame& frame, const X86Instruction& instruction) {
  return Change(frame).run(instruction);
}

ajar_rule rule_of(const FollowedFrame& frame) {
  ajar_rule rule{};
  if (frame.kind == Kind::outermost) rule.cfa = AJAR_CFA_END;
  if (frame.kind == Kind::signal) rule = {kSignalSp, 0, AJAR_CFA_SIGNAL, 0};
  if (frame.kind != Kind::known || (frame.bp != Bp::callers && frame.saved == 0)) return rule;
  const bool by_sp = frame.depth != FollowedFrame::kNoDepth;
  rule.cfa = by_sp ? AJAR_CFA_SP : AJAR_CFA_BP;
  rule.offset = by_sp ? frame.depth : frame.bp_depth;
  rule.bp = frame.saved != 0 ? AJAR_BP_AT_CFA : AJAR_BP_SAME;
  rule.bp_offset = static_cast<int16_t>(-frame.saved);
  return rule;
}

}  // namespace ajar::unwind
