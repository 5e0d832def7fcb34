// Descriptors that arrive in messages: whoever receives them has opened them, and the sender keeps its own.
#include <sys/socket.h>

#include "situation.h"

enum { most = 3 };

static int ends[2];

union control {
  struct cmsghdr header;
  char room[CMSG_SPACE(most * sizeof(int))];
};

struct message {
  char byte;
  struct iovec data;
  union control control;
  struct msghdr header;
};

static struct msghdr* prepare(struct message* message, size_t control_length) {
  memset(message, 0, sizeof(*message));
  message->data = (struct iovec){&message->byte, 1};
  message->header = (struct msghdr){.msg_iov = &message->data,
                                    .msg_iovlen = 1,
                                    .msg_control = &message->control,
                                    .msg_controllen = control_length};
  return &message->header;
}

// Sends that many files, and closes its own.
static void send_files(int count) {
  struct message message;
  int fds[most];
  const size_t size = (size_t)count * sizeof(int);
  struct msghdr* header = prepare(&message, CMSG_SPACE(size));
  struct cmsghdr* control = CMSG_FIRSTHDR(header);
  for (int i = 0; i < count; ++i) fds[i] = some_file();
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  control->cmsg_len = CMSG_LEN(size);
  memcpy(CMSG_DATA(control), fds, size);
  MUST(sendmsg(ends[0], header, 0) == 1);
  for (int i = 0; i < count; ++i) close(fds[i]);
}

static void connect_ends(void) {
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
}

static void close_ends(void) {
  close(ends[0]);
  close(ends[1]);
}

KEPT_WHOLE static void scm_recvmsg(void) {
  struct message message;
  connect_ends();
  send_files(most);
  MUST(recvmsg(ends[1], prepare(&message, sizeof(union control)), MSG_CMSG_CLOEXEC) == 1);
  close_ends();
  OPENED_HERE("file", most);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void scm_recvmmsg(void) {
  struct message message;
  connect_ends();
  send_files(1);
  struct mmsghdr messages[1] = {{.msg_hdr = *prepare(&message, sizeof(union control)), .msg_len = 0}};
  MUST(recvmmsg(ends[1], messages, 1, 0, NULL) == 1);
  close_ends();
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

// A look at a message installs its descriptors, though the message stays.
KEPT_WHOLE static void scm_peek(void) {
  struct message message;
  connect_ends();
  send_files(1);
  MUST(recvmsg(ends[1], prepare(&message, sizeof(union control)), MSG_PEEK) == 1);
  close_ends();
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

// There is room for one of three: the kernel drops the others.
KEPT_WHOLE static void scm_truncated(void) {
  struct message message;
  connect_ends();
  send_files(most);
  struct msghdr* header = prepare(&message, CMSG_LEN(sizeof(int)));
  MUST(recvmsg(ends[1], header, 0) == 1 && (header->msg_flags & MSG_CTRUNC) != 0);
  close_ends();
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

// Sent and not received: the file lives on, with no descriptor anywhere.
KEPT_WHOLE static void scm_in_flight(void) {
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  send_files(2);
  OPENED_HERE("unix stream socket", 2);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(scm_recvmsg),   SITUATION(scm_recvmmsg),  SITUATION(scm_peek),
    SITUATION(scm_truncated), SITUATION(scm_in_flight),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
