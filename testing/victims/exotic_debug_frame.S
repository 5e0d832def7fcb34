/* See exotic_frames.h. */
        .cfi_sections .debug_frame
        .text
        .globl exotic_debug_frame_only
        .type exotic_debug_frame_only, @function
exotic_debug_frame_only:
        .cfi_startproc
        pushq %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        subq $32, %rsp
        .cfi_def_cfa_offset 48
        xorl %ebp, %ebp
        movq %rdi, %rax
        movq %rsi, %rdi
        call *%rax
        addq $32, %rsp
        .cfi_def_cfa_offset 16
        popq %rbp
        .cfi_restore %rbp
        .cfi_def_cfa_offset 8
        ret
        .cfi_endproc
        .size exotic_debug_frame_only, . - exotic_debug_frame_only
        .section .note.GNU-stack, "", @progbits
