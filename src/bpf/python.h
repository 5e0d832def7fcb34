/* CPython's own frames: the list that its interpreter keeps for a thread, as wire/python_frames.h tells it.
 * Nothing of it is trusted: a thread is known by its thread-local memory, a code object by its type. */
#ifndef AJAR_BPF_PYTHON_H
#define AJAR_BPF_PYTHON_H

#include "bpf/stack.h"

enum { MOST_PYTHON_THREADS = 1024 };

static __always_inline bool read_word(ajar_u64 at, ajar_u64* value) {
  return bpf_probe_read_user(value, sizeof(*value), (const void*)at) == 0;
}

/* So many bytes, of which there are fewer than `room`, a power of two: verifiers have to see that right here.
 */
static __always_inline bool read_bytes(void* to, ajar_u64 size, ajar_u64 room, ajar_u64 from) {
  __asm__("" : "+r"(size));
  size &= room - 1;
  return bpf_probe_read_user(to, (ajar_u32)size, (const void*)from) == 0;
}

static __always_inline const struct ajar_python* python_of(const struct work* w) {
  const struct ajar_code* code = bpf_map_lookup_elem(&codes, &w->code);
  return code && code->python.interpreters != 0 ? &code->python : 0;
}

/* What is at an offset of what was read, from there to the word's end. */
static __always_inline ajar_u64 part_of(const ajar_u64* words, ajar_u64 count, ajar_u64 offset) {
  ajar_u64 i = offset / 8;
  __asm__("" : "+r"(i));
  return i < count ? words[i] >> (8 * (offset & 7U)) : 0;
}
static __always_inline ajar_u64 of_frame(const struct work* w, ajar_u64 offset) {
  return part_of(w->python.frame, AJAR_PYTHON_MOST_FRAME / 8, offset);
}
static __always_inline ajar_u64 of_code(const struct work* w, ajar_u64 offset) {
  return part_of(w->python.code, AJAR_PYTHON_MOST_CODE / 8, offset);
}

/* Goes on to the next thread of an interpreter, or to the next interpreter. */
static long look_at_thread(ajar_u32 i __attribute__((unused)), void* unused __attribute__((unused))) {
  struct work* w = own_work();
  const struct ajar_python* python = w ? python_of(w) : 0;
  if (!python) return 1;
  if (w->python.thread == 0) {
    const ajar_u64 interpreter = w->python.interpreter;
    return interpreter == 0 || !read_word(interpreter + python->threads, &w->python.thread) ||
           !read_word(interpreter + python->next_interpreter, &w->python.interpreter);
  }
  ajar_u64 id = 0;
  if (!read_word(w->python.thread + python->thread_id, &id)) w->python.thread = 0;
  if (w->python.thread == 0 || id == w->python.base) return 1;
  return !read_word(w->python.thread + python->next_thread, &w->python.thread);
}

/* The innermost frame of a state that belongs to the calling thread; 0 where it has none. */
static __always_inline ajar_u64 innermost_of(struct work* w, const struct ajar_python* python,
                                             ajar_u64 thread) {
  ajar_u64 id = 0;
  ajar_u64 at = 0;
  if (!read_word(thread + python->thread_id, &id) || id != w->python.base) return 0;
  if (!read_word(thread + python->frame_of_thread, &at) || at == 0) return 0;
  if (python->frame_of_c_frame != AJAR_PYTHON_NO_C_FRAME && !read_word(at + python->frame_of_c_frame, &at))
    return 0;
  return at;
}

/* The state that was found last: one that was given back may look as if it were the thread's still, but runs
 * nothing. */
static __always_inline ajar_u64 innermost_known(struct work* w, const struct ajar_python* python) {
  const ajar_u32 tid = (ajar_u32)bpf_get_current_pid_tgid();
  const ajar_u64* known = bpf_map_lookup_elem(&python_threads, &tid);
  return known ? innermost_of(w, python, *known) : 0;
}

/* Looks for the state of the calling thread in the interpreter's list. */
static __always_inline ajar_u64 innermost_found(struct work* w, const struct ajar_python* python) {
  const ajar_u32 tid = (ajar_u32)bpf_get_current_pid_tgid();
  w->python.thread = w->python.interpreter = 0;
  if (w->python.base == 0 || !read_word(python->interpreters, &w->python.interpreter)) return 0;
  bpf_loop(MOST_PYTHON_THREADS, look_at_thread, 0, 0);
  const ajar_u64 found = w->python.thread;
  if (found == 0) return 0;
  bpf_map_update_elem(&python_threads, &tid, &found, BPF_ANY);
  return innermost_of(w, python, found);
}

