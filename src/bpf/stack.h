/* Walks a thread's stack by the call-frame rules that ajar has put into the maps. The same steps as
 * unwind/walk.h; the stack is read in blocks, since each read of another's memory costs as much as some
 * hundred instructions. */
#ifndef AJAR_BPF_STACK_H
#define AJAR_BPF_STACK_H

#include "bpf/memo.h"
#include "bpf/record.h"

/* False where there is no such memory. */
static __always_inline bool read_stack(struct work* w, ajar_u64 at, ajar_u64* value) {
  if ((at & 7U) != 0) return false;
  const ajar_u64 block = at / STACK_BLOCK;
  const ajar_u64 place = block % STACK_BLOCKS;
  const ajar_u64 tag = block | w->walks << 40U;
  if (w->tags[place] != tag) {
    if (bpf_probe_read_user(&w->stack[place * (STACK_BLOCK / 8)], STACK_BLOCK,
                            (const void*)(block * STACK_BLOCK)) != 0) {
      w->tags[place] = 0;
      return false;
    }
    w->tags[place] = tag;
  }
  ajar_u64 word = at / 8;
  __asm__("" : "+r"(word)); /* its bound is to be seen by verifiers right here */
  *value = w->stack[word % (STACK_BLOCKS * STACK_BLOCK / 8)];
  note_word(w, at, *value);
  return true;
}

/* Which entry of the process's code an address is in: the last one that begins at it or before. Without a
 * branch, as ajar_unwind_chunk_rule() is. */
static __always_inline ajar_u64 entry_at(const struct ajar_code* code, ajar_u64 address) {
  const ajar_u64 count = code->count;
  ajar_u64 entry = 0;
  for (ajar_u64 step = AJAR_CODE_ENTRIES / 2; step != 0; step >>= 1U) {
    const ajar_u64 next = (entry + step) & (AJAR_CODE_ENTRIES - 1);
    const ajar_u64 begins = code->begins[next];
    ajar_u64 take = ((next - count) & (begins - address - 1)) >> 63U;
    __asm__("" : "+r"(take));
    entry += step * take;
  }
  return entry & (AJAR_CODE_ENTRIES - 1);
}

/* Whether code lay in what was from begin to end. */
enum had_code { HAD_NONE, HAD_CODE, MAY_HAVE_HAD_CODE /* that was not told yet */ };
static __always_inline enum had_code had_code(const struct ajar_watched* process, ajar_u64 begin,
                                              ajar_u64 end) {
  const ajar_u32 number = process->code;
  const struct ajar_code* code = bpf_map_lookup_elem(&codes, &number);
  if (!code || code->image != process->image) return MAY_HAVE_HAD_CODE;
  const enum had_code otherwise = code->changes != process->changes ? MAY_HAVE_HAD_CODE : HAD_NONE;
  if (code->count == 0) return otherwise;
  const ajar_u64 i = entry_at(code, end - 1);
  if (code->begins[i] > end - 1) return otherwise;
  return code->entries[i].kind != AJAR_CODE_NOT || code->begins[i] >= begin ? HAD_CODE : otherwise;
}

/* What to do at an address. `cfa` NONE: nothing, `walk` says why. */
struct guide {
  struct ajar_rule rule;
  ajar_u8 walk;
};

static __always_inline void guide_at(const struct ajar_code* code, ajar_u64 address, struct guide* guide) {
  const ajar_u32 zero = 0;
  const ajar_u64 i = entry_at(code, address);
  const struct ajar_code_entry* entry = &code->entries[i];
  guide->rule.cfa = AJAR_CFA_NONE;
  guide->walk = AJAR_WALK_NO_CODE;
  if (code->count == 0 || code->begins[i] > address || entry->kind == AJAR_CODE_NOT) return;
  guide->walk = AJAR_WALK_NO_RULE;
  if (entry->kind == AJAR_CODE_FRAME_POINTER) {
    guide->rule.cfa = AJAR_CFA_BP;
    guide->rule.offset = 16;
    guide->rule.bp = AJAR_BP_AT_CFA;
    guide->rule.bp_offset = -16;
    return;
  }
  if (entry->kind != AJAR_CODE_TABLE) return;
  const ajar_u32 number = entry->chunk;
  const struct ajar_unwind_chunk* chunk = bpf_map_lookup_elem(&chunks, &number);
  const struct ajar_unwind_rules* all = bpf_map_lookup_elem(&rules, &zero);
  if (!chunk || !all) return;
  const ajar_u64 offset = address - entry->base;
  if (offset >> 32U != 0) return;
  guide->rule = ajar_unwind_chunk_rule(chunk, all, (ajar_u32)offset);
}

