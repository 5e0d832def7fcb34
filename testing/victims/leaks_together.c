// A server and its client, two processes that leak together: each of the client's connections stays open at
// both ends. With "files" the client has one connection, and sends the server a handle of each file that it
// opens and never closes. After as many as the argument says the client ends, and the server, which held all
// that for it, closes it and goes on until SIGTERM.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { most = 4096 };

static struct sockaddr_un address;
static int held[most];
static int count = 0;

// 40 in a second; after a pause that the machine made it catches up.
static void pace(void) {
  static struct timespec next;
  if (next.tv_sec == 0) clock_gettime(CLOCK_MONOTONIC, &next);
  next.tv_nsec += 25 * 1000 * 1000;
  if (next.tv_nsec >= 1000 * 1000 * 1000) {
    next.tv_nsec -= 1000 * 1000 * 1000;
    ++next.tv_sec;
  }
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
}

static int connect_to_server(void) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr*)&address, sizeof(address)) != 0) perror("connect");
  return fd;
}

union space {
  char bytes[CMSG_SPACE(sizeof(int))];
  struct cmsghdr aligned;
};

static struct msghdr message_of(struct iovec* part, char* byte, union space* control) {
  memset(control, 0, sizeof(*control));
  *part = (struct iovec){.iov_base = byte, .iov_len = 1};
  struct msghdr message = {.msg_iov = part, .msg_iovlen = 1};
  message.msg_control = control->bytes;
  message.msg_controllen = sizeof(control->bytes);
  return message;
}

static void send_handle(int to, int fd) {
  struct iovec part;
  char byte = 'x';
  union space control;
  const struct msghdr message = message_of(&part, &byte, &control);
  struct cmsghdr* rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(rights), &fd, sizeof(fd));
  if (sendmsg(to, &message, 0) != 1) perror("sendmsg");
}

// -1 at the end of the connection.
static int receive_handle(int from) {
  struct iovec part;
  char byte = 0;
  union space control;
  struct msghdr message = message_of(&part, &byte, &control);
  if (recvmsg(from, &message, 0) != 1) return -1;
  int fd = -1;
  memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
  return fd;
}

static int run_client(int requests, int sends_files) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int connection = sends_files ? connect_to_server() : -1;
  for (int i = 0; i < requests; ++i) {
    if (sends_files) {
      send_handle(connection, open("/dev/null", O_RDONLY));
    } else {
      connect_to_server();
    }
    pace();
  }
  return 0;
}

static void give_all_back(void) {
  while (count > 0) close(held[--count]);
}

static void serve_connections(int listening) {
  for (;;) {
    struct pollfd asked[2] = {{.fd = listening, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
    if (count > 0) asked[1].fd = held[0];
    poll(asked, 2, -1);
    if (asked[1].revents != 0) return give_all_back();
    if (asked[0].revents != 0 && count < most) held[count++] = accept(listening, NULL, NULL);
  }
}

static void receive_files(int listening) {
  const int connection = accept(listening, NULL, NULL);
  for (int fd = receive_handle(connection); fd >= 0 && count < most; fd = receive_handle(connection))
    held[count++] = fd;
  give_all_back();
}

int main(int argc, char** argv) {
  const int requests = argc > 1 ? atoi(argv[1]) : 100;
  const int sends_files = argc > 2 && strcmp(argv[2], "files") == 0;
  const int listening = socket(AF_UNIX, SOCK_STREAM, 0);
  // An abstract name, which nobody has to remove.
  address.sun_family = AF_UNIX;
  snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "leaks-together-%d", (int)getpid());
  if (bind(listening, (struct sockaddr*)&address, sizeof(address)) != 0 || listen(listening, 64) != 0)
    perror("listen");
  const pid_t client = fork();
  if (client == 0) {
    prctl(PR_SET_NAME, "client");
    close(listening);
    return run_client(requests, sends_files);
  }
  printf("{\"client\":%d}\n", (int)client);
  fflush(stdout);
  (sends_files ? receive_files : serve_connections)(listening);
  waitpid(client, NULL, 0);
  for (;;) pause();
}
