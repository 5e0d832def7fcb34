/* See exotic_frames.h. All keep the registers that a function has to keep; what is odd is how they say so. */
        .text

        .macro function name
        .globl \name
        .type \name, @function
        .p2align 4
\name:
        .cfi_startproc
        .endm
        .macro end name
        .cfi_endproc
        .size \name, . - \name
        .endm

        function exotic_cfa_in_rbx
        pushq %rbx
        .cfi_def_cfa_offset 16
        .cfi_offset %rbx, -16
        movq %rsp, %rbx
        .cfi_def_cfa_register %rbx
        subq $72, %rsp
        andq $-64, %rsp
        movq %rdi, %rax
        movq %rsi, %rdi
        call *%rax
        movq %rbx, %rsp
        .cfi_def_cfa_register %rsp
        popq %rbx
        .cfi_def_cfa_offset 8
        .cfi_restore %rbx
        ret
        end exotic_cfa_in_rbx

        /* (%rsp) is half of how far the CFA is above it. */
        function exotic_cfa_by_expression
        subq $24, %rsp
        .cfi_def_cfa_offset 32
        movq $16, (%rsp)
        /* DW_CFA_def_cfa_expression: breg7 0, deref, lit1, shl, breg7 0, plus */
        .cfi_escape 0x0f, 0x08, 0x77, 0x00, 0x06, 0x31, 0x24, 0x77, 0x00, 0x22
        movq %rdi, %rax
        movq %rsi, %rdi
        call *%rax
        addq $24, %rsp
        .cfi_def_cfa %rsp, 8
        ret
        end exotic_cfa_by_expression

        /* The outer one makes its %rbp a number that the inner one can tell from its CFA, and goes by it. */
        function exotic_bp_is_offset
        pushq %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        leaq -16(%rsp), %rbp
        .cfi_def_cfa %rbp, 32
        call bp_is_offset_inner
        leaq 16(%rbp), %rsp
        .cfi_def_cfa %rsp, 16
        popq %rbp
        .cfi_restore %rbp
        .cfi_def_cfa_offset 8
        ret
        end exotic_bp_is_offset

        function bp_is_offset_inner
        subq $8, %rsp
        .cfi_def_cfa_offset 16
        .cfi_val_offset %rbp, -16
        xorl %ebp, %ebp
        movq %rdi, %rax
        movq %rsi, %rdi
        call *%rax
        addq $8, %rsp
        .cfi_def_cfa_offset 8
        leaq -8(%rsp), %rbp
        .cfi_restore %rbp
        ret
        end bp_is_offset_inner

        /* Saved where a word on the stack says. The caller goes by %rbp. */
        function exotic_bp_by_expression
        pushq %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq %rsp, %rbp
        .cfi_def_cfa_register %rbp
        call bp_by_expression_inner
        leave
        .cfi_def_cfa %rsp, 8
        .cfi_restore %rbp
        ret
        end exotic_bp_by_expression

        function bp_by_expression_inner
        subq $40, %rsp
        .cfi_def_cfa_offset 48
        movq %rbp, 24(%rsp)
        leaq 16(%rsp), %rax
        movq %rax, (%rsp)
        /* DW_CFA_expression, %rbp: breg7 0, deref, const1u 8, plus */
        .cfi_escape 0x10, 0x06, 0x06, 0x77, 0x00, 0x06, 0x08, 0x08, 0x22
        xorl %ebp, %ebp
        movq %rdi, %rax
        movq %rsi, %rdi
        call *%rax
        movq 24(%rsp), %rbp
        .cfi_restore %rbp
        addq $40, %rsp
        .cfi_def_cfa_offset 8
        ret
        end bp_by_expression_inner

        /* Saved upside down. */
        function exotic_bp_is_expression
        pushq %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq %rsp, %rbp
        .cfi_def_cfa_register %rbp
        call bp_is_expression_inner
        leave
        .cfi_def_cfa %rsp, 8
        .cfi_restore %rbp
        ret
        end exotic_bp_is_expression

        function bp_is_expression_inner
        subq $24, %rsp
        .cfi_def_cfa_offset 32
        movq %rbp, %rax
        notq %rax
        movq %rax, 8(%rsp)
        /* DW_CFA_val_expression, %rbp: breg7 8, deref, not */
        .cfi_escape 0x16, 0x06, 0x04, 0x77, 0x08, 0x06, 0x20
        xorl %ebp, %ebp
        movq %rdi, %rax
        movq %rsi, %rdi
        call *%rax
        movq 8(%rsp), %rbp
        notq %rbp
        .cfi_restore %rbp
        addq $24, %rsp
        .cfi_def_cfa_offset 8
        ret
        end bp_is_expression_inner

        function exotic_bp_in_register
        pushq %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq %rsp, %rbp
        .cfi_def_cfa_register %rbp
        call bp_in_register_inner
        leave
        .cfi_def_cfa %rsp, 8
        .cfi_restore %rbp
        ret
        end exotic_bp_in_register

        function bp_in_register_inner
        pushq %r13
        .cfi_def_cfa_offset 16
        .cfi_offset %r13, -16
        subq $16, %rsp
        .cfi_def_cfa_offset 32
        movq %rbp, %r13
        .cfi_register %rbp, %r13
        xorl %ebp, %ebp
        movq %rdi, %rax
        movq %rsi, %rdi
        call *%rax
        movq %r13, %rbp
        .cfi_restore %rbp
        addq $16, %rsp
        .cfi_def_cfa_offset 16
        popq %r13
        .cfi_def_cfa_offset 8
        .cfi_restore %r13
        ret
        end bp_in_register_inner

        function exotic_return_in_register
        pushq %r12
        .cfi_def_cfa_offset 16
        .cfi_offset %r12, -16
        movq 8(%rsp), %r12
        .cfi_register %rip, %r12
        movq $0, 8(%rsp)
        subq $16, %rsp
        .cfi_def_cfa_offset 32
        movq %rdi, %rax
        movq %rsi, %rdi
        call *%rax
        addq $16, %rsp
        .cfi_def_cfa_offset 16
        movq %r12, 8(%rsp)
        .cfi_restore %rip
        popq %r12
        .cfi_def_cfa_offset 8
        .cfi_restore %r12
        ret
        end exotic_return_in_register

        function exotic_realigns
        leaq 8(%rsp), %r10
        .cfi_def_cfa %r10, 0
        andq $-32, %rsp
        int3
        pushq -8(%r10)
        pushq %rbp
        movq %rsp, %rbp
        /* DW_CFA_expression, %rbp: breg6 0 */
        .cfi_escape 0x10, 0x06, 0x02, 0x76, 0x00
        pushq %r10
        /* DW_CFA_def_cfa_expression: breg6 -8, deref */
        .cfi_escape 0x0f, 0x03, 0x76, 0x78, 0x06
        subq $200, %rsp
        andq $-32, %rsp
        movq %rdi, %rax
        movq %rsi, %rdi
        call *%rax
        movq -8(%rbp), %r10
        .cfi_def_cfa %r10, 0
        leaq -8(%rbp), %rsp
        popq %r10
        popq %rbp
        .cfi_restore %rbp
        leaq -8(%r10), %rsp
        .cfi_def_cfa %rsp, 8
        ret
        end exotic_realigns

        .section .note.GNU-stack, "", @progbits