/* From a frame to its caller; why not, where that is not possible. */
static __always_inline ajar_u8 step(struct work* w, const struct guide* guide) {
  const struct ajar_rule rule = guide->rule;
  const ajar_u64 offset = (ajar_u64)(ajar_s64)rule.offset;
  ajar_u64 cfa = offset + (rule.cfa == AJAR_CFA_BP || rule.cfa == AJAR_CFA_BP_DEREF ? w->bp : w->sp);
  switch (rule.cfa) {
    case AJAR_CFA_SP:
    case AJAR_CFA_BP:
      break;
    case AJAR_CFA_SP_DEREF:
    case AJAR_CFA_BP_DEREF:
      if (!read_stack(w, cfa, &cfa)) return AJAR_WALK_UNREADABLE;
      break;
    case AJAR_CFA_PLT:
      if ((w->pc & 15U) >= (ajar_u64)rule.bp_offset) cfa += 8;
      break;
    case AJAR_CFA_SIGNAL:
      if (!read_stack(w, cfa + 8, &w->pc) || !read_stack(w, cfa - 40, &w->bp) || !read_stack(w, cfa, &w->sp))
        return AJAR_WALK_UNREADABLE;
      w->interrupted = AJAR_CALL_INTERRUPTED;
      return 0;
    case AJAR_CFA_END:
      return AJAR_WALK_ENDED;
    case AJAR_CFA_EXOTIC:
      return AJAR_WALK_EXOTIC;
    default:
      return guide->walk;
  }
  /* Callers are further up: this is also what makes every walk end. */
  if (cfa <= w->sp) return AJAR_WALK_UNREADABLE;
  ajar_u64 bp = w->bp;
  if (rule.bp != AJAR_BP_SAME) {
    const ajar_u64 from = rule.bp == AJAR_BP_AT_CFA ? cfa : w->bp;
    if (!read_stack(w, from + (ajar_u64)(ajar_s64)rule.bp_offset, &bp)) return AJAR_WALK_UNREADABLE;
  }
  if (!read_stack(w, cfa - 8, &w->pc)) return AJAR_WALK_UNREADABLE;
  w->bp = bp;
  w->sp = cfa;
  w->interrupted = 0;
  return 0;
}

static long walk_one(ajar_u32 i, void* unused __attribute__((unused))) {
  struct work* w = own_work();
  if (!w) return 1;
  if (w->pc == 0) {
    w->call.walk = AJAR_WALK_ENDED;
    return 1;
  }
  ajar_u64 place =
      i < AJAR_CALL_INNERMOST ? i : AJAR_CALL_INNERMOST + (i - AJAR_CALL_INNERMOST) % AJAR_CALL_OUTERMOST;
  __asm__("" : "+r"(place));
  if (place >= AJAR_CALL_FRAMES) return 1;
  w->frames[place] = w->pc | w->interrupted;
  w->call.frames = i + 1;
  const struct ajar_code* code = bpf_map_lookup_elem(&codes, &w->code);
  if (!code) {
    w->call.walk = AJAR_WALK_NO_CODE;
    return 1;
  }
  struct guide guide;
  guide_at(code, w->interrupted != 0 ? w->pc : w->pc - 1, &guide);
  w->call.walk = step(w, &guide);
  return w->call.walk != 0;
}

/* Whether the code of the process has changed since ajar told of it: of what the walk went by. */
static __always_inline bool is_stale(const struct work* w, const struct ajar_watched* process) {
  const ajar_u32 number = w->code;
  const struct ajar_code* code = bpf_map_lookup_elem(&codes, &number);
  return !code || code->changes != process->changes;
}

