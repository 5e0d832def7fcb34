// Descriptors that come with messages, and by asking a socket for its peer.
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "truth.h"

enum { most = 8, so_peerpidfd = 77 };

static const char* const self = "scm_rights";
static int sockets[2];
static int file;

union space {
  char bytes[CMSG_SPACE(most * sizeof(int))];
  struct cmsghdr aligned;
};

static void prepare(struct msghdr* message, struct iovec* part, char* byte, union space* control) {
  memset(message, 0, sizeof(*message));
  memset(control, 0, sizeof(*control));
  part->iov_base = byte;
  part->iov_len = 1;
  message->msg_iov = part;
  message->msg_iovlen = 1;
  message->msg_control = control->bytes;
  message->msg_controllen = sizeof(control->bytes);
}

static int send_copies(int count) {
  struct msghdr message;
  struct iovec part;
  char byte = 'x';
  union space control;
  prepare(&message, &part, &byte, &control);
  message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
  struct cmsghdr* rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
  for (int i = 0; i < count; ++i) memcpy(CMSG_DATA(rights) + (size_t)i * sizeof(int), &file, sizeof(int));
  return sendmsg(sockets[0], &message, 0) == 1 ? 0 : 1;
}

// Part of whoever receives; and yet one place in the source.
static inline __attribute__((always_inline)) int receive(int flags, size_t room) {
  struct msghdr message;
  struct iovec part;
  char byte;
  union space control;
  prepare(&message, &part, &byte, &control);
  message.msg_controllen = room;
  return recvmsg(sockets[1], &message, flags) == 1 ? 0 : 1;
}

KEPT_WHOLE static int receive_three(void) {
  return send_copies(3) + receive(0, sizeof(union space));
}

// Looking at a message installs its descriptors, too: once more than taking it.
KEPT_WHOLE static int peek(void) {
  return receive(MSG_PEEK, sizeof(union space));
}

// There is room for two of four; the kernel drops the others.
KEPT_WHOLE static int receive_cut_off(void) {
  return send_copies(4) + receive(0, CMSG_LEN(2 * sizeof(int)));
}

KEPT_WHOLE static int receive_many(void) {
  struct mmsghdr messages[2];
  struct iovec parts[2];
  char bytes[2];
  union space controls[2];
  for (int i = 0; i < 2; ++i) prepare(&messages[i].msg_hdr, &parts[i], &bytes[i], &controls[i]);
  const int failed = send_copies(1) + send_copies(2);
  return failed + (recvmmsg(sockets[1], messages, 2, 0, NULL) != 2);
}

// Without descriptors, and without room for them.
KEPT_WHOLE static int receive_bytes_only(void) {
  int failed = send(sockets[0], "x", 1, 0) != 1;
  failed += receive(0, sizeof(union space));
  return failed + send_copies(1) + receive(0, 0);
}

// Returns how many it got: Linux has it since 6.5.
KEPT_WHOLE static int ask_for_peer(void) {
  int fd = -1;
  socklen_t length = sizeof(fd);
  const int failed = getsockopt(sockets[0], SOL_SOCKET, so_peerpidfd, &fd, &length);
  return failed == 0;
}

int main(void) {
  file = open("/etc/passwd", O_RDONLY);
  int failures = socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0;
  failures += receive_three();
  failures += send_copies(1) + peek() + receive(0, 0);
  failures += receive_cut_off() + receive_many() + receive_bytes_only();
  const int peers = ask_for_peer();
  close(file);
  printf("%d messages failed\n", failures);
  truth_group("file", 6, "receive", self, "");  // three, one that was only looked at, two that had room
  truth_group("file", 3, "receive_many", self, "");
  truth_group("unix stream socket", 2, "main", self, "");
  if (peers != 0) truth_group("pidfd", peers, "ask_for_peer", self, "");
  truth_print(3, 0, 0);
  return 0;
}
