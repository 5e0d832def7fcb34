#pragma once

#include <stddef.h>
#include <stdint.h>

#include "agent/core/memos.h"
#include "unwind/cfi.h"
#include "unwind/table.h"
#include "unwind/walk.h"
#include "wire/wire.h"

namespace ajar::unwind {
class FullRegisters;
enum class FullStep : uint8_t;
}  // namespace ajar::unwind

namespace ajar::agent {

// What a trie must be told of code it has not met: the rule at an address, and the generation of the module
// list that it is from.
struct CodeRule {
  ajar_rule rule{};
  uint32_t generation = 0;
  bool busy =
      false;  // cannot be told now (a signal handler in the middle of a change): ask again another time
  bool runs_managed = false;  // in the loop of an interpreter
};

// Unwinds and interns a stack in one pass.
//
// A stack is a path in a tree that begins with the innermost frame: an entry is (callee entry, pc), and with
// it is kept the rule that leads from there to the caller. So a walk over a known stack reads, per frame, one
// entry (which the callee's `hint` most often points to directly) and two words of the stack: no search for
// the module or its call-frame information, no hash of the whole stack, and what comes out is the stack's
// number. A frame met for the first time under its callee costs a search through the tables.
//
// Readers take no lock and may be any number of threads and signal handlers. Insertions are serialized by a
// spin lock with a bounded wait; whoever does not get it (a signal handler that interrupted an insertion on
// its own thread) goes without.
//
// Entries are never removed. When code goes away (dlclose), forget() makes all later walks begin at a new
// root, so that no address is taken for what it used to be, while the numbers given out keep their meaning.
//
// A frame that no rule describes (AJAR_CFA_EXOTIC) needs registers that a walk doesn't have. From there on
// the stack is walked with all of them, beginning once more with the agent's own frame (trie_far.cc): slowly,
// and the same nodes come out.
//
// Before all that stand memos of the last walks, see memos.h.
//
// Freestanding: the memory is the caller's, zeroed, and must live as long as the trie: `entries` for
// `capacity` entries (private), and `published` to which every entry is written as an ajar_node for the
// reader outside. Both may be larger than what is ever touched.
class Trie {
 public:
  struct Entry {
    uint64_t pc;
    uint32_t callee;
    uint32_t hint;  // the caller that was met last from here
    ajar_rule rule;
    uint32_t generation_kind;  // as in ajar_node
    uint32_t form;             // how capture() applies the rule, and runs_managed()
  };

  struct Memory {
    Entry* entries = nullptr;
    uint32_t* index = nullptr;  // index_words(capacity) words
    uint32_t capacity = 0;
    Memos* memos = nullptr;  // or none
  };
  static constexpr size_t index_words(uint32_t capacity) { return static_cast<size_t>(capacity) * 6; }

  using RuleAt = CodeRule (*)(uint64_t pc);
  // The call-frame information of the module at an address, for frames that no rule describes. False: none.
  using FramesAt = bool (*)(uint64_t pc, unwind::CallFrameInfo& info);

  // May be called once, before any capture.
  void init(const Memory& memory, RuleAt rule_at, FramesAt frames_at);

  // Gives memory to the published nodes from `from` to `to`. False where there is none.
  using ClaimNodes = bool (*)(uint32_t from, uint32_t to);

  // Where entries are published from now on: ids up to `base` are known to the reader otherwise (after a
  // fork: from the parent). `used` counts what was published; `capacity` entries fit, whose memory `claim`
  // gives where there is one. Not while another thread captures.
  void publish_to(ajar_node* nodes, uint32_t* used, uint32_t base, uint32_t capacity,
                  ClaimNodes claim = nullptr);

  // The same for a reader that knows nothing of what was published before: that is published once more. Other
  // threads may be capturing. False where there is no room, or the trie is busy.
  bool publish_again_to(ajar_node* nodes, uint32_t* used, uint32_t capacity, ClaimNodes claim = nullptr);

  // Memory for all nodes is to be had now.
  void claim_all();

  // The number of the stack from `from` outward. Of one that has more than `max_frames` frames the innermost
  // so many, a CUT marker, and the outermost few; a NO_UNWIND marker where the walk could not go on. 0 when
  // there is no room or the trie is busy.
  uint32_t capture(const unwind::Registers& from, const unwind::StackMemory& memory, unsigned max_frames);

