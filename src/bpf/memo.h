/* Walks of the last stacks. If a thread is at the same spot and what a walk from there read is there still,
 * it would come to the same end. Different stacks may have the same innermost frame at the same height: they
 * are told apart by a few of their words, those in which stacks from that spot were seen to differ. */
#ifndef AJAR_BPF_MEMO_H
#define AJAR_BPF_MEMO_H

#include "bpf/record.h"

/* For the memo of this walk. */
static __always_inline void note_word(struct work* w, ajar_u64 at, ajar_u64 value) {
  const ajar_u64 offset = (at - w->begin) / 8;
  ajar_u64 i = w->words;
  __asm__("" : "+r"(i));
  if (i >= MEMO_WORDS || offset >= MEMO_SPAN / 8) {
    w->words = MEMO_WORDS + 1;
    return;
  }
  w->values[i] = value;
  w->offsets[i] = (ajar_u16)offset;
  w->words = (ajar_u32)i + 1;
  if (8 * offset + 8 > w->span) w->span = 8 * (ajar_u32)offset + 8;
}

static __always_inline ajar_u64 serial_of(ajar_u32 number) {
  const struct ajar_code* code = bpf_map_lookup_elem(&codes, &number);
  return code ? code->serial : 0;
}

static __always_inline ajar_u64 mix(ajar_u64 so_far, ajar_u64 more) {
  return (so_far ^ more) * 0x9e3779b97f4a7c15ULL;
}

static __always_inline ajar_u32 own_place(ajar_u64 mixed) {
  return bpf_get_smp_processor_id() * AJAR_STACK_PLACES + (ajar_u32)(mixed >> 32U) % AJAR_STACK_PLACES;
}

static __always_inline bool is_there(const struct spot* spot, const struct pt_regs* registers) {
  return spot->ip == registers->ip && spot->sp == registers->sp && spot->bp == registers->bp;
}

/* The spot where the thread is, with nothing known of it where that is another than the last one there. */
static __always_inline struct spot* spot_of(const struct pt_regs* registers, ajar_u64 mixed) {
  const ajar_u32 place = own_place(mixed);
  struct spot* spot = bpf_map_lookup_elem(&spots, &place);
  if (!spot || is_there(spot, registers)) return spot;
  spot->ip = registers->ip;
  spot->sp = registers->sp;
  spot->bp = registers->bp;
  spot->span = spot->telling = 0;
  return spot;
}

/* Copies what walks from the spot read. False where that is nothing, or not there. */
static __always_inline bool copy_span(struct work* w, const struct spot* spot) {
  ajar_u64 span = spot->span;
  __asm__("" : "+r"(span));
  if (span == 0 || span > MEMO_SPAN) return false;
  w->walks = (w->walks + 1) & 0x7fffffU; /* what is in the blocks is not what their tags say any more */
  return bpf_probe_read_user(w->stack, (ajar_u32)span, (const void*)spot->sp) == 0;
}

static __always_inline ajar_u64 copied_word(const struct work* w, ajar_u64 offset) {
  __asm__("" : "+r"(offset)); /* or a compiler takes the bound away, which verifiers need */
  return w->stack[offset % (MEMO_SPAN / 8)];
}

/* Where the words differ first, from 1; 0: nowhere. */
static __always_inline ajar_u64 first_difference(const struct work* w, const struct memo* memo) {
#pragma clang loop unroll(disable)
  for (ajar_u64 i = 0; i < MEMO_WORDS && i < memo->words; ++i) {
    ajar_u64 word = i;
    __asm__("" : "+r"(word));
    word %= MEMO_WORDS;
    if (copied_word(w, memo->offsets[word]) != memo->values[word]) return memo->offsets[word] + 1ULL;
  }
  return 0;
}

static __always_inline void learn(struct spot* spot, ajar_u64 offset) {
  ajar_u64 telling = spot->telling;
  __asm__("" : "+r"(telling));
  if (telling >= SPOT_WORDS) return;
  spot->offsets[telling] = (ajar_u16)offset;
  spot->telling = (ajar_u32)telling + 1;
}

/* Names the stack by a memo of the same one; false where there is none. */
static __always_inline bool remember_stack(struct work* w, const struct pt_regs* registers, ajar_u32 code) {
  ajar_u64 mixed = mix(mix(mix(0, registers->ip), registers->sp), registers->bp);
  struct spot* spot = spot_of(registers, mixed);
  w->place = own_place(mixed);
  if (!spot || !copy_span(w, spot)) return false;
#pragma clang loop unroll(disable)
  for (ajar_u64 i = 0; i < SPOT_WORDS && i < spot->telling; ++i) {
    ajar_u64 word = i;
    __asm__("" : "+r"(word));
    mixed = mix(mixed, copied_word(w, spot->offsets[word % SPOT_WORDS]));
  }
  w->place = own_place(mixed);
  const ajar_u32 place = w->place;
  const struct memo* memo = bpf_map_lookup_elem(&memos, &place);
  if (!memo || memo->name == 0 || memo->ip != registers->ip || memo->sp != registers->sp ||
      memo->bp != registers->bp || memo->serial != serial_of(code) || memo->span > spot->span)
    return false;
  const ajar_u64 difference = first_difference(w, memo);
  if (difference != 0) {
    learn(spot, difference - 1);
    return false;
  }
  w->call.stack = memo->name;
  w->call.walk = memo->walk;
  w->call.frames = 0;
  return true;
}

/* Fills the memo for the walk that was made. Its name is to be set when the frames have been told. */
static __always_inline struct memo* memo_to_keep(struct work* w, const struct pt_regs* registers) {
  ajar_u64 words = w->words;
  const ajar_u32 place = w->place;
  struct spot* spot = spot_of(registers, mix(mix(mix(0, registers->ip), registers->sp), registers->bp));
  struct memo* memo = bpf_map_lookup_elem(&memos, &place);
  __asm__("" : "+r"(words));
  if (!memo || !spot || words == 0 || words > MEMO_WORDS) return 0;
  memo->name = 0;
  memo->ip = registers->ip;
  memo->sp = registers->sp;
  memo->bp = registers->bp;
  memo->serial = serial_of(w->code);
  memo->words = (ajar_u32)words;
  memo->walk = w->call.walk;
  memo->span = w->span;
  if (spot->span < w->span) spot->span = w->span;
  if (bpf_probe_read_kernel(memo->values, sizeof(memo->values), w->values) != 0 ||
      bpf_probe_read_kernel(memo->offsets, sizeof(memo->offsets), w->offsets) != 0)
    return 0;
  w->call.stack = AJAR_STACK_NAME(place, ++w->count);
  return memo;
}

#endif
