/* Call-frame rules in the form that walkers use: 8 bytes that say how to get from one frame to its caller.
 * Valid C with types of its own, to be shared with a BPF program.
 *
 * x86-64: the return address is at CFA - 8 everywhere but in a signal frame, so a rule needs the CFA and
 * where %rbp was saved.
 */
#ifndef AJAR_UNWIND_TABLE_H
#define AJAR_UNWIND_TABLE_H

enum ajar_cfa {
  AJAR_CFA_NONE = 0, /* no call-frame information, or a form that these rules cannot say: the walk stops here,
                        unfinished */
  AJAR_CFA_END = 1,  /* the return address is marked undefined: the outermost frame */
  AJAR_CFA_SP = 2,   /* CFA = sp + offset */
  AJAR_CFA_BP = 3,   /* CFA = bp + offset */
  AJAR_CFA_SP_DEREF = 4, /* CFA = *(sp + offset) */
  AJAR_CFA_BP_DEREF = 5, /* CFA = *(bp + offset): a function that realigns its stack */
  AJAR_CFA_PLT = 6,      /* CFA = sp + offset + (low 4 bits of pc >= bp_offset ? 8 : 0): a lazy PLT entry */
  AJAR_CFA_SIGNAL =
      7 /* sp, pc and bp are in the signal frame: at sp + offset, + 8, - 40 (struct ucontext's registers) */
};

enum ajar_bp {
  AJAR_BP_SAME = 0,   /* the caller's %rbp is this frame's */
  AJAR_BP_AT_CFA = 1, /* it is at CFA + bp_offset */
  AJAR_BP_AT_BP = 2   /* it is at bp + bp_offset */
};

struct ajar_rule {
  __INT32_TYPE__ offset;
  __INT16_TYPE__ bp_offset;
  __UINT8_TYPE__ cfa; /* enum ajar_cfa */
  __UINT8_TYPE__ bp;  /* enum ajar_bp */
};

#endif