  // All entries so far are of code that may be gone.
  void forget();

  // Whether a frame of the stack is an interpreter's loop.
  [[nodiscard]] bool runs_managed(uint32_t stack) const;

  // A tree beside that of the stacks, for frames that no walk finds: what its innermost frames have as their
  // callee, and the frame that called from `pc` (of the caller's own kind of addresses, neither 0 nor 1). 0
  // when there is no room or the trie is busy.
  uint32_t managed_root();
  uint32_t managed_caller(uint32_t callee, uint64_t pc) { return child(callee, pc, AJAR_NODE_MANAGED); }
  // For a stack of managed frames that goes on.
  uint32_t managed_cut(uint32_t callee) { return child(callee, 1, AJAR_NODE_CUT); }
  // What managed_caller() gave last for this callee, if it did: a guess at what it will give.
  [[nodiscard]] uint64_t last_managed_pc(uint32_t callee) const {
    return memory_.entries[__atomic_load_n(&memory_.entries[callee].hint, __ATOMIC_ACQUIRE)].pc;
  }

  uint32_t used() const { return __atomic_load_n(&used_, __ATOMIC_ACQUIRE); }

  // After fork, in the child: another thread of the parent may have held the lock.
  void reset_lock() { __atomic_store_n(&lock_, 0U, __ATOMIC_RELEASE); }

 private:
  void set_published(ajar_node* nodes, uint32_t* used, uint32_t base, uint32_t capacity, ClaimNodes claim);

  struct Level {
    uint32_t* slots;
    uint32_t mask;
  };
  static constexpr uint32_t kLeafSlots = 256;
  static uint32_t leaf_slot(uint64_t pc) { return static_cast<uint32_t>(pc ^ (pc >> 8U)) % kLeafSlots; }
  static constexpr uint32_t kFirstLevel = 1024;
  static constexpr unsigned kMaxLevels = 16;

  __attribute__((noinline)) static bool slow_step(const ajar_rule& rule, unwind::Registers& at,
                                                  unwind::StackMemory& memory);
  template <typename Watch>
  uint32_t walk(const unwind::Registers& from, unwind::StackMemory memory, unsigned max_frames, Watch watch);
  __attribute__((noinline)) uint32_t capture_anew(const unwind::Registers& from,
                                                  const unwind::StackMemory& memory, unsigned max_frames,
                                                  uint32_t root);
  __attribute__((noinline)) uint32_t outermost(uint32_t innermost, unwind::Registers at,
                                               unwind::StackMemory memory, bool interrupted);
  __attribute__((noinline)) uint32_t walk_far(uint32_t id, const unwind::Registers& at, uint64_t first_sp,
                                              unwind::StackMemory memory, unsigned left);
  unwind::FullStep step_far(unwind::FullRegisters& registers, unwind::StackMemory& memory) const;
  uint32_t find(uint32_t callee, uint64_t pc) const;
  __attribute__((noinline)) uint32_t child(uint32_t callee, uint64_t pc, ajar_node_kind kind);
  uint32_t add(uint32_t callee, uint64_t pc, ajar_node_kind kind);
  uint32_t append(uint32_t callee, uint64_t pc, ajar_node_kind kind, const CodeRule& code);
  bool has_room_for(uint32_t id);
  void claim_up_to(uint32_t count);
  void index_insert(const Level& level, uint32_t id);
  void grow();
  bool lock();
  void unlock() { __atomic_store_n(&lock_, 0U, __ATOMIC_RELEASE); }

  Memory memory_;
  RuleAt rule_at_ = nullptr;
  FramesAt frames_at_ = nullptr;
  Level levels_[kMaxLevels] = {};
  uint32_t level_ = 0;  // the one in use; older ones stay readable for walks that are under way
  uint32_t root_ = 0;
  uint32_t managed_root_ = 0;
  uint32_t leaves_[kLeafSlots] = {};  // the root's hints: many calls begin there
  uint32_t used_ = 0;                 // the last id given out
  uint32_t lock_ = 0;
  ajar_node* nodes_ = nullptr;
  uint32_t* nodes_used_ = nullptr;
  uint32_t nodes_base_ = 0;
  uint32_t nodes_capacity_ = 0;
  uint32_t nodes_claimed_ = 0;  // so many have memory
  ClaimNodes claim_ = nullptr;
};

}  // namespace ajar::agent
