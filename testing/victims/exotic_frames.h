/* Functions whose frames only full call-frame information describes, each in another way: their callers are
 * found by registers that walks with three of them don't have. Each calls `inner` with its argument and
 * returns what that returns.
 */
#ifndef AJAR_VICTIMS_EXOTIC_FRAMES_H_
#define AJAR_VICTIMS_EXOTIC_FRAMES_H_

#ifdef __cplusplus
extern "C" {
#endif

typedef int (*exotic_inner)(void* argument);

int exotic_cfa_in_rbx(exotic_inner inner, void* argument);         /* as glibc's _dl_runtime_resolve has it */
int exotic_cfa_by_expression(exotic_inner inner, void* argument);  /* an expression of five operations */
int exotic_bp_is_offset(exotic_inner inner, void* argument);       /* DW_CFA_val_offset */
int exotic_bp_by_expression(exotic_inner inner, void* argument);   /* DW_CFA_expression, not the usual form */
int exotic_bp_is_expression(exotic_inner inner, void* argument);   /* DW_CFA_val_expression */
int exotic_bp_in_register(exotic_inner inner, void* argument);     /* DW_CFA_register */
int exotic_return_in_register(exotic_inner inner, void* argument); /* the return address is in %r12 */
/* A prologue as GCC makes it to realign a stack, interrupted (by int3: SIGTRAP) while the CFA is in %r10, and
 * then a frame of variable size. */
int exotic_realigns(exotic_inner inner, void* argument);
/* What describes it is in .debug_frame, which is not mapped. */
int exotic_debug_frame_only(exotic_inner inner, void* argument);

#ifdef __cplusplus
}
#endif

#endif