/* A str: its head, and as much of its characters as there is room for, the beginning or the end. Returns how
 * many bytes that is. */
static __always_inline ajar_u64 put_text(struct work* w, const struct ajar_python* python, ajar_u64 at,
                                         ajar_u64 object, ajar_u64 most, bool the_end) {
  enum { ASCII = 0x40, COMPACT = 0x20, HEAD = 40 };
  __asm__("" : "+r"(at));
  if (at > AJAR_PYTHON_MOST_TEXTS) return 0;
  ajar_u8* to = w->python.texts + at;
  if (bpf_probe_read_user(to, HEAD, (const void*)object) != 0) return 0;
  const ajar_u64 state = to[AJAR_PYTHON_STATE];
  const ajar_u64 width = (state >> 2U) & 7U;
  ajar_u64 length = *(ajar_u64*)(to + AJAR_PYTHON_SIZE);
  if ((state & COMPACT) == 0 || (width != 1 && width != 2 && width != 4) || length > 1U << 20U) return 0;
  ajar_u64 head = (state & ASCII) != 0 ? python->ascii_text : python->other_text;
  const ajar_u64 whole = length * width;
  const ajar_u64 bytes = whole < most ? whole : most;
  const ajar_u64 from = object + head + (the_end ? whole - bytes : 0);
  __asm__("" : "+r"(head));
  head &= 127U;
  if (!read_bytes(to + head, bytes, 2ULL * AJAR_PYTHON_MOST_FILE, from)) return 0;
  *(ajar_u64*)(to + AJAR_PYTHON_SIZE) = bytes / width;
  return (head + bytes + 7U) & ~7ULL;
}

/* The bytes of a bytes object. */
static __always_inline ajar_u64 put_lines(struct work* w, ajar_u64 at, ajar_u64 object) {
  ajar_u64 size = 0;
  if (!read_word(object + AJAR_PYTHON_SIZE, &size)) return 0;
  if (size > AJAR_PYTHON_MOST_LINES) size = AJAR_PYTHON_MOST_LINES;
  __asm__("" : "+r"(at));
  if (at > AJAR_PYTHON_MOST_TEXTS) return 0;
  return read_bytes(w->python.texts + at, size, AJAR_PYTHON_MOST_LINES + 1ULL, object + AJAR_PYTHON_BYTES)
             ? size
             : 0;
}

/* Tells what a code object is called, unless it was told before. */
static __always_inline void tell_code(struct work* w, const struct ajar_python* python, ajar_u64 code,
                                      ajar_u32 mark) {
  const struct python_code key = {.code = code, .life = w->python.life, .mark = mark, .pid = w->call.pid};
  if (bpf_map_lookup_elem(&python_codes, &key)) return;
  struct ajar_call* told = &w->python.told;
  __builtin_memset(told, 0, sizeof(*told));
  told->kind = AJAR_CALL_PYTHON_CODE;
  told->pid = w->call.pid;
  told->tid = w->call.tid;
  told->table = w->call.table;
  told->time = bpf_ktime_get_ns();
  struct ajar_python_code* is = (struct ajar_python_code*)told->arguments;
  const ajar_u64 name = put_text(w, python, 0, of_code(w, python->name), AJAR_PYTHON_MOST_NAME, false);
  const ajar_u64 file = put_text(w, python, name, of_code(w, python->file), AJAR_PYTHON_MOST_FILE, true);
  const ajar_u64 lines = put_lines(w, name + file, of_code(w, python->lines));
  is->code = code;
  is->mark = mark;
  is->first_line = (ajar_u32)of_code(w, python->first_line);
  is->name_bytes = (ajar_u16)name;
  is->file_bytes = (ajar_u16)file;
  is->lines_bytes = (ajar_u16)lines;
  told->payload_length = (ajar_u32)(name + file + lines);
  ajar_u64 size = (sizeof(*told) + name + file + lines + 7U) & ~7ULL;
  __asm__("" : "+r"(size));
  if (size > sizeof(*told) + AJAR_PYTHON_MOST_BYTES) return;
  told->size = (ajar_u32)size;
  const ajar_u8 one = 1;
  if (bpf_ringbuf_output(&records, told, size, BPF_RB_NO_WAKEUP) == 0) {
    bpf_map_update_elem(&python_codes, &key, &one, BPF_ANY);
  } else {
    count_lost();
  }
}

