/* What io_uring does: the program writes its wish into memory, and the kernel does it, perhaps later and in
 * another thread. A wish is told when it is taken up, with the stack of who hands it in, and what it came to.
 */
#ifndef AJAR_BPF_RINGS_H
#define AJAR_BPF_RINGS_H

#include "bpf/files.h"
#include "bpf/python.h"
#include "bpf/record.h"

/* Of a wish as the kernel has prepared it (io_uring/{openclose,net}.c in Linux' sources). */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct io_kiocb {
  ajar_u8 opcode;
};
struct filename {
  const char* name;
};
struct open_how {
  ajar_u64 flags;
};
struct io_open {
  ajar_u32 file_slot;
  struct filename* filename;
  struct open_how how;
};
struct io_close {
  int fd;
  ajar_u32 file_slot;
};
struct io_accept {
  ajar_u32 file_slot;
};
struct io_socket {
  int domain, type, protocol;
  ajar_u32 file_slot;
};
struct io_uring_cqe {
  int res;
};
#pragma clang attribute pop

/* Wishes that are under way, by their address. */
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 65536);
  __type(key, ajar_u64);
  __type(value, ajar_u64); /* who handed it in: process and thread */
} wishes SEC(".maps");

/* False where it touches no descriptor: a file of the ring's own has a slot and none. `text`: how much there
 * is in the work's. */
static __always_inline bool read_wish(struct work* w, const void* wish, ajar_u8 opcode, ajar_u64* text) {
  w->call.number = opcode;
  switch (opcode) {
    case AJAR_RING_OPEN:
    case AJAR_RING_OPEN2: {
      const struct io_open* open = wish;
      if (BPF_CORE_READ(open, file_slot) != 0) return false;
      const long length =
          bpf_probe_read_kernel_str(w->text, sizeof(w->text), BPF_CORE_READ(open, filename, name));
      *text = length > 1 ? (ajar_u64)length - 1 : 0;
      w->call.arguments[2] = BPF_CORE_READ(open, how.flags);
      return true;
    }
    case AJAR_RING_CLOSE: {
      const struct io_close* close = wish;
      w->call.arguments[0] = (ajar_u32)BPF_CORE_READ(close, fd);
      return BPF_CORE_READ(close, file_slot) == 0;
    }
    case AJAR_RING_ACCEPT: {
      const struct io_accept* accept = wish;
      return BPF_CORE_READ(accept, file_slot) == 0;
    }
    case AJAR_RING_SOCKET: {
      if (!bpf_core_type_exists(struct io_socket)) return false;
      const struct io_socket* socket = wish;
      w->call.arguments[0] = (ajar_u32)BPF_CORE_READ(socket, domain);
      w->call.arguments[1] = (ajar_u32)BPF_CORE_READ(socket, type);
      w->call.arguments[2] = (ajar_u32)BPF_CORE_READ(socket, protocol);
      return BPF_CORE_READ(socket, file_slot) == 0;
    }
    case AJAR_RING_INSTALL:
      return true;
    default:
      return false;
  }
}

/* The text that read_wish() found becomes the payload, behind the frames. */
static __always_inline void move_text(struct work* w, ajar_u64 length) {
  __asm__("" : "+r"(length));
  if (length == 0) return;
  length &= sizeof(w->text) - 1;
  if (bpf_probe_read_kernel((ajar_u8*)w->frames + frame_bytes(w), (ajar_u32)length, w->text) != 0) return;
  w->call.payload = AJAR_CALL_TEXT;
  w->call.payload_length = (ajar_u32)length;
}

static __always_inline int wish_begins(const struct io_kiocb* wish) {
  const ajar_u64 who = bpf_get_current_pid_tgid();
  const ajar_u32 pid = (ajar_u32)(who >> 32U);
  const struct ajar_watched* process = watched_process(pid);
  struct work* w = own_work();
  if (!process || !w) return 0;
  begin_record(w, AJAR_CALL_WISHED);
  const ajar_u8 opcode = BPF_CORE_READ(wish, opcode);
  ajar_u64 text = 0;
  if (!read_wish(w, wish, opcode, &text)) return 0;
  if (opcode == AJAR_RING_CLOSE && is_open(current(), (ajar_u32)w->call.arguments[0])) {
    w->call.kind = AJAR_CALL_BEGINS;
    w->call.number = AJAR_SYS_CLOSE;
  } else {
    const ajar_u64 key = (ajar_u64)wish;
    bpf_map_update_elem(&wishes, &key, &who, BPF_ANY);
    w->call.other = key;
  }
  const struct pt_regs* registers = (const struct pt_regs*)bpf_task_pt_regs(current());
  walk_all(w, registers, process);
  move_text(w, text);
  send_with_stack(w, process, registers);
  return 0;
}

SEC("raw_tp/io_uring_submit_req")
int on_wish(struct bpf_raw_tracepoint_args* ctx) {
  return wish_begins((const struct io_kiocb*)ctx->args[0]);
}

/* Its name before Linux 6.4. */
SEC("raw_tp/io_uring_submit_sqe")
int on_wish_before_6_4(struct bpf_raw_tracepoint_args* ctx) {
  return wish_begins((const struct io_kiocb*)ctx->args[0]);
}

static __always_inline int wish_ends(ajar_u64 wish, int result) {
  const ajar_u64* who = bpf_map_lookup_elem(&wishes, &wish);
  struct work* w = own_work();
  if (!who || !w) return 0;
  const ajar_u64 both = *who;
  bpf_map_delete_elem(&wishes, &wish);
  begin_record(w, AJAR_CALL_CAME_TRUE);
  w->call.pid = (ajar_u32)(both >> 32U);
  w->call.tid = (ajar_u32)both;
  w->call.table = 0;
  w->call.other = wish;
  w->call.result = result;
  send(w);
  return 0;
}

SEC("raw_tp/io_uring_complete")
int on_wish_done(struct bpf_raw_tracepoint_args* ctx) {
  const struct io_uring_cqe* entry = (const struct io_uring_cqe*)ctx->args[2];
  return wish_ends(ctx->args[1], BPF_CORE_READ(entry, res));
}

/* With the result itself, before Linux 6.10. */
SEC("raw_tp/io_uring_complete")
int on_wish_done_before_6_10(struct bpf_raw_tracepoint_args* ctx) {
  return wish_ends(ctx->args[1], (int)ctx->args[3]);
}

#endif
