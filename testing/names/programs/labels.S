# Code without functions in its debug information: lines only.
  .text
  .globl label_sum
  .type label_sum, @function
label_sum:
  lea (%rdi,%rsi), %eax
  test %eax, %eax
  js 1f
  add $1, %eax
  ret
1:
  neg %eax
  ret
  .size label_sum, .-label_sum

  .globl label_without_type
label_without_type:
  nop
  nop
  ret

  .section .note.GNU-stack,"",@progbits
