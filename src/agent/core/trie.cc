#include "agent/core/trie.h"

namespace ajar::agent {
namespace {

uint64_t hash(uint32_t callee, uint64_t pc) {
  uint64_t h = (pc ^ (static_cast<uint64_t>(callee) << 32U)) * 0x9e3779b97f4a7c15ULL;
  h ^= h >> 29U;
  h *= 0xbf58476d1ce4e5b9ULL;
  return h ^ (h >> 32U);
}

constexpr unsigned kLockSpins =
    500'000;  // some 10 ms: longer than a thread that holds the lock is off its processor

}  // namespace

namespace {

// What a plain rule is, as a sum of these: the CFA is %rsp or %rbp plus something, %rbp is unchanged or saved
// below the CFA.
constexpr uint32_t kPlain = 1, kFromBp = 2, kSavesBp = 4;
// Beside that: whether this frame, or one further in, is an interpreter's loop.
constexpr uint32_t kRunsManaged = 0x100, kHow = 0xff;

// Nothing of a plain rule needs to be checked but that the CFA lies on the stack: where %rbp was saved is
// then on it too.
uint32_t form_of(const ajar_rule& rule) {
  constexpr int kNear = 128;  // as much is on the stack below any %rsp: the agent's own frames
  const bool from_bp = rule.cfa == AJAR_CFA_BP;
  if (!from_bp && rule.cfa != AJAR_CFA_SP) return 0;
  const uint32_t form = kPlain | (from_bp ? kFromBp : 0);
  if (rule.bp == AJAR_BP_SAME) return form;
  const bool saved_near =
      rule.bp_offset <= -8 && (from_bp ? rule.bp_offset >= -kNear : rule.bp_offset + rule.offset >= 0);
  return rule.bp == AJAR_BP_AT_CFA && saved_near ? form | kSavesBp : 0;
}

uint64_t widened(int32_t offset) {
  return static_cast<uint64_t>(int64_t{offset});
}

// What a walk tells of what it went by.
struct NobodyWatches {
  void went_by(uint64_t, uint64_t) const {}
  void went_by_bp(uint64_t, uint64_t) const {}
  void spoil() const {}
};
struct MemoWatches {
  Memo* memo;
  void went_by(uint64_t address, uint64_t word) const { memo->note(address, word); }
  void went_by_bp(uint64_t saved_at, uint64_t bp) const {
    if (saved_at == 0) {
      memo->note_bp();
    } else {
      memo->note(saved_at, bp);
    }
  }
  void spoil() const { memo->spoil(); }
};

}  // namespace

void Trie::init(const Memory& memory, RuleAt rule_at, FramesAt frames_at) {
  memory_ = memory;
  rule_at_ = rule_at;
  frames_at_ = frames_at;
  // Levels of 1024, 4096, … slots lie one after another in `index`; the last one has at least twice as many
  // slots as there are entries.
  uint32_t* next = memory.index;
  uint32_t size = kFirstLevel;
  for (Level& level : levels_) {
    if (static_cast<size_t>(next - memory.index) + size > index_words(memory.capacity)) break;
    level = {next, size - 1};
    next += size;
    size *= 4;
  }
}

void Trie::set_published(ajar_node* nodes, uint32_t* used, uint32_t base, uint32_t capacity,
                         ClaimNodes claim) {
  nodes_ = nodes;
  nodes_used_ = used;
  nodes_base_ = base;
  nodes_capacity_ = capacity;
  nodes_claimed_ = claim == nullptr ? capacity : 0;
  claim_ = claim;
}

void Trie::publish_to(ajar_node* nodes, uint32_t* used, uint32_t base, uint32_t capacity, ClaimNodes claim) {
  set_published(nodes, used, base, capacity, claim);
  if (root_ == 0) forget();
}

bool Trie::publish_again_to(ajar_node* nodes, uint32_t* used, uint32_t capacity, ClaimNodes claim) {
  if (!lock()) return false;
  set_published(nodes, used, 0, capacity, claim);
  const bool has_room = used_ == 0 || has_room_for(used_);
  for (uint32_t id = 1; has_room && id <= used_; ++id) {
    const Entry& entry = memory_.entries[id];
    nodes_[id - 1] = {entry.pc, entry.callee, entry.generation_kind};
  }
  if (has_room) __atomic_store_n(nodes_used_, used_, __ATOMIC_RELEASE);
  __atomic_store_n(&managed_root_, 0U, __ATOMIC_RELEASE);  // places get names anew
  unlock();
  if (has_room) forget();
  return has_room;
}

bool Trie::lock() {
  for (unsigned i = 0; i < kLockSpins; ++i) {
    if (__atomic_exchange_n(&lock_, 1U, __ATOMIC_ACQUIRE) == 0) return true;
    __builtin_ia32_pause();
  }
  return false;
}

uint32_t Trie::find(uint32_t callee, uint64_t pc) const {
  const Level& level = levels_[__atomic_load_n(&level_, __ATOMIC_ACQUIRE)];
  for (uint64_t i = hash(callee, pc);; ++i) {
    const uint32_t id = __atomic_load_n(&level.slots[i & level.mask], __ATOMIC_ACQUIRE);
    if (id == 0) return 0;
    const Entry& entry = memory_.entries[id];
    if (entry.pc == pc && entry.callee == callee) return id;
  }
}

void Trie::index_insert(const Level& level, uint32_t id) {
  const Entry& entry = memory_.entries[id];
  uint64_t i = hash(entry.callee, entry.pc);
  while (level.slots[i & level.mask] != 0) ++i;
  __atomic_store_n(&level.slots[i & level.mask], id, __ATOMIC_RELEASE);
}

void Trie::grow() {
  if (level_ + 1 == kMaxLevels || levels_[level_ + 1].slots == nullptr) return;
  const Level& next = levels_[level_ + 1];
  for (uint32_t id = 1; id <= used_; ++id) index_insert(next, id);
  __atomic_store_n(&level_, level_ + 1, __ATOMIC_RELEASE);
}

void Trie::claim_all() {
  if (!lock()) return;
  claim_up_to(nodes_capacity_);
  unlock();
}

// Where there is no memory for more, there will be none: what was given is the capacity.
void Trie::claim_up_to(uint32_t count) {
  constexpr uint32_t kFirst = 1024;  // whole pages
  while (nodes_claimed_ < count && nodes_claimed_ < nodes_capacity_) {
    uint32_t next = nodes_claimed_ == 0 ? kFirst : 2 * nodes_claimed_;
    if (next > nodes_capacity_) next = nodes_capacity_;
    if (!claim_(nodes_claimed_, next)) {
      nodes_capacity_ = nodes_claimed_;
    } else {
      nodes_claimed_ = next;
    }
  }
}

bool Trie::has_room_for(uint32_t id) {
  if (id >= memory_.capacity || id <= nodes_base_) return false;
  const uint32_t count = id - nodes_base_;
  if (count > nodes_claimed_) claim_up_to(count);
  return count <= nodes_claimed_;
}

uint32_t Trie::append(uint32_t callee, uint64_t pc, ajar_node_kind kind, const CodeRule& code) {
  const uint32_t id = used_ + 1;
  if (!has_room_for(id)) return 0;
  if (id > levels_[level_].mask / 2) {
    grow();
    if (id > levels_[level_].mask - levels_[level_].mask / 4) return 0;
  }
  Entry& entry = memory_.entries[id];
  entry.pc = pc;
  entry.callee = callee;
  entry.hint = 0;
  entry.rule = code.rule;
  entry.form = form_of(code.rule) | (memory_.entries[callee].form & kRunsManaged);
  if (kind == AJAR_NODE_RUNS_MANAGED) entry.form |= kRunsManaged;
  entry.generation_kind = (code.generation << 8U) | static_cast<uint32_t>(kind);
  nodes_[id - nodes_base_ - 1] = {pc, callee, entry.generation_kind};
  __atomic_store_n(nodes_used_, id - nodes_base_, __ATOMIC_RELEASE);
  __atomic_store_n(&used_, id, __ATOMIC_RELEASE);
  index_insert(levels_[level_], id);
  return id;
}

uint32_t Trie::add(uint32_t callee, uint64_t pc, ajar_node_kind kind) {
  CodeRule code;
  if (kind == AJAR_NODE_CALL || kind == AJAR_NODE_INTERRUPTED) {
    code = rule_at_(kind == AJAR_NODE_CALL ? pc - 1 : pc);
    if (code.busy) return 0;
    if (code.runs_managed && kind == AJAR_NODE_CALL) kind = AJAR_NODE_RUNS_MANAGED;
  }
  if (!lock()) return 0;
  uint32_t id = find(callee, pc);
  if (id == 0) id = append(callee, pc, kind, code);
  unlock();
  return id;
}

uint32_t Trie::child(uint32_t callee, uint64_t pc, ajar_node_kind kind) {
  Entry& from = memory_.entries[callee];
  const uint32_t hint = __atomic_load_n(&from.hint, __ATOMIC_ACQUIRE);
  const Entry& hinted = memory_.entries[hint];
  if (__builtin_expect(hint != 0 && hinted.pc == pc && hinted.callee == callee, 1)) return hint;
  uint32_t id = find(callee, pc);
  if (id == 0) id = add(callee, pc, kind);
  if (id != 0) __atomic_store_n(&from.hint, id, __ATOMIC_RELEASE);
  return id;
}

// The common step by hand: one entry and at most two words of the stack a frame, all else in registers, and
// branches that are nearly always right. What is not common goes through child() and unwind::step(), which
// check everything. Entry 0 matches no pc but 0, which none has.
//
// A word where a frame saved %rbp counts only once a frame goes by it: most save one that is never needed,
// and that is a loop's counter as likely as not.
template <typename Watch>
uint32_t Trie::walk(const unwind::Registers& from, unwind::StackMemory memory, unsigned max_frames,
                    Watch watch) {
  const Entry* const entries = memory_.entries;
  const uint32_t root = __atomic_load_n(&root_, __ATOMIC_ACQUIRE);
  uint64_t pc = from.pc;
  uint64_t sp = from.sp;
  uint64_t bp = from.bp;
  uint64_t limit = memory.high >= sp + 16 ? memory.high - 16 : sp;  // a CFA may be as high as this
  uint32_t id = root;
  uint32_t hint = __atomic_load_n(&leaves_[leaf_slot(pc)], __ATOMIC_ACQUIRE);
  bool interrupted = false;
  uint64_t bp_at = 0;  // where %rbp is from; 0: it is as it was at the beginning
  for (unsigned left = max_frames; left != 0; --left) {
    const Entry* entry = entries + hint;
    if (__builtin_expect(entry->pc != pc || entry->callee != id, 0)) {
      if (pc == 0) return id;
      hint = child(id, pc, interrupted ? AJAR_NODE_INTERRUPTED : AJAR_NODE_CALL);
      if (hint == 0) return 0;
      if (id == root) __atomic_store_n(&leaves_[leaf_slot(pc)], hint, __ATOMIC_RELEASE);
      entry = entries + hint;
    }
    id = hint;
    const uint64_t cfa = ((entry->form & kFromBp) != 0 ? bp : sp) + widened(entry->rule.offset);
    if (__builtin_expect((entry->form & kHow) == 0 || cfa - sp - 1 >= limit - sp, 0)) {
      if (entry->rule.cfa == AJAR_CFA_END) return id;
      interrupted = entry->rule.cfa == AJAR_CFA_SIGNAL;
      watch.spoil();
      unwind::Registers at{pc, sp, bp};
      if (entry->rule.cfa == AJAR_CFA_EXOTIC) return walk_far(id, at, from.sp, memory, left - 1);
      if (entry->rule.cfa == AJAR_CFA_NONE || !slow_step(entry->rule, at, memory)) {
        return child(id, 0, AJAR_NODE_NO_UNWIND);
      }
      pc = at.pc;
      sp = at.sp;
      bp = at.bp;
      limit = memory.high >= sp + 16 ? memory.high - 16 : sp;
    } else {
      if ((entry->form & kFromBp) != 0) watch.went_by_bp(bp_at, bp);
      if ((entry->form & kSavesBp) != 0) {
        bp_at = cfa + widened(entry->rule.bp_offset);
        bp = unwind::load(bp_at);
      }
      pc = unwind::load(cfa - 8);
      watch.went_by(cfa - 8, pc);
      sp = cfa;
      interrupted = false;
    }
    hint = __atomic_load_n(&entry->hint, __ATOMIC_ACQUIRE);
  }
  watch.spoil();
  return outermost(id, {pc, sp, bp}, memory, interrupted);
}

uint32_t Trie::capture(const unwind::Registers& from, const unwind::StackMemory& memory,
                       unsigned max_frames) {
  if (memory_.memos == nullptr) return walk(from, memory, max_frames, NobodyWatches{});
  const uint32_t root = __atomic_load_n(&root_, __ATOMIC_ACQUIRE);
  const uint32_t stack = memory_.memos->recall(from, root, memory.high);
  if (__builtin_expect(stack != 0, 1)) return stack;
  return capture_anew(from, memory, max_frames, root);
}

uint32_t Trie::capture_anew(const unwind::Registers& from, const unwind::StackMemory& memory,
                            unsigned max_frames, uint32_t root) {
  Memos::Place place = memory_.memos->place_for(from, root, memory.high);
  Memo& memo = place.memo();
  if (!place.take()) return walk(from, memory, max_frames, NobodyWatches{});
  memo.begin(from, root);
  const uint32_t stack = walk(from, memory, max_frames, MemoWatches{&memo});
  memo.end(stack);
  place.keep();
  return stack;
}

bool Trie::slow_step(const ajar_rule& rule, unwind::Registers& at, unwind::StackMemory& memory) {
  return unwind::step(rule, at, memory);
}

bool Trie::runs_managed(uint32_t stack) const {
  return (memory_.entries[stack].form & kRunsManaged) != 0;
}

uint32_t Trie::managed_root() {
  uint32_t root = __atomic_load_n(&managed_root_, __ATOMIC_ACQUIRE);
  if (root == 0 && lock()) {
    root = managed_root_;
    if (root == 0) root = append(0, static_cast<uint64_t>(used_) + 1, AJAR_NODE_ROOT, {});
    __atomic_store_n(&managed_root_, root, __ATOMIC_RELEASE);
    unlock();
  }
  return root;
}

void Trie::forget() {
  if (!lock()) return;
  const uint32_t root = append(0, static_cast<uint64_t>(used_) + 1, AJAR_NODE_ROOT, {});
  if (root != 0) __atomic_store_n(&root_, root, __ATOMIC_RELEASE);
  unlock();
}

}  // namespace ajar::agent