/* What ajar told last of the process's code, if it is of this program; otherwise AJAR_NO_CODE. */
static __always_inline ajar_u32 code_of(const struct ajar_watched* process) {
  const ajar_u32 number = *(const volatile ajar_u32*)&process->code;
  const struct ajar_code* code = bpf_map_lookup_elem(&codes, &number);
  return code && code->image == process->image ? number : AJAR_NO_CODE;
}

/* The same, if no code was unmapped since: there may be other code in its place by now, which is not to be
 * walked by the rules of what was there. */
static __always_inline ajar_u32 code_to_walk_by(const struct ajar_watched* process, ajar_u32 number) {
  const struct ajar_code* code = bpf_map_lookup_elem(&codes, &number);
  return code && code->changes >= process->unmapped ? number : AJAR_NO_CODE;
}

/* Puts the stack as it is behind the payload, for ajar to walk. */
static __always_inline void copy_stack(struct work* w, const struct pt_regs* registers) {
  ajar_u64 at = frame_bytes(w) + ((w->call.payload_length + 7U) & ~7U);
  __asm__("" : "+r"(at));
  if (at > sizeof(w->frames) + AJAR_CALL_PAYLOAD) return;
  ajar_u8* to = (ajar_u8*)w->frames + at;
  struct ajar_call_registers* saved = (struct ajar_call_registers*)to;
  if (bpf_probe_read_kernel(saved, sizeof(*saved), registers) != 0) return;
  const ajar_u64 sp = saved->sp;
  to += sizeof(*saved);
  /* Up to the end of a block first, then whole ones. */
  const ajar_u64 first = STACK_BLOCK - sp % STACK_BLOCK;
  if (first > STACK_BLOCK || bpf_probe_read_user(to, (ajar_u32)first, (const void*)sp) != 0) return;
  ajar_u64 length = first;
  for (int i = 0; i < AJAR_CALL_STACK / STACK_BLOCK - 1; ++i) {
    __asm__("" : "+r"(length));
    if (length > AJAR_CALL_STACK - STACK_BLOCK) break;
    if (bpf_probe_read_user(to + length, STACK_BLOCK, (const void*)(sp + length)) != 0) break;
    length += STACK_BLOCK;
  }
  w->call.stack_length = (ajar_u16)(length & ~7ULL);
}

/* The calling thread's, whose registers those are. The rules are for 64-bit code; any other's stack is left
 * to ajar. */
static __always_inline void walk(struct work* w, const struct pt_regs* registers, ajar_u32 code) {
  w->code = code;
  if (registers->cs == AJAR_SEGMENT_32) {
    w->call.walk = AJAR_WALK_EXOTIC;
    return;
  }
  if (remember_stack(w, registers, code)) return;
  w->walks = (w->walks + 1) & 0x7fffffU;
  w->pc = registers->ip;
  w->sp = w->begin = registers->sp;
  w->bp = registers->bp;
  w->words = w->span = 0;
  w->interrupted = 0;
  w->call.frames = 0;
  w->call.walk = AJAR_WALK_NONE;
  bpf_loop(AJAR_CALL_MOST_WALKED, walk_one, 0, 0);
  if (w->call.walk == AJAR_WALK_NONE && w->call.frames != 0) w->call.walk = AJAR_WALK_TOO_DEEP;
}

/* Sends the record of a walk; where only ajar can make the walk, with the stack itself. */
static __always_inline void send_with_stack(struct work* w, const struct ajar_watched* process,
                                            const struct pt_regs* registers) {
  const ajar_u8 walk = w->call.walk;
  const bool by_ajar = walk == AJAR_WALK_EXOTIC || (walk == AJAR_WALK_NO_CODE && is_stale(w, process));
  if (by_ajar) copy_stack(w, registers);
  struct memo* memo = by_ajar || w->call.frames == 0 ? 0 : memo_to_keep(w, registers);
  if (send(w) && memo) memo->name = w->call.stack;
}

#endif
