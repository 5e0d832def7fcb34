/* What ajar's BPF program writes for ajar to read: a record for each call that changes a descriptor table, or
 * tried to, of the processes that are watched, and for what becomes of these processes; and the tables by
 * which it knows them, their code and what to look at.
 *
 * Transport, as wire.h is: both sides are of one build.
 *
 * Order. What closes is told before the kernel begins with it, what opens after it is done: so in the order
 * of the ring, which is that of the records' times but for some microseconds, a number is closed before it is
 * opened again.
 */
#ifndef AJAR_WIRE_KERNEL_CALL_H
#define AJAR_WIRE_KERNEL_CALL_H

#include "wire/python_frames.h"
#include "wire/wire.h"

typedef __INT64_TYPE__ ajar_s64;

enum {
  AJAR_CALL_NUMBERS = 512,   /* of system calls, for each ABI */
  AJAR_CALL_INNERMOST = 256, /* so many frames of a stack are told */
  AJAR_CALL_OUTERMOST = 32,  /* and of a deeper one so many from its end */
  AJAR_CALL_MOST_WALKED = 4096,
  AJAR_CALL_FRAMES = AJAR_CALL_INNERMOST + AJAR_CALL_OUTERMOST,
  AJAR_CALL_PAYLOAD = 4096,  /* bytes at the most */
  AJAR_CALL_STACK = 16384,   /* the same, of a stack that comes as it is */
  AJAR_CALL_FILES = 256,     /* so many of a table's numbers are told with what they stand for */
  AJAR_CALL_COMMAND = 1024,  /* bytes of a program's arguments, at the most */
  AJAR_CALL_LEAST_EVENT = 24 /* bytes, of a read() of a fanotify group: struct fanotify_event_metadata */
};

/* How a call was made, and so which table its number is from. */
enum ajar_call_abi { AJAR_ABI_64 = 0, AJAR_ABI_32 = 1 };

enum ajar_call_record {
  AJAR_CALL_BEGINS = 1, /* is about to close what it names: `result` is 0 */
  AJAR_CALL_MADE = 2,   /* has come to `result` */
  AJAR_CALL_FORKED = 3, /* `other`: the new process */
  AJAR_CALL_EXECED =
      4, /* the process is another program now: struct ajar_execed in `arguments`; payload: which
            numbers are open still, the program's path (as AJAR_CALL_FILE has it), its arguments */
  AJAR_CALL_FILE =
      6, /* before EXECED and ENDED, of a number that is open, `other`: struct ajar_file in `arguments`;
            payload: the path's components, from the last one to the first, each with a NUL */
  AJAR_CALL_WISHED = 7, /* a wish to io_uring, `number` AJAR_RING_…, is taken up; `other` names it; arguments
                           and payload as the like call's */
  AJAR_CALL_CAME_TRUE = 8,   /* `other` has come to `result` */
  AJAR_CALL_PYTHON_CODE = 9, /* struct ajar_python_code in `arguments` */
  AJAR_CALL_USED = 10,       /* has come to EBADF since the number `other` is not open */
  AJAR_CALL_ENDED = 5        /* the thread ends, `result`: as exit or a signal says (wait status); ENDS_… in
                                `other`; payload, of a process: which numbers are open */
};
/* IORING_OP_… (linux/io_uring.h). */
enum ajar_ring_call {
  AJAR_RING_ACCEPT = 13,
  AJAR_RING_OPEN = 18,
  AJAR_RING_CLOSE = 19,
  AJAR_RING_OPEN2 = 28,
  AJAR_RING_SOCKET = 45,
  AJAR_RING_INSTALL = 54
};
/* What closes an open number is told as the call itself is (asm/unistd_64.h). */
enum { AJAR_SYS_CLOSE = 3 };
enum { AJAR_ENDS_PROCESS = 1, AJAR_ENDS_TABLE = 2 };

/* How the walk of the stack came to its end. */
enum ajar_call_walk {
  AJAR_WALK_NONE = 0,       /* there was none */
  AJAR_WALK_ENDED = 1,      /* at the outermost frame */
  AJAR_WALK_NO_RULE = 2,    /* code without call-frame information */
  AJAR_WALK_NO_CODE = 3,    /* an address that is in no code that was told */
  AJAR_WALK_EXOTIC = 4,     /* the rule needs all registers */
  AJAR_WALK_UNREADABLE = 5, /* no such memory: the rule was wrong, or the stack is broken */
  AJAR_WALK_TOO_DEEP = 6
};

/* A frame: an address after a call, or, marked, where a function was interrupted. */
#define AJAR_CALL_INTERRUPTED (1ULL << 63U)

