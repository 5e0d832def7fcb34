/* Hooks of the dynamic linker's functions, for an agent that was injected. The linker looks at the return address to learn who asks
 * (its namespace, its own search path, what RTLD_NEXT means), so they jump to it and leave that as it is. */
        .macro before_linker name, loads
        .globl  ajar_\name
        .hidden ajar_\name
        .type   ajar_\name, @function
ajar_\name:
        .cfi_startproc
        endbr64
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        pushq   %rdx
        .cfi_adjust_cfa_offset 8
        leaq    name_of_\name(%rip), %rdi
        movl    $\loads, %esi
        call    ajar_before_linker
        popq    %rdx
        .cfi_adjust_cfa_offset -8
        popq    %rsi
        .cfi_adjust_cfa_offset -8
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        jmp     *%rax
        .cfi_endproc
        .size   ajar_\name, .-ajar_\name
        .pushsection .rodata.str1.1, "aMS", @progbits, 1
name_of_\name:
        .asciz  "\name"
        .popsection
        .endm

        .text
        before_linker dlopen, 1
        before_linker dlmopen, 1
        before_linker dlsym, 0
        before_linker dlvsym, 0
        .section .note.GNU-stack,"",@progbits