/* The last one that was met is the outermost that its activation of the loop runs. */
static __always_inline void last_enters(struct work* w, const struct ajar_python* python) {
  ajar_u64 place = w->python.place;
  if (place == 0 || python->entry != AJAR_PYTHON_ENTERS_AFTER_C) return;
  --place;
  __asm__("" : "+r"(place));
  if (place < sizeof(w->frames) / 8) w->frames[place] |= AJAR_PYTHON_ENTERS;
}

static __always_inline ajar_u64 instruction_of(const struct work* w, const struct ajar_python* python,
                                               ajar_u64 code) {
  const ajar_u64 at = of_frame(w, python->instruction);
  if (python->code_units == 0) return (ajar_s64)(int)at < 0 ? 0 : (ajar_u32)at;
  const ajar_u64 begin = code + python->code_units;
  return at < begin ? 0 : (ajar_u32)((at - begin) / 2);
}

static __always_inline void put_frame(struct work* w, ajar_u64 code, ajar_u64 second) {
  const ajar_u64 met = w->python.met;
  const ajar_u64 first = w->call.frames < AJAR_CALL_FRAMES ? w->call.frames : AJAR_CALL_FRAMES;
  ajar_u64 place = met < AJAR_CALL_INNERMOST
                       ? met
                       : AJAR_CALL_INNERMOST + (met - AJAR_CALL_INNERMOST) % AJAR_CALL_OUTERMOST;
  place = first + 2 * place;
  __asm__("" : "+r"(place));
  if (place >= sizeof(w->frames) / 8 - 1) return;
  w->frames[place] = code;
  w->frames[place + 1] = second;
  w->python.place = place + 1;
  w->python.met = met + 1;
}

static long walk_python_frame(ajar_u32 i __attribute__((unused)), void* unused __attribute__((unused))) {
  struct work* w = own_work();
  const struct ajar_python* python = w ? python_of(w) : 0;
  if (!python) return 1;
  const ajar_u64 at = w->python.at;
  if (at == 0) last_enters(w, python);
  if (at == 0 || !read_bytes(w->python.frame, python->frame_size, AJAR_PYTHON_MOST_FRAME, at)) return 1;
  w->python.at = of_frame(w, python->previous);
  const ajar_u8 owner = (ajar_u8)of_frame(w, python->owner);
  if (python->entry == AJAR_PYTHON_ENTERS_AFTER_C && owner == AJAR_PYTHON_OWNED_BY_C) {
    last_enters(w, python);
    return 0;
  }
  const ajar_u64 code = of_frame(w, python->code);
  if (code == 0 || !read_bytes(w->python.code, python->code_size, AJAR_PYTHON_MOST_CODE, code)) return 0;
  if (of_code(w, AJAR_PYTHON_TYPE) != python->code_type) return 0;
  const ajar_u32 mark =
      (ajar_u32)AJAR_PYTHON_MIX(of_code(w, python->name), of_code(w, python->file), of_code(w, python->lines),
                                (ajar_u32)of_code(w, python->first_line));
  const bool enters = python->entry == AJAR_PYTHON_ENTERS_ALWAYS ||
                      (python->entry == AJAR_PYTHON_ENTERS_BY_FLAG && owner != 0);
  put_frame(w, code | (enters ? AJAR_PYTHON_ENTERS : 0),
            instruction_of(w, python, code) | (ajar_u64)mark << 32U);
  tell_code(w, python, code, mark);
  return 0;
}

/* Behind the walk of the thread's stack, by the same code. */
static __always_inline void walk_python(struct work* w, ajar_u64 life) {
  w->call.python = 0;
  const struct ajar_python* python = python_of(w);
  if (!python) return;
  w->python.life = life;
  w->python.base = current()->thread.fsbase;
  w->python.at = innermost_known(w, python);
  if (w->python.at == 0) w->python.at = innermost_found(w, python);
  if (w->python.at == 0) return;
  w->python.met = w->python.place = 0;
  bpf_loop(AJAR_CALL_MOST_WALKED, walk_python_frame, 0, 0);
  w->call.python = (ajar_u32)w->python.met;
}

/* Both, of a process that is watched. */
static __always_inline void walk_all(struct work* w, const struct pt_regs* registers,
                                     const struct ajar_watched* process) {
  const ajar_u32 code = code_of(process);
  walk(w, registers, code_to_walk_by(process, code));
  w->code = code;
  walk_python(w, process->life);
}

#endif