struct ajar_call {
  ajar_u32 size; /* of the whole record, a multiple of 8 */
  ajar_u16 kind; /* enum ajar_call_record */
  ajar_u8 abi;   /* enum ajar_call_abi */
  ajar_u8 walk;  /* enum ajar_call_walk */
  ajar_u64 time; /* CLOCK_MONOTONIC, nanoseconds */
  ajar_u32 pid, tid;
  ajar_u64 table; /* names the thread's descriptor table among those that are alive */
  ajar_u32 number;
  ajar_u32 frames; /* that were walked: if more than AJAR_CALL_INNERMOST, frame i from there on is at
                      AJAR_CALL_INNERMOST + (i - AJAR_CALL_INNERMOST) % AJAR_CALL_OUTERMOST */
  ajar_s64 result;
  ajar_u64 arguments[6];
  ajar_u64 other;
  ajar_u64 stack;   /* AJAR_STACK_…: the frames that came under this name last; 0: they come with this record
                       alone */
  ajar_u32 python;  /* CPython's frames that were met, as `frames`; each is two words (wire/python_frames.h),
                       behind the frames */
  ajar_u32 changes; /* of the process's code, with this one: in records of such, of forks and of programs that
                       begin. 0: memory was unmapped that had no code, as far as the kernel knows */
  ajar_u32 payload_length; /* follows the frames, which follow this */
  ajar_u16 payload;        /* enum ajar_call_payload */
  ajar_u16 stack_length; /* bytes of the stack itself, after the payload and after struct ajar_call_registers,
                            where the walk stopped at code that the kernel does not know yet or can't follow;
                            else 0 */
};

/* Most stacks are one of the last: its frames come once, under a name, and the name after that. A place holds
 * one stack at a time; what was told of it last is what a record that names it means. */
#define AJAR_STACK_NAME(place, count) ((ajar_u64)(count) << 32U | (place))
#define AJAR_STACK_PLACE(name) ((name) & 0xffffffffULL)
enum { AJAR_STACK_PLACES = 512 }; /* for each processor */

/* Of the thread, as the kernel saved them: the stack's first byte is at `sp`. struct pt_regs. */
struct ajar_call_registers {
  ajar_u64 r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};

/* What a number stands for. */
struct ajar_file {
  ajar_u64 mode, device; /* st_mode, st_rdev, as the kernel has them */
  ajar_u64 inode;
  ajar_u64 file_system;                   /* its magic number (linux/magic.h) */
  ajar_u16 family, socket_type, protocol; /* of a socket */
  ajar_u16 reserved;
  ajar_u64 reserved_too;
};

/* Where things are in a new program. The linker's entry is where the thread goes on: a static program's own.
 */
struct ajar_execed {
  ajar_u64 code; /* the beginning of the program's first code */
  ajar_u64 entry;
  ajar_u64 vdso;
  ajar_u64 numbers_length, path_length, command_length; /* of the payload */
};

/* What is read of the memory that a call's arguments point to, when it is done. */
enum ajar_call_payload {
  AJAR_CALL_NOTHING = 0,
  AJAR_CALL_TEXT = 1,         /* at an argument */
  AJAR_CALL_OPEN_HOW = 2,     /* struct open_how at argument 2, then the text */
  AJAR_CALL_BYTES = 3,        /* `length` bytes at an argument + `offset` */
  AJAR_CALL_ADDRESS = 4,      /* a socket's: the next argument is its length */
  AJAR_CALL_ADDRESS_BACK = 5, /* the same; the next argument points to its length */
  AJAR_CALL_CONTROL = 6,      /* the control bytes of the msghdr at an argument */
  AJAR_CALL_CONTROL_MANY = 7, /* the same of each mmsghdr, as far as `result` says: each behind its length */
  AJAR_CALL_CLONE3 = 8,       /* struct clone_args at argument 0, then the int at its pidfd */
  AJAR_CALL_NUMBERS_OPEN = 9, /* a bit for each number, the lowest first */
  AJAR_CALL_EVENTS = 11,      /* what read() brought of a fanotify group: told only where it is one; readv()'s
                                 first part with `offset` 1 */
  AJAR_CALL_LINK = 12,        /* of AJAR_CALL_FILE: as /proc has it, for who can read no components */
  AJAR_CALL_FILE_PATH = 10    /* of the file at the number in argument 4, as AJAR_CALL_FILE has it */
};

/* Where a message's header has its control part, an address and a length, and how large the header is in an
 * array of recvmmsg's: struct msghdr and mmsghdr (include/linux/socket.h), and of 32-bit programs
 * (include/net/compat.h). */
