/* A system call that does not pass through the C library. It is no function, so that whoever makes it is who
 * made it. */
#ifndef AJAR_VICTIMS_RAW_CALL_H_
#define AJAR_VICTIMS_RAW_CALL_H_

#if defined(__x86_64__)
#define raw(number, a, b, c)                                                               \
  ({                                                                                       \
    long raw_result;                                                                       \
    __asm__ volatile("syscall"                                                             \
                     : "=a"(raw_result)                                                    \
                     : "a"((long)(number)), "D"((long)(a)), "S"((long)(b)), "d"((long)(c)) \
                     : "rcx", "r11", "memory");                                            \
    raw_result;                                                                            \
  })
#elif defined(__aarch64__)
#define raw(number, a, b, c)                                                                           \
  ({                                                                                                   \
    register long raw_number __asm__("x8") = (number);                                                 \
    register long raw_result __asm__("x0") = (long)(a);                                                \
    register long raw_b __asm__("x1") = (long)(b);                                                     \
    register long raw_c __asm__("x2") = (long)(c);                                                     \
    __asm__ volatile("svc 0" : "+r"(raw_result) : "r"(raw_number), "r"(raw_b), "r"(raw_c) : "memory"); \
    raw_result;                                                                                        \
  })
#else
#error "how does this machine make a system call?"
#endif

#endif
