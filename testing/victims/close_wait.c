/* A server that forgets its connections: as many as its first argument says are accepted, all peers send some
 * bytes and hang up, and it never closes. It states what it knows of each descriptor, as every_type does, and
 * waits until its standard input ends.
 *
 *   close_wait 20                  in the network namespace of whoever runs it
 *   close_wait 20 own-network      in one of its own; prints {"unavailable":…} where that is not permitted
 *   close_wait 20 own-network 99   which it makes before it becomes that user
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MUST(condition)                                         \
  do {                                                          \
    if (!(condition)) {                                         \
      fprintf(stderr, "%s: %s\n", #condition, strerror(errno)); \
      exit(1);                                                  \
    }                                                           \
  } while (0)

enum { most = 200, backlog = 50 };

static struct sockaddr_in address_of(int fd, int of_peer) {
  struct sockaddr_in address;
  socklen_t size = sizeof(address);
  MUST((of_peer ? getpeername : getsockname)(fd, (struct sockaddr*)&address, &size) == 0);
  return address;
}

/* The loopback of a new namespace is down. */
static int enter_own_network(void) {
  if (unshare(CLONE_NEWNET) != 0) return 0;
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq request;
  memset(&request, 0, sizeof(request));
  strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const int done = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  close(fd);
  return done;
}

/* Whom others of that user may look into. */
static void become(int user) {
  MUST(setgid((gid_t)user) == 0 && setuid((uid_t)user) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0);
}

/* All at once, so that all are there before the first one hangs up; the number of bytes tells which it is. */
static void be_the_clients(struct sockaddr_in server, int count) {
  static const char bytes[most];
  for (int i = 0; i < count; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    MUST(connect(fd, (const struct sockaddr*)&server, sizeof(server)) == 0);
    MUST(i == 0 || write(fd, bytes, (size_t)i) == i);
  }
  _exit(0);
}

static void wait_for_its_end(int fd) {
  struct pollfd end = {.fd = fd, .events = POLLRDHUP, .revents = 0};
  MUST(poll(&end, 1, -1) == 1);
}

static void state(int fd, int bytes) {
  const struct sockaddr_in local = address_of(fd, 0);
  const struct sockaddr_in peer = address_of(fd, 1);
  printf("{\"handle\":%d,\"type\":\"tcp socket\",\"state\":\"CLOSE_WAIT\",\"local\":\"127.0.0.1:%d\",", fd,
         ntohs(local.sin_port));
  printf("\"peer\":\"127.0.0.1:%d\",\"signs\":[\"close_wait\"]", ntohs(peer.sin_port));
  if (bytes > 0) printf(",\"receive_queue\":%d", bytes);
  printf("}\n");
}

int main(int argc, char** argv) {
  const int count = argc > 1 ? atoi(argv[1]) : 1;
  MUST(count > 0 && count <= most);
  if (argc > 2 && !enter_own_network()) {
    printf("{\"unavailable\":\"network namespace\",\"why\":\"%s\"}\n{\"ready\":%d}\n", strerror(errno),
           getpid());
    return 0;
  }
  if (argc > 3) become(atoi(argv[3]));
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = 0};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  MUST(bind(server, (const struct sockaddr*)&address, sizeof(address)) == 0 && listen(server, backlog) == 0);
  address = address_of(server, 0);
  printf("{\"handle\":%d,\"type\":\"tcp socket\",\"state\":\"LISTEN\",\"local\":\"127.0.0.1:%d\",", server,
         ntohs(address.sin_port));
  printf("\"receive_queue\":0,\"send_queue\":%d,\"signs\":[]}\n", backlog);
  fflush(stdout);
  const pid_t clients = fork();
  MUST(clients >= 0);
  if (clients == 0) be_the_clients(address, count);
  int accepted[most];
  for (int i = 0; i < count; ++i) MUST((accepted[i] = accept(server, NULL, NULL)) >= 0);
  MUST(waitpid(clients, NULL, 0) == clients);
  for (int i = 0; i < count; ++i) {
    wait_for_its_end(accepted[i]);
    int bytes = 0;
    MUST(ioctl(accepted[i], FIONREAD, &bytes) == 0);
    state(accepted[i], bytes);
  }
  printf("{\"ready\":%d}\n", getpid());
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  return 0;
}
