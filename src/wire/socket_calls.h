/* socketcall(2): one call by which 32-bit programs make all those of sockets, with the arguments in memory
 * (include/uapi/linux/net.h). glibc makes them so, since each has a call of its own from Linux 4.3 on only.
 * ajar takes each for that call. For the BPF program, too. */
#ifndef AJAR_WIRE_SOCKET_CALLS_H
#define AJAR_WIRE_SOCKET_CALLS_H

#include "wire/wire.h"

enum { AJAR_SOCKET_CALL = 102, AJAR_SOCKET_CALLS = 21, AJAR_SOCKET_CALL_MOST = 6 /* arguments */ };

/* A call's number of its own for 32-bit programs (arch/x86/entry/syscalls/syscall_32.tbl), and how many
 * arguments socketcall's has. `number` 0: there is none. */
struct ajar_socket_call {
  ajar_u16 number, arguments;
};

static inline struct ajar_socket_call ajar_socket_call_of(ajar_u32 which) {
  struct ajar_socket_call call = {0, 0};
  /* accept, send and recv are accept4, sendto and recvfrom with zeros. */
  static const struct ajar_socket_call calls[AJAR_SOCKET_CALLS] = {
      {0, 0},   {359, 3}, {361, 3}, {362, 3}, {363, 2}, {364, 3}, {367, 3},
      {368, 3}, {360, 4}, {369, 4}, {371, 4}, {369, 6}, {371, 6}, {373, 2},
      {366, 5}, {365, 5}, {370, 3}, {372, 3}, {364, 4}, {337, 5}, {345, 4}};
  if (which < AJAR_SOCKET_CALLS) call = calls[which];
  return call;
}

#endif
