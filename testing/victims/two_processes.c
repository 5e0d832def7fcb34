/* Two processes that are connected in every way: by a pipe each way, by unix sockets of each kind, by TCP
 * within the machine; and that share what they had before they were two. A third one shares the first one's
 * table of descriptors. They state who has the other end of each descriptor, and who else has the same open
 * file, as every_type does: {"pid":812,"handle":3,…}. Then the second one waits to be killed, and the first
 * for its standard input to end.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MUST(condition)                                         \
  do {                                                          \
    if (!(condition)) {                                         \
      fprintf(stderr, "%s: %s\n", #condition, strerror(errno)); \
      exit(1);                                                  \
    }                                                           \
  } while (0)

/* Two ends, of which the first process keeps one and the second the other. */
struct pair {
  const char* type;
  int first, second;
};

static struct pair pairs[6];
static int pair_count;
static int shared[3];
static const char* const shared_types[3] = {"file", "eventfd", "tcp socket"};

static void add_pair(const char* type, int first, int second) {
  pairs[pair_count++] = (struct pair){type, first, second};
}

static void connect_tcp(void) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = 0};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  MUST(bind(server, (const struct sockaddr*)&address, size) == 0 && listen(server, 1) == 0);
  MUST(getsockname(server, (struct sockaddr*)&address, &size) == 0);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  MUST(connect(client, (const struct sockaddr*)&address, size) == 0);
  add_pair("tcp socket", client, accept(server, NULL, NULL));
  shared[2] = server;
}

static void connect_all(void) {
  const int kinds[3] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
  const char* const names[3] = {"unix stream socket", "unix dgram socket", "unix seqpacket socket"};
  int ends[2];
  MUST(pipe(ends) == 0);
  add_pair("pipe", ends[0], ends[1]);
  MUST(pipe(ends) == 0);
  add_pair("pipe", ends[1], ends[0]);
  for (int i = 0; i < 3; ++i) {
    MUST(socketpair(AF_UNIX, kinds[i], 0, ends) == 0);
    add_pair(names[i], ends[0], ends[1]);
  }
  connect_tcp();
  shared[0] = open("/etc/passwd", O_RDONLY);
  shared[1] = eventfd(0, 0);
}

/* What is to be said of a descriptor of `pid` that these others have, under that number. */
static void state_others(pid_t pid, int handle, const char* type, const char* key, const char* name,
                         const pid_t* others, int count, int number) {
  printf("{\"pid\":%d,\"handle\":%d,\"type\":\"%s\",\"signs\":[],\"%s\":[", pid, handle, type, key);
  for (int i = 0; i < count; ++i) printf("%s\"%s %d (fd %d)\"", i > 0 ? "," : "", name, others[i], number);
  printf("]}\n");
}

static void state_first(pid_t first, pid_t second) {
  for (int i = 0; i < pair_count; ++i)
    state_others(first, pairs[i].first, pairs[i].type, "other_end", "second", &second, 1, pairs[i].second);
  for (int i = 0; i < 3; ++i)
    state_others(first, shared[i], shared_types[i], "also_held_by", "second", &second, 1, shared[i]);
}

/* To the second one the third is another one that has what the first has, and is called as it. */
static void state_second(pid_t second, pid_t first, pid_t third) {
  const pid_t others[2] = {first < third ? first : third, first < third ? third : first};
  for (int i = 0; i < pair_count; ++i)
    state_others(second, pairs[i].second, pairs[i].type, "other_end", "first", others, 2, pairs[i].first);
  for (int i = 0; i < 3; ++i)
    state_others(second, shared[i], shared_types[i], "also_held_by", "first", others, 2, shared[i]);
}

/* The first one's, once the second is gone. */
static void state_what_is_left(pid_t pid) {
  for (int i = 0; i < pair_count; ++i) {
    const int is_tcp = strcmp(pairs[i].type, "tcp socket") == 0;
    printf("{\"pid\":%d,\"handle\":%d,\"type\":\"%s\",\"signs\":[\"%s\"],\"later\":true%s}\n", pid,
           pairs[i].first, pairs[i].type, is_tcp ? "close_wait" : "other_end_gone",
           is_tcp ? ",\"state\":\"CLOSE_WAIT\"" : ",\"other_end_gone\":1");
  }
}

static pid_t start_the_second(void) {
  int is_done[2];
  MUST(pipe(is_done) == 0);
  const pid_t second = fork();
  MUST(second >= 0);
  if (second == 0) {
    MUST(prctl(PR_SET_NAME, "second") == 0);
    for (int i = 0; i < pair_count; ++i) close(pairs[i].first);
    close(is_done[0]);
    close(is_done[1]);
    for (;;) pause();
  }
  close(is_done[1]);
  char byte;
  MUST(read(is_done[0], &byte, 1) == 0);
  close(is_done[0]);
  return second;
}

static pid_t start_the_third(void) {
  const pid_t third = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
  MUST(third >= 0);
  if (third == 0) {
    for (;;) pause();
  }
  return third;
}

int main(void) {
  connect_all();
  MUST(prctl(PR_SET_NAME, "first") == 0);
  const pid_t first = getpid();
  const pid_t second = start_the_second();
  for (int i = 0; i < pair_count; ++i) close(pairs[i].second);
  const pid_t third = start_the_third();
  state_first(first, second);
  state_second(second, first, third);
  state_what_is_left(first);
  printf("{\"pid\":%d,\"shares_table_with\":%d}\n", first, third);
  printf("{\"second\":%d}\n{\"ready\":%d}\n", second, first);
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  kill(second, SIGKILL);
  kill(third, SIGKILL);
  return 0;
}