enum { AJAR_MSGHDR_CONTROL = 32, AJAR_MMSGHDR = 64, AJAR_MSGHDR_CONTROL_32 = 16, AJAR_MMSGHDR_32 = 32 };

/* What to do about a call, by its ABI and number: AJAR_PLANS rows. */
enum {
  AJAR_PLAN_TELL = 1,         /* what it came to */
  AJAR_PLAN_CLOSES = 2,       /* argument `closes` is closed, if it is open: told before */
  AJAR_PLAN_CLOSES_RANGE = 4, /* arguments 0 to 1, unless flags (argument 2) say otherwise: told before */
  AJAR_PLAN_MAPS_CODE = 8,    /* told only where the protection in argument 2 has PROT_EXEC */
  AJAR_PLAN_UNMAPS = 16,      /* told only where code was */
  AJAR_PLAN_SUCCESS_ONLY = 32,
  AJAR_PLAN_NO_STACK = 64,
  AJAR_PLAN_BY_ARGUMENT = 128,       /* as the plan for the value of argument `closes` says */
  AJAR_PLANS = 2 * AJAR_CALL_NUMBERS /* for each ABI */
};
struct ajar_call_plan {
  ajar_u8 what;     /* AJAR_PLAN_… */
  ajar_u8 closes;   /* an argument */
  ajar_u8 payload;  /* enum ajar_call_payload */
  ajar_u8 argument; /* of the payload */
  ajar_u16 offset, length;
  ajar_u8 uses; /* arguments that are descriptors, a bit for each: if one of them is not open, that is told */
  ajar_u8 uses_by; /* the argument, from 1, for some values of which AJAR_PLAN_BY_ARGUMENT's table has other
                      `uses`; 0: none */
};

struct ajar_plan_key {
  ajar_u32 row;
  ajar_u32 value; /* of the argument */
};

/* A process that is watched. From when it is, only the kernel writes this; ajar says through the program
 * where the code is. */
enum { AJAR_WATCH_CHILDREN = 1 };
struct ajar_watched {
  ajar_u32 flags;
  ajar_u32 code;     /* where in the array of codes its own is; AJAR_NO_CODE: not told yet */
  ajar_u32 changes;  /* of its code that the kernel has seen */
  ajar_u32 unmapped; /* `changes` when code was unmapped last: other code may be there now */
  ajar_u64 image;    /* another number for each program that begins (AJAR_CALL_EXECED tells it as `other`),
                        the same for what it forks; 0: it began before it was watched */
  ajar_u64 life;     /* another number for each image and each process */
};
#define AJAR_NO_CODE 0xffffffffU

/* While ajar waits for a program to begin, every process that begins one is watched, until ajar has seen
 * which it is. */
struct ajar_awaited {
  ajar_u32 on;
  ajar_u32 flags; /* ajar_watched::flags of what comes */
};

/* Whether a process is watched, by its number: for all others, who pay for each look. */
enum {
  AJAR_PIDS_OF_PAGE = 4096,
  AJAR_PAGES_OF_PIDS = 1024
}; /* there are no higher numbers (PID_MAX_LIMIT) */
struct ajar_pids {
  ajar_u8 watched[AJAR_PIDS_OF_PAGE];
};

/* Where in a process which call-frame rules hold: each entry up to the next one's beginning, in ascending
 * order, by rows of one chunk (unwind/table.h). */
enum { AJAR_CODE_ENTRIES = 4096 };
enum ajar_code_kind {
  AJAR_CODE_NOT = 0,           /* no code */
  AJAR_CODE_TABLE = 1,         /* rules by chunk */
  AJAR_CODE_FRAME_POINTER = 2, /* none, but %rbp points to the frame: made at run time, or by Go */
  AJAR_CODE_UNKNOWN = 3        /* none */
};
struct ajar_code_entry {
  ajar_u64 base; /* the address that offset 0 of the chunk stands for */
  ajar_u32 chunk;
  ajar_u32 kind; /* enum ajar_code_kind */
};
struct ajar_code {
  ajar_u64 count;
  ajar_u64 changes; /* that it has in it: if there were more, it lacks some */
  ajar_u64 image;   /* whose it is (ajar_watched::image): a process may have begun another program since */
  ajar_u64 serial;  /* another one whenever something else stands here */
  struct ajar_python python;
  ajar_u64 begins[AJAR_CODE_ENTRIES];
  struct ajar_code_entry entries[AJAR_CODE_ENTRIES];
};

#endif
