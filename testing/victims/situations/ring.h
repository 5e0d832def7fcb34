/* As little of io_uring as one operation at a time needs, without liburing. */
#ifndef AJAR_VICTIMS_RING_H_
#define AJAR_VICTIMS_RING_H_

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "situation.h"

struct ring {
  int fd;
  struct io_uring_params params;
  char* rings;
  struct io_uring_sqe* entries;
};

KEPT_WHOLE static int new_ring(struct ring* ring) {
  ring->fd = (int)syscall(SYS_io_uring_setup, 4, &ring->params);
  return ring->fd;
}

static void open_ring(struct ring* ring) {
  memset(ring, 0, sizeof(*ring));
  if (new_ring(ring) < 0) unavailable("io_uring is not allowed");
  const size_t submission = ring->params.sq_off.array + ring->params.sq_entries * sizeof(unsigned);
  const size_t completion = ring->params.cq_off.cqes + ring->params.cq_entries * sizeof(struct io_uring_cqe);
  ring->rings = mmap(NULL, submission > completion ? submission : completion, PROT_READ | PROT_WRITE,
                     MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
  ring->entries = mmap(NULL, ring->params.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE,
                       MAP_SHARED, ring->fd, IORING_OFF_SQES);
  MUST(ring->rings != MAP_FAILED && (void*)ring->entries != MAP_FAILED);
}

static unsigned* word_of(const struct ring* ring, unsigned offset) {
  return (unsigned*)(void*)(ring->rings + offset);
}

/* Submits the entry and waits for its answer. */
static int do_by_ring(struct ring* ring, const struct io_uring_sqe* entry) {
  const unsigned tail = *word_of(ring, ring->params.sq_off.tail);
  const unsigned slot = tail & *word_of(ring, ring->params.sq_off.ring_mask);
  ring->entries[slot] = *entry;
  word_of(ring, ring->params.sq_off.array)[slot] = slot;
  __atomic_store_n(word_of(ring, ring->params.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
  MUST(syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) == 1);
  const unsigned head = *word_of(ring, ring->params.cq_off.head);
  const unsigned done = head & *word_of(ring, ring->params.cq_off.ring_mask);
  const struct io_uring_cqe* answers = (const void*)(ring->rings + ring->params.cq_off.cqes);
  const int result = answers[done].res;
  __atomic_store_n(word_of(ring, ring->params.cq_off.head), head + 1, __ATOMIC_RELEASE);
  return result;
}

#endif
