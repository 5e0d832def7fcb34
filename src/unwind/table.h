/* Call-frame rules in the form that walkers use: 8 bytes that say how to get from one frame to its caller,
 * and tables that say which rule holds at which address. Valid C with types of its own, to be shared with a
 * BPF program.
 *
 * x86-64: the return address is at CFA - 8 everywhere but in a signal frame, so a rule needs the CFA and
 * where %rbp was saved.
 *
 * aarch64, which nothing makes rules for yet, differs in the return address: it is in x30, signed perhaps,
 * until it is saved beside x29, so its rules would be another struct beside this one.
 */
#ifndef AJAR_UNWIND_TABLE_H
#define AJAR_UNWIND_TABLE_H

/* The code segment of 32-bit programs: __USER32_CS (arch/x86/include/asm/segment.h). Their rules are the same
 * but for the size of a word: the return address is at CFA - 4. */
enum { AJAR_SEGMENT_32 = 0x23 };

enum ajar_cfa {
  AJAR_CFA_NONE = 0,     /* no call-frame information: the walk stops here, unfinished */
  AJAR_CFA_END = 1,      /* the return address is marked undefined: the outermost frame */
  AJAR_CFA_SP = 2,       /* CFA = sp + offset */
  AJAR_CFA_BP = 3,       /* CFA = bp + offset */
  AJAR_CFA_SP_DEREF = 4, /* CFA = *(sp + offset) */
  AJAR_CFA_BP_DEREF = 5, /* CFA = *(bp + offset): a function that realigns its stack */
  AJAR_CFA_PLT = 6,      /* CFA = sp + offset + (low 4 bits of pc >= bp_offset ? 8 : 0): a lazy PLT entry */
  AJAR_CFA_SIGNAL =
      7, /* sp, pc and bp are in the signal frame: at sp + offset, + 8, - 40 (struct ucontext's registers) */
  AJAR_CFA_EXOTIC = 8 /* there is information, but these rules cannot say it (`bp`: why): the walk needs all
                         registers here, see unwind/full_step.h */
};

enum ajar_bp {
  AJAR_BP_SAME = 0,   /* the caller's %rbp is this frame's */
  AJAR_BP_AT_CFA = 1, /* it is at CFA + bp_offset */
  AJAR_BP_AT_BP = 2   /* it is at bp + bp_offset */
};

/* What is beyond a rule's words. */
enum ajar_exotic {
  AJAR_EXOTIC_NO_ROOM = 0,        /* a rule could say it, but the table holds no more different ones */
  AJAR_EXOTIC_CFA_REGISTER = 1,   /* the CFA is based on another register */
  AJAR_EXOTIC_CFA_EXPRESSION = 2, /* the CFA is an expression of no known form */
  AJAR_EXOTIC_RETURN_ADDRESS = 3, /* the return address is not at CFA - 8 */
  AJAR_EXOTIC_BP = 4,             /* %rbp is saved in another way */
  AJAR_EXOTIC_SP = 5,             /* the caller's %rsp is not the CFA */
  AJAR_EXOTIC_SIGNAL = 6,         /* a signal frame of another layout than the kernel's */
  AJAR_EXOTIC_FAR = 7             /* an offset needs more bits */
};

struct ajar_rule {
  __INT32_TYPE__ offset;
  __INT16_TYPE__ bp_offset;
  __UINT8_TYPE__ cfa; /* enum ajar_cfa */
  __UINT8_TYPE__ bp;  /* enum ajar_bp; EXOTIC: enum ajar_exotic */
};

/* A module's table: where in its code which rule holds. Row i holds from offsets[i] up to offsets[i + 1];
 * offsets ascend, and what stands before the first one has no rule. rule_of[i] is an index into the rules,
 * each of which is there once. Between functions there are rows whose rule is NONE. A row costs 6 bytes; 16
 * bits are enough for all rules of a module, and where they aren't, the rest is EXOTIC, NO_ROOM, and walked
 * by the module's call-frame information itself.
 */
enum {
  AJAR_RULE_NONE = 0, /* these two rules are in every table */
  AJAR_RULE_NO_ROOM = 1,
  AJAR_MOST_RULES = 65536
};

struct ajar_unwind_table {
  __UINT32_TYPE__ row_count;
  __UINT64_TYPE__ base; /* the address in the module that offset 0 stands for, without a load bias */
  const __UINT32_TYPE__* offsets;
  const __UINT16_TYPE__* rule_of;
  const struct ajar_rule* rules;
};

/* The same in BPF maps, whose values are of one size. A module's rows are cut into chunks, in order; one
 * array (BPF_MAP_TYPE_ARRAY) holds the chunks of all modules, and whoever fills it keeps for each mapping of
 * code the number of its first chunk, how many there are and the first offset of each. Rules may be those of
 * one module or of all: one array with one value.
 */
enum { AJAR_CHUNK_ROWS = 4096 };

struct ajar_unwind_chunk {
  __UINT32_TYPE__ row_count;
  __UINT32_TYPE__ offsets[AJAR_CHUNK_ROWS];
  __UINT16_TYPE__ rule_of[AJAR_CHUNK_ROWS];
};

struct ajar_unwind_rules {
  struct ajar_rule at[AJAR_MOST_RULES];
};

/* The rule for an address of the module, without its load bias. */
static inline struct ajar_rule ajar_unwind_rule(const struct ajar_unwind_table* table,
                                                __UINT64_TYPE__ address) {
  const __UINT64_TYPE__ offset = address - table->base;
  __UINT32_TYPE__ low = 0;
  __UINT32_TYPE__ high = offset >> 32U == 0 ? table->row_count : 0;
  while (low < high) {
    const __UINT32_TYPE__ middle = low + (high - low) / 2;
    if (table->offsets[middle] <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return table->rules[AJAR_RULE_NONE];
  return table->rules[table->rule_of[low - 1]];
}

/* The same in a chunk, for a BPF program. The verifier follows each branch with all that it knows of every
 * number, so a search in halves is a million paths for it. This one has no branch: what it adds is either the
 * step or 0, by the sign of two differences, and a mask says that an index is one. It reads within the chunk
 * whatever the chunk holds.
 */
static inline __attribute__((always_inline)) struct ajar_rule ajar_unwind_chunk_rule(
    const struct ajar_unwind_chunk* chunk, const struct ajar_unwind_rules* rules, __UINT32_TYPE__ offset) {
  const __UINT64_TYPE__ count = chunk->row_count;
  __UINT64_TYPE__ row = 0;
  for (__UINT64_TYPE__ step = AJAR_CHUNK_ROWS / 2; step != 0; step >>= 1U) {
    const __UINT64_TYPE__ next = (row + step) & (AJAR_CHUNK_ROWS - 1);
    const __UINT64_TYPE__ begins = chunk->offsets[next];
    __UINT64_TYPE__ take =
        ((next - count) & (begins - offset - 1)) >> 63U; /* next < count, begins <= offset */
    __asm__("" : "+r"(take));                            /* or a compiler makes a branch of it */
    row += step * take;
  }
  row &= AJAR_CHUNK_ROWS - 1;
  if (count == 0 || chunk->offsets[row] > offset) return rules->at[AJAR_RULE_NONE];
  return rules->at[chunk->rule_of[row]];
}

#endif
