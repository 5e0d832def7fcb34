#include "agent/core/trie.h"

namespace ajar::agent {
namespace {

uint64_t hash(uint32_t callee, uint64_t pc) {
  uint64_t h = (pc ^ (static_cast<uint64_t>(callee) << 32U)) * 0x9e3779b97f4a7c15ULL;
  h ^= h >> 29U;
  h *= 0xbf58476d1ce4e5b9ULL;
  return h ^ (h >> 32U);
}

constexpr unsigned kLockSpins = 20000;

}  // namespace

void Trie::init(const Memory& memory, RuleAt rule_at) {
  memory_ = memory;
  rule_at_ = rule_at;
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

void Trie::publish_to(ajar_node* nodes, uint32_t* used, uint32_t base, uint32_t capacity) {
  nodes_ = nodes;
  nodes_used_ = used;
  nodes_base_ = base;
  nodes_capacity_ = capacity;
  if (root_ == 0) forget();
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

uint32_t Trie::append(uint32_t callee, uint64_t pc, ajar_node_kind kind, const CodeRule& code) {
  const uint32_t id = used_ + 1;
  if (id >= memory_.capacity || id <= nodes_base_ || id - nodes_base_ > nodes_capacity_) return 0;
  if (id > levels_[level_].mask / 2) {
    grow();
    if (id > levels_[level_].mask - levels_[level_].mask / 4) return 0;
  }
  Entry& entry = memory_.entries[id];
  entry.pc = pc;
  entry.callee = callee;
  entry.hint = 0;
  entry.rule = code.rule;
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

// The common step by hand: one entry and at most two words of the stack a frame, and branches that are nearly
// always right. All else goes through child() and unwind::step(), which check everything.
uint32_t Trie::capture(unwind::Registers at, unwind::StackMemory memory, unsigned max_frames) {
  const Entry* entries = memory_.entries;
  uint32_t id = __atomic_load_n(&root_, __ATOMIC_ACQUIRE);
  ajar_node_kind kind = AJAR_NODE_CALL;
  for (unsigned i = 0; i < max_frames; ++i) {
    uint32_t next = __atomic_load_n(&entries[id].hint, __ATOMIC_ACQUIRE);
    if (__builtin_expect(next == 0 || entries[next].pc != at.pc || entries[next].callee != id, 0)) {
      next = child(id, at.pc, kind);
      if (next == 0) return 0;
    }
    id = next;
    const ajar_rule rule = entries[id].rule;
    const bool plain = rule.cfa == AJAR_CFA_SP || rule.cfa == AJAR_CFA_BP;
    const uint64_t cfa =
        (rule.cfa == AJAR_CFA_BP ? at.bp : at.sp) + static_cast<uint64_t>(int64_t{rule.offset});
    const uint64_t bp_at = cfa + static_cast<uint64_t>(int64_t{rule.bp_offset});
    // How many words there are from sp on: an address below sp, which wraps around, is as wrong as one that
    // is too high.
    const uint64_t room = memory.high - at.sp - 8;
    if (__builtin_expect(plain && rule.bp != AJAR_BP_AT_BP && at.sp < memory.high &&
                             cfa - at.sp - 8 <= room && (rule.bp == AJAR_BP_SAME || bp_at - at.sp <= room),
                         1)) {
      if (rule.bp == AJAR_BP_AT_CFA) at.bp = unwind::load(bp_at);
      at.pc = unwind::load(cfa - 8);
      at.sp = cfa;
      kind = AJAR_NODE_CALL;
    } else {
      if (rule.cfa == AJAR_CFA_END) return id;
      if (rule.cfa == AJAR_CFA_NONE || !unwind::step(rule, at, memory))
        return child(id, 0, AJAR_NODE_NO_UNWIND);
      kind = rule.cfa == AJAR_CFA_SIGNAL ? AJAR_NODE_INTERRUPTED : AJAR_NODE_CALL;
    }
    if (__builtin_expect(at.pc == 0, 0)) return id;
  }
  return child(id, 1, AJAR_NODE_CUT);
}

void Trie::forget() {
  if (!lock()) return;
  const uint32_t root = append(0, static_cast<uint64_t>(used_) + 1, AJAR_NODE_ROOT, {});
  if (root != 0) __atomic_store_n(&root_, root, __ATOMIC_RELEASE);
  unlock();
}

}  // namespace ajar::agent
