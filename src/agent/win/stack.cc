#include "agent/win/stack.h"

#include "agent/win/exports.h"
#include "agent/win/frame_size.h"
#include "agent/win/modules.h"
#include "agent/win/state.h"

namespace ajar::agent {
namespace {

constexpr uint32_t kMostFrames = 256;
constexpr unsigned kLockSteps = 10'000;  // about 100 µs: a thread may have been ended inside

// Where the stacks' nodes are found again: by callee and pc. Private to the process.
volatile uint32_t* slots;
uint32_t slot_count;  // a power of two, twice the nodes
volatile uint32_t lock;

// The outermost function of every thread: what lies beyond is no frame.
uint64_t thread_start;

ajar_node* nodes() {
  return reinterpret_cast<ajar_node*>(reinterpret_cast<uint8_t*>(state.segment) +
                                      state.segment->nodes_offset);
}

bool same(const ajar_node& a, const ajar_node& b) {
  return a.pc == b.pc && a.callee == b.callee && a.generation_kind == b.generation_kind;
}

uint32_t place_of(const ajar_node& node) {
  uint64_t mixed = (node.pc + (uint64_t{node.callee} << 40U) + node.generation_kind) * 0x9e37'79b9'7f4a'7c15U;
  mixed ^= mixed >> 29U;
  return static_cast<uint32_t>(mixed * 0xbf58'476d'1ce4'e5b9U >> 40U) & (slot_count - 1);
}

// The node's id where it is known; otherwise 0, and `at` is the slot where it would be.
uint32_t look_up(const ajar_node& node, uint32_t& at) {
  for (at = place_of(node);; at = (at + 1) & (slot_count - 1)) {
    const uint32_t id = __atomic_load_n(&slots[at], __ATOMIC_ACQUIRE);
    if (id == 0 || same(nodes()[id - 1], node)) return id;
  }
}

bool take_lock() {
  for (unsigned step = 0; step < kLockSteps; ++step) {
    if (__atomic_exchange_n(&lock, 1U, __ATOMIC_ACQUIRE) == 0) return true;
    __builtin_ia32_pause();
  }
  return false;
}

uint32_t node_of(const ajar_node& node) {
  uint32_t at = 0;
  uint32_t id = look_up(node, at);
  if (__builtin_expect(id != 0, 1) || !take_lock()) return id;
  id = look_up(node, at);
  ajar_segment* segment = state.segment;
  if (id == 0 && segment->nodes_used < segment->nodes_capacity) {
    id = segment->nodes_used + 1;
    nodes()[id - 1] = node;
    __atomic_store_n(&segment->nodes_used, id, __ATOMIC_RELEASE);
    __atomic_store_n(&slots[at], id, __ATOMIC_RELEASE);
  }
  __atomic_store_n(&lock, 0U, __ATOMIC_RELEASE);
  return id;
}

ajar_node made_node(uint64_t pc, uint32_t callee, const modules::Module* module, ajar_node_kind kind) {
  const uint32_t generation = module == nullptr ? 0 : module->generation;
  return {pc, callee, generation << 8U | static_cast<uint32_t>(kind)};
}

// A frame's caller. False where the stack can't be followed.
class Walk {
 public:
  explicit Walk(CONTEXT& context) : context_(context), low_(context.Rsp), high_(stack_base()) {}

  [[nodiscard]] uint64_t pc() const { return context_.Rip; }

  bool step(const modules::Module& module, bool interrupted) {
    if (low_ < stack_limit() || context_.Rsp < low_ || context_.Rsp > high_ - sizeof(uint64_t)) return false;
    // A call may be the last thing in a function: then what it returns to lies in the next one.
    const uint64_t inside = interrupted ? context_.Rip : context_.Rip - 1;
    const RUNTIME_FUNCTION* function = modules::function_at(module, inside);
    const uint64_t sp = context_.Rsp;
    if (function == nullptr) {
      context_.Rip = *reinterpret_cast<const uint64_t*>(context_.Rsp);
      context_.Rsp += sizeof(uint64_t);
    } else {
      if (!stays_below(module, *function, context_, high_)) return false;
      void* handler_data = nullptr;
      DWORD64 frame = 0;
      RtlVirtualUnwind(UNW_FLAG_NHANDLER, module.base, context_.Rip, const_cast<RUNTIME_FUNCTION*>(function),
                       &context_, &handler_data, &frame, nullptr);
    }
    return context_.Rsp > sp;
  }

 private:
  CONTEXT& context_;
  uint64_t low_, high_;
};

bool is_thread_start(const modules::Module& module, uint64_t pc) {
  if (thread_start < module.base || thread_start >= module.end) return false;
  const RUNTIME_FUNCTION* function = modules::function_at(module, pc - 1);
  return function != nullptr && module.base + function->BeginAddress <= thread_start &&
         thread_start < module.base + function->EndAddress;
}

// The agent's own frames, which are the innermost.
bool leave_agent(Walk& walk) {
  constexpr unsigned kMost = 16;
  const modules::Module* own = modules::find(walk.pc());
  for (unsigned i = 0; own != nullptr && i < kMost; ++i) {
    if (walk.pc() < own->base || walk.pc() >= own->end) return true;
    if (!walk.step(*own, i == 0)) return false;
  }
  return false;
}

}  // namespace

bool prepare_stacks() {
  // What a session had that ended with a thread inside is left to it.
  slot_count = 2 * state.segment->nodes_capacity;
  slots = static_cast<volatile uint32_t*>(new_pages(size_t{slot_count} * sizeof(*slots)));
  lock = 0;
  thread_start = export_of("ntdll.dll", "RtlUserThreadStart");
  return slots != nullptr;
}

void forget_stacks() {
  void* base = const_cast<uint32_t*>(slots);
  SIZE_T size = 0;
  if (base != nullptr) NtFreeVirtualMemory(this_process(), &base, &size, MEM_RELEASE);
  slots = nullptr;
  lock = 0;
}

__attribute__((noinline)) uint32_t capture_stack(uint64_t call, uint64_t& caller) {
  CONTEXT context;
  RtlCaptureContext(&context);
  Walk walk(context);
  if (!leave_agent(walk)) return 0;
  caller = walk.pc();
  uint32_t id = node_of(made_node(call, 0, modules::find(call), AJAR_NODE_INTERRUPTED));
  for (uint32_t frames = 0; id != 0; ++frames) {
    const uint64_t pc = walk.pc();
    if (pc == 0) return id;
    const modules::Module* module = modules::find(pc);
    // Code that was made at run time, or no code at all: there is nothing to follow it by.
    if (module == nullptr) return node_of(made_node(0, id, nullptr, AJAR_NODE_NO_UNWIND));
    if (frames == kMostFrames) return node_of(made_node(0, id, nullptr, AJAR_NODE_CUT));
    id = node_of(made_node(pc, id, module, AJAR_NODE_CALL));
    if (is_thread_start(*module, pc)) return id;
    if (!walk.step(*module, false)) return node_of(made_node(0, id, nullptr, AJAR_NODE_NO_UNWIND));
  }
  return 0;
}

}  // namespace ajar::agent
