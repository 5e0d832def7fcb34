/* CPython's own frames, as ways in from outside read and tell them. A thread's frames are a list that the
 * interpreter keeps (python/layout.h): each names a code object and an instruction. What a code object is
 * called is told once, in a record of its own (AJAR_CALL_PYTHON_CODE), before a record that names it. */
#ifndef AJAR_WIRE_PYTHON_FRAMES_H
#define AJAR_WIRE_PYTHON_FRAMES_H

#include "wire/wire.h"

/* Where a process's interpreter is, and how its data lie. Offsets are in bytes, each in the structure that it
 * is named with. */
enum ajar_python_entry {
  AJAR_PYTHON_ENTERS_ALWAYS = 0, /* each frame has an activation of the interpreter's loop of its own */
  AJAR_PYTHON_ENTERS_BY_FLAG = 1,
  AJAR_PYTHON_ENTERS_AFTER_C = 2 /* where the next frame is one that stands for the C stack */
};
enum { AJAR_PYTHON_OWNED_BY_C = 3, AJAR_PYTHON_MOST_FRAME = 128, AJAR_PYTHON_MOST_CODE = 256 };
struct ajar_python {
  ajar_u64 interpreters; /* address of the list's head; 0: there is no interpreter, or none that is known */
  ajar_u64 code_type;    /* address of PyCode_Type */
  ajar_u32 next_interpreter, threads;          /* in an interpreter */
  ajar_u16 next_thread, thread_id;             /* in a thread */
  ajar_u16 frame_of_thread;                    /* … or its cframe */
  ajar_u16 frame_of_c_frame;                   /* AJAR_PYTHON_NO_C_FRAME: there is none */
  ajar_u16 code, instruction, previous, owner; /* in a frame */
  ajar_u16 frame_size, code_size;              /* of each so much is read */
  ajar_u16 file, name, lines, first_line;      /* in a code object */
  ajar_u16 code_units;                         /* … or 0: instructions are numbers, not addresses */
  ajar_u16 ascii_text, other_text;             /* where a str's characters begin */
  ajar_u8 entry;                               /* enum ajar_python_entry */
  ajar_u8 reserved[3];
};
#define AJAR_PYTHON_NO_C_FRAME 0xffffU

/* The same in all releases. */
enum {
  AJAR_PYTHON_TYPE = 8,   /* PyObject: ob_type */
  AJAR_PYTHON_SIZE = 16,  /* PyVarObject: ob_size; PyASCIIObject: length */
  AJAR_PYTHON_BYTES = 32, /* PyBytesObject: ob_sval */
  AJAR_PYTHON_STATE = 32  /* PyASCIIObject: state, of which a byte is read */
};

/* A frame is two words: the code object's address, with this where the frame is the outermost that an
 * activation of the loop runs; the instruction's number (python/lines.h), and above it the code's mark. */
#define AJAR_PYTHON_ENTERS (1ULL << 63U)
#define AJAR_PYTHON_INSTRUCTION(word) ((word) & 0xffffffffULL)
#define AJAR_PYTHON_MARK(word) ((word) >> 32U)

/* What tells a code object from another that was at its address before. */
#define AJAR_PYTHON_MIX(name, file, lines, first_line) \
  ((((((name) * 31ULL + (file)) * 31ULL + (lines)) * 31ULL + (first_line)) * 0x9e3779b97f4a7c15ULL) >> 32U)

/* Of AJAR_CALL_PYTHON_CODE, in ajar_call::arguments. The payload has the name, the file and the table of
 * lines, of each so many bytes; a str as it lies in memory, with a length that fits what is there. */
enum {
  AJAR_PYTHON_MOST_NAME = 256,
  AJAR_PYTHON_MOST_FILE = 512,
  AJAR_PYTHON_MOST_LINES = 8191,
  AJAR_PYTHON_HEAD = 72, /* bytes at the most before a str's characters */
  AJAR_PYTHON_MOST_TEXTS = 2 * AJAR_PYTHON_HEAD + AJAR_PYTHON_MOST_NAME + AJAR_PYTHON_MOST_FILE,
  AJAR_PYTHON_MOST_BYTES = AJAR_PYTHON_MOST_TEXTS + 1 + AJAR_PYTHON_MOST_LINES
};
struct ajar_python_code {
  ajar_u64 code;
  ajar_u32 mark;
  ajar_u32 first_line;
  ajar_u16 name_bytes, file_bytes, lines_bytes, reserved;
  ajar_u64 reserved_too[3];
};

#endif
