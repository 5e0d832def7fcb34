/* The maps that the program and ajar share. Sizes marked so are set by ajar before it loads them. */
#ifndef AJAR_BPF_MAPS_H
#define AJAR_BPF_MAPS_H

#include "bpf/kernel.h"
#include "unwind/table.h"
#include "wire/kernel_call.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1U << 24U); /* bytes; set by ajar */
} records SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, ajar_u32);
  __type(value, ajar_u64);
} lost SEC(".maps"); /* records, for want of room */

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1U << 16U);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, ajar_u32); /* a process's number, as in `watched` */
  __type(value, ajar_u64);
} lost_of SEC(".maps"); /* of these, each process's, as far as it has room; nothing goes */

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, AJAR_PLANS);
  __type(key, ajar_u32);
  __type(value, struct ajar_call_plan);
} plans SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 256);
  __type(key, struct ajar_plan_key);
  __type(value, struct ajar_call_plan);
} plans_by_argument SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1U << 16U);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, ajar_u32); /* its number, as the initial pid namespace has it */
  __type(value, struct ajar_watched);
} watched SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, ajar_u32);
  __type(value, struct ajar_awaited);
} awaited SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, AJAR_PAGES_OF_PIDS);
  __uint(map_flags, BPF_F_MMAPABLE);
  __type(key, ajar_u32);
  __type(value, struct ajar_pids);
} pids SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1); /* set by ajar */
  __uint(map_flags, BPF_F_MMAPABLE);
  __type(key, ajar_u32);
  __type(value, struct ajar_code);
} codes SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1); /* set by ajar */
  __uint(map_flags, BPF_F_MMAPABLE);
  __type(key, ajar_u32);
  __type(value, struct ajar_unwind_chunk);
} chunks SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __uint(map_flags, BPF_F_MMAPABLE);
  __type(key, ajar_u32);
  __type(value, struct ajar_unwind_rules);
} rules SEC(".maps");

/* Threads whose call may have closed what was not open when it began: it is told what it came to. */
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 4096);
  __type(key, ajar_u32);
  __type(value, ajar_u8);
} doubtful SEC(".maps");

/* Where threads were, and walks of their stacks (memo.h); on each processor its own. */
enum { MEMO_WORDS = 128, MEMO_SPAN = 32768, SPOT_WORDS = 8 };
struct spot {
  ajar_u64 ip, sp, bp;
  ajar_u32 span;                /* bytes of the stack that walks from here read */
  ajar_u32 telling;             /* so many words */
  ajar_u16 offsets[SPOT_WORDS]; /* of these; from sp, in words */
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1); /* set by ajar */
  __type(key, ajar_u32);
  __type(value, struct spot);
} spots SEC(".maps");

struct memo {
  ajar_u64 ip, sp, bp, serial;
  ajar_u64 name; /* AJAR_STACK_NAME; 0: nothing is known */
  ajar_u32 words;
  ajar_u32 span; /* bytes of the stack in which they are */
  ajar_u8 walk;
  ajar_u64 values[MEMO_WORDS];
  ajar_u16 offsets[MEMO_WORDS]; /* from sp, in words */
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1); /* set by ajar */
  __type(key, ajar_u32);
  __type(value, struct memo);
} memos SEC(".maps");

/* Where CPython has the states of threads, as they were found last. */
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 4096);
  __type(key, ajar_u32); /* the thread */
  __type(value, ajar_u64);
} python_threads SEC(".maps");

/* Code objects that were told. */
struct python_code {
  ajar_u64 code, life; /* of struct ajar_watched */
  ajar_u32 mark, pid;
};
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1U << 16U);
  __type(key, struct python_code);
  __type(value, ajar_u8);
} python_codes SEC(".maps");

/* What a program works with, for each processor: nothing interrupts one there that would run another. (Maps
 * that are per processor have no room for so much.) */
enum { STACK_BLOCK = 1024, STACK_BLOCKS = 64 };
struct work {
  struct ajar_call call;                 /* the record begins here */
  ajar_u64 frames[3 * AJAR_CALL_FRAMES]; /* and of CPython's two words each */
  ajar_u8 payload[2 * AJAR_CALL_PAYLOAD + sizeof(struct ajar_call_registers) + AJAR_CALL_STACK];
  ajar_u8 text[1024]; /* what a wish names */
  ajar_u64 walks;
  ajar_u64 pc, sp, bp;
  ajar_u64 interrupted; /* AJAR_CALL_INTERRUPTED or 0: of the frame at hand */
  ajar_u32 code;
  ajar_u32 place;               /* of the stack's memo */
  ajar_u32 count;               /* of stacks that were named */
  ajar_u32 words;               /* that the walk has read; MEMO_WORDS + 1: more than a memo holds */
  ajar_u32 span;                /* bytes from `begin` in which they are */
  ajar_u64 begin;               /* the walk's first sp */
  ajar_u64 values[MEMO_WORDS];  /* the words */
  ajar_u16 offsets[MEMO_WORDS]; /* where, in words from `begin` */
  struct {
    ajar_u64 dentry, mount; /* where the walk is */
    ajar_u64 end;           /* of the payload so far */
  } path;
  struct {
    ajar_u64 life, interpreter, thread,
        base;         /* `base`: of the thread-local memory, by which CPython knows a thread */
    ajar_u64 at, met; /* the next frame; how many there were */
    ajar_u64 place;   /* of the last one's first word, plus one; 0: there is none */
    ajar_u64 frame[AJAR_PYTHON_MOST_FRAME / 8];
    ajar_u64 code[AJAR_PYTHON_MOST_CODE / 8];
    struct ajar_call told; /* a record of a code object */
    ajar_u8 texts[AJAR_PYTHON_MOST_BYTES];
  } python;
  ajar_u64 tags[STACK_BLOCKS]; /* which block of the stack is in a place, for which walk */
  ajar_u64 stack[STACK_BLOCKS * STACK_BLOCK / 8];
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1); /* set by ajar */
  __type(key, ajar_u32);
  __type(value, struct work);
} works SEC(".maps");

#endif
