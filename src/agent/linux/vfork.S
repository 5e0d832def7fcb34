/* vfork returns twice on one stack: the child runs first and overwrites the return address that the call left there, so the address is
 * kept in a register across the system call, as the C libraries do. Only what is done around it is ours. */
        .text
        .globl  vfork
        .globl  __vfork
        .type   vfork, @function
        .type   __vfork, @function
vfork:
__vfork:
        .cfi_startproc
        endbr64
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    ajar_vfork_begins
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        .cfi_register %rip, %rdi
        movl    $58, %eax
        syscall
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        .cfi_offset %rip, -8
        testq   %rax, %rax
        jz      1f
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        movq    %rax, %rdi
        call    ajar_vfork_ended
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
1:      ret
        .cfi_endproc
        .size   vfork, .-vfork
        .size   __vfork, .-__vfork
        .section .note.GNU-stack,"",@progbits
