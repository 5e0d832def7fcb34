// Descriptors that io_uring opens and closes: the program writes its wish into memory, and the kernel does
// it.
#include "ring.h"

#include <netinet/in.h>
#include <sys/socket.h>

enum { op_fixed_install = 54, op_socket = 45 };  // newer than Debian 12's <linux/io_uring.h>

// What the kernel opens is charged to the code that handed the wish in.
#define HANDED_IN(type) truth_group_or("unseen", type, 1, "do_by_ring", program_invocation_short_name)

static struct ring ring;

static void state(void) {
  truth_group("io_uring", 1, "new_ring", program_invocation_short_name, "");
  truth_print(3, 0, 0);
}

static struct io_uring_sqe open_passwd(void) {
  return (struct io_uring_sqe){.opcode = IORING_OP_OPENAT,
                               .fd = AT_FDCWD,
                               .addr = (unsigned long)"/etc/passwd",
                               .open_flags = O_RDONLY};
}

KEPT_WHOLE static void uring_openat(void) {
  const struct io_uring_sqe wish = open_passwd();
  open_ring(&ring);
  MUST(do_by_ring(&ring, &wish) >= 0);
  HANDED_IN("file");
  state();
}

KEPT_WHOLE static void uring_socket(void) {
  const struct io_uring_sqe wish = {.opcode = op_socket, .fd = AF_INET, .off = SOCK_DGRAM};
  open_ring(&ring);
  if (do_by_ring(&ring, &wish) < 0) unavailable("the kernel's io_uring makes no sockets");
  HANDED_IN("udp socket");
  state();
}

KEPT_WHOLE static void uring_accept(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof(address);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  MUST(bind(listener, (struct sockaddr*)&address, length) == 0 && listen(listener, 1) == 0);
  MUST(getsockname(listener, (struct sockaddr*)&address, &length) == 0);
  MUST(connect(client, (struct sockaddr*)&address, length) == 0);
  const struct io_uring_sqe wish = {.opcode = IORING_OP_ACCEPT, .fd = listener};
  open_ring(&ring);
  MUST(do_by_ring(&ring, &wish) >= 0);
  close(client);
  close(listener);
  HANDED_IN("tcp socket");
  state();
}

// A table of the ring's own, of one place, and a file in it that has no descriptor.
static void open_directly(void) {
  const int empty[1] = {-1};
  struct io_uring_sqe wish = open_passwd();
  wish.file_index = 1;
  open_ring(&ring);
  MUST(syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES, empty, 1) == 0);
  MUST(do_by_ring(&ring, &wish) == 0);
}

KEPT_WHOLE static void uring_direct_install(void) {
  const struct io_uring_sqe wish = {.opcode = op_fixed_install, .fd = 0, .flags = IOSQE_FIXED_FILE};
  open_directly();
  if (do_by_ring(&ring, &wish) < 0) unavailable("the kernel's io_uring can't install its own files");
  HANDED_IN("file");
  state();
}

// The hidden file is in no table of descriptors, so the truth about the table doesn't count it.
static void uring_direct_only(void) {
  open_directly();
  truth_also("1 file in the ring's own table");
  state();
}

static void uring_close(void) {
  const int fd = some_file();
  const struct io_uring_sqe wish = {.opcode = IORING_OP_CLOSE, .fd = fd};
  open_ring(&ring);
  MUST(do_by_ring(&ring, &wish) == 0);
  state();
}

static const struct situation situations[] = {
    SITUATION(uring_openat),         SITUATION(uring_socket),      SITUATION(uring_accept),
    SITUATION(uring_direct_install), SITUATION(uring_direct_only), SITUATION(uring_close),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
