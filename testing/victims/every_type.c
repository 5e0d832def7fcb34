/* Holds one descriptor of each type that this kernel allows, states all that it knows of each, and waits
 * until its standard input ends. A line for each: {"handle":3,"type":"file",…}, with the keys and values that
 * an answer about the descriptor must have; or {"unavailable":"fanotify","why":"Operation not permitted"}.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void unavailable(const char* type) {
  printf("{\"unavailable\":\"%s\",\"why\":\"%s\"}\n", type, strerror(errno));
}

/* As a text in JSON; the names used here have no quotes. */
static void print_name(const char* name) {
  printf(",\"name\":\"");
  for (; *name != '\0'; ++name) {
    if (*name == '\n') {
      printf("\\n");
    } else {
      putchar(*name);
    }
  }
  printf("\"");
}

static const char* working_directory;

/* `more`: further keys, each with a comma before it. `name`: NULL where the victim does not know it. */
static void state(int fd, const char* type, const char* name, const char* more) {
  if (fd < 0) {
    unavailable(type);
    return;
  }
  const unsigned flags =
      (unsigned)fcntl(fd, F_GETFL) | ((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0 ? (unsigned)O_CLOEXEC : 0);
  printf("{\"handle\":%d,\"type\":\"%s\",\"flags\":%u", fd, type, flags);
  if (name != NULL) print_name(name);
  struct stat found;
  /* Anonymous objects share one inode, whose number says nothing; it has no kind. */
  if (fstat(fd, &found) == 0 && (found.st_mode & S_IFMT) != 0) {
    if (!S_ISSOCK(found.st_mode)) {
      printf(",\"inode\":%lu,\"device\":\"%u:%u\"", found.st_ino, major(found.st_dev), minor(found.st_dev));
    } else {
      printf(",\"inode\":%lu", found.st_ino);
    }
    const int has_size =
        S_ISREG(found.st_mode) && strcmp(type, "namespace") != 0 && strcmp(type, "message queue") != 0;
    if (has_size) printf(",\"size\":%ld", found.st_size);
    if (S_ISCHR(found.st_mode))
      printf(",\"special_device\":\"%u:%u\"", major(found.st_rdev), minor(found.st_rdev));
  }
  printf("%s}\n", more);
}

/* A name below the working directory. */
static const char* below(const char* name) {
  static char path[4200];
  snprintf(path, sizeof(path), "%s/%s", working_directory, name);
  return path;
}

static void files(void) {
  char more[512];
  const int file = open("plain", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (write(file, "0123456789", 10) == 10) lseek(file, 4, SEEK_SET);
  flock(file, LOCK_EX);
  snprintf(more, sizeof(more), ",\"offset\":4,\"links\":1,\"lock\":[\"FLOCK WRITE 0-EOF by pid %d\"]",
           getpid());
  state(file, "file", below("plain"), more);
  state(open("plain", O_WRONLY | O_APPEND | O_NONBLOCK), "file", below("plain"), ",\"offset\":0,\"links\":1");
  const int gone = open("gone2", O_RDWR | O_CREAT, 0600);
  unlink("gone2");
  state(gone, "file", below("gone2 (deleted)"), ",\"links\":0,\"deleted\":1,\"signs\":[\"deleted\"]");
  state(open("looks (deleted)", O_RDWR | O_CREAT, 0600), "file", below("looks (deleted)"),
        ",\"links\":1,\"signs\":[]");
  state(open("two\nlines and blanks", O_RDWR | O_CREAT, 0600), "file", below("two\nlines and blanks"), "");
  state(open(".", O_RDONLY | O_DIRECTORY), "directory", working_directory, "");
  state(open("plain", O_PATH), "file", below("plain"), "");
  mkfifo("queue", 0600);
  state(open("queue", O_RDWR), "fifo", below("queue"), "");
  state(open("/dev/null", O_RDONLY), "device", "/dev/null", "");
  state(open("/dev/net/tun", O_RDWR), "device", "/dev/net/tun", "");
  state(open("/dev/kvm", O_RDWR), "device", "/dev/kvm", "");
  int master = -1;
  int slave = -1;
  char name[64] = "";
  if (openpty(&master, &slave, name, NULL, NULL) != 0) master = slave = -1;
  state(master, "pty", NULL, "");
  state(slave, "tty", name, "");
  const int queue = mq_open("/ajar-every-type", O_RDWR | O_CREAT, 0600, NULL);
  mq_unlink("/ajar-every-type");
  state(queue, "message queue", NULL, "");
}

static void pipes(void) {
  int ends[2];
  char more[256];
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  snprintf(more, sizeof(more), ",\"other_end\":[\"this process (fd %d)\"],\"signs\":[]", ends[1]);
  state(ends[0], "pipe", NULL, more);
  snprintf(more, sizeof(more), ",\"other_end\":[\"this process (fd %d)\"],\"signs\":[]", ends[0]);
  state(ends[1], "pipe", NULL, more);
  if (pipe(ends) != 0) return;
  close(ends[1]);
  state(ends[0], "pipe", NULL, ",\"other_end_gone\":1,\"signs\":[\"other_end_gone\"]");
  if (pipe(ends) != 0) return;
  close(ends[0]);
  state(ends[1], "pipe", NULL, ",\"other_end_gone\":1,\"signs\":[\"other_end_gone\"]");
}

static int listener(int type, struct sockaddr_in* address) {
  const int fd = socket(AF_INET, type, 0);
  socklen_t size = sizeof(*address);
  memset(address, 0, size);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr*)address, size) != 0) return -1;
  getsockname(fd, (struct sockaddr*)address, &size);
  return fd;
}

/* Of a connection of TCP over loopback both ends; one more of which only the server's is left. */
static void tcp(void) {
  char more[512];
  struct sockaddr_in address;
  struct sockaddr_in own;
  socklen_t size = sizeof(own);
  const int server = listener(SOCK_STREAM, &address);
  listen(server, 7);
  const int port = ntohs(address.sin_port);
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(client, (struct sockaddr*)&address, sizeof(address)) != 0) return;
  getsockname(client, (struct sockaddr*)&own, &size);
  const int accepted = accept(server, NULL, NULL);
  if (write(client, "hello", 5) != 5) return;
  const int client_port = ntohs(own.sin_port);
  snprintf(
      more, sizeof(more),
      ",\"state\":\"ESTABLISHED\",\"local\":\"127.0.0.1:%d\",\"peer\":\"127.0.0.1:%d\",\"family\":2,\"socket_"
      "type\":1,\"protocol\":6,\"other_end\":[\"this process (fd %d)\"]",
      client_port, port, accepted);
  state(client, "tcp socket", NULL, more);
  snprintf(
      more, sizeof(more),
      ",\"state\":\"ESTABLISHED\",\"local\":\"127.0.0.1:%d\",\"peer\":\"127.0.0.1:%d\",\"receive_queue\":5,"
      "\"other_end\":[\"this process (fd %d)\"]",
      port, client_port, client);
  state(accepted, "tcp socket", NULL, more);
  const int leaves = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(leaves, (struct sockaddr*)&address, sizeof(address)) != 0) return;
  const int left = accept(server, NULL, NULL);
  close(leaves);
  state(left, "tcp socket", NULL, ",\"state\":\"CLOSE_WAIT\",\"signs\":[\"close_wait\"]");
  const int waits = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(waits, (struct sockaddr*)&address, sizeof(address)) != 0) return;
  snprintf(more, sizeof(more),
           ",\"state\":\"LISTEN\",\"local\":\"127.0.0.1:%d\",\"receive_queue\":1,\"send_queue\":7", port);
  state(server, "tcp socket", NULL, more);
  state(socket(AF_INET, SOCK_STREAM, 0), "tcp socket", NULL, "");
  state(socket(AF_INET6, SOCK_STREAM, 0), "tcp socket", NULL, "");
}

static void unix_sockets(void) {
  char more[512];
  int ends[2];
  const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
  const char* names[] = {"unix stream socket", "unix dgram socket", "unix seqpacket socket"};
  for (int i = 0; i < 3; ++i) {
    if (socketpair(AF_UNIX, types[i], 0, ends) != 0) continue;
    snprintf(
        more, sizeof(more),
        ",\"state\":\"ESTABLISHED\",\"family\":1,\"socket_type\":%d,\"other_end\":[\"this process (fd %d)\"],"
        "\"signs\":[]",
        types[i], ends[1]);
    state(ends[0], names[i], NULL, more);
    if (socketpair(AF_UNIX, types[i], 0, ends) != 0) continue;
    close(ends[1]);
    state(ends[0], names[i], NULL, ",\"other_end_gone\":1,\"signs\":[\"other_end_gone\"]");
  }
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "listens.sock"};
  const int server = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(server, (struct sockaddr*)&address, sizeof(address));
  listen(server, 3);
  state(server, "unix stream socket", "listens.sock (listening)",
        ",\"state\":\"LISTEN\",\"local\":\"listens.sock\",\"receive_queue\":0,\"send_queue\":3");
  state(socket(AF_UNIX, SOCK_STREAM, 0), "unix stream socket", NULL,
        ",\"state\":\"UNCONNECTED\",\"signs\":[]");
}

static void other_sockets(void) {
  char more[256];
  struct sockaddr_in address;
  const int udp = listener(SOCK_DGRAM, &address);
  snprintf(more, sizeof(more), ",\"state\":\"UNCONNECTED\",\"local\":\"127.0.0.1:%d\",\"protocol\":17",
           ntohs(address.sin_port));
  state(udp, "udp socket", NULL, more);
  state(socket(AF_NETLINK, SOCK_RAW, 0), "netlink socket", NULL, "");
  state(socket(AF_PACKET, SOCK_RAW, htons(3)), "packet socket", NULL, "");
  state(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), "raw socket", NULL, "");
  state(socket(AF_VSOCK, SOCK_STREAM, 0), "vsock socket", NULL, "");
  state(socket(AF_ALG, SOCK_SEQPACKET, 0), "crypto socket", NULL, "");
  state(socket(AF_INET, SOCK_STREAM, 262), "mptcp socket", NULL, "");
}

static void events(void) {
  char more[256];
  int ends[2];
  if (pipe(ends) != 0) return;
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
  snprintf(more, sizeof(more),
           ",\"watched\":1,\"watch\":[\"fd %d (EPOLLIN EPOLLERR EPOLLHUP EPOLLET)\"],\"signs\":[]", ends[0]);
  state(epoll, "epoll", "anon_inode:[eventpoll]", more);
  state(epoll_create1(0), "epoll", "anon_inode:[eventpoll]",
        ",\"watched\":0,\"signs\":[\"watches_nothing\"]");
  state(eventfd(42, EFD_NONBLOCK), "eventfd", "anon_inode:[eventfd]", ",\"count\":42,\"signs\":[]");
  const int timer = timerfd_create(CLOCK_BOOTTIME, 0);
  const struct itimerspec setting = {.it_value = {.tv_sec = 100000}, .it_interval = {.tv_nsec = 500}};
  timerfd_settime(timer, 0, &setting, NULL);
  state(timer, "timerfd", "anon_inode:[timerfd]",
        ",\"clock\":\"CLOCK_BOOTTIME\",\"interval_ns\":500,\"signs\":[]");
  state(timerfd_create(CLOCK_MONOTONIC, 0), "timerfd", "anon_inode:[timerfd]",
        ",\"clock\":\"CLOCK_MONOTONIC\",\"expires_ns\":0,\"interval_ns\":0,\"signs\":[\"disarmed\"]");
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGUSR1);
  state(signalfd(-1, &set, 0), "signalfd", "anon_inode:[signalfd]", ",\"signals\":\"SIGUSR1 SIGTERM\"");
  const int inotify = inotify_init1(IN_NONBLOCK);
  inotify_add_watch(inotify, ".", IN_MODIFY | IN_CREATE);
  snprintf(more, sizeof(more), ",\"watched\":1,\"watch\":[\"%s (IN_MODIFY IN_CREATE)\"],\"signs\":[]",
           working_directory);
  state(inotify, "inotify", "anon_inode:inotify", more);
  state(inotify_init1(0), "inotify", "anon_inode:inotify", ",\"watched\":0,\"signs\":[\"watches_nothing\"]");
  const int fanotify = fanotify_init(FAN_CLASS_NOTIF, O_RDONLY);
  if (fanotify >= 0) fanotify_mark(fanotify, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, ".");
  snprintf(more, sizeof(more), ",\"watched\":1,\"watch\":[\"%s (FAN_OPEN)\"]", working_directory);
  state(fanotify, "fanotify", "anon_inode:[fanotify]", more);
}

static void processes(void) {
  char more[256];
  const pid_t child = fork();
  if (child == 0) {
    close_range(0, ~0U, 0);
    pause();
    _exit(0);
  }
  const int lives = (int)syscall(SYS_pidfd_open, child, 0);
  snprintf(more, sizeof(more), ",\"process\":\"every_type %d\",\"signs\":[]", child);
  state(lives, "pidfd", "anon_inode:[pidfd]", more);
  const pid_t dead = fork();
  if (dead == 0) _exit(0);
  const int ended = (int)syscall(SYS_pidfd_open, dead, 0);
  waitpid(dead, NULL, 0);
  state(ended, "pidfd", "anon_inode:[pidfd]", ",\"process_gone\":1,\"signs\":[\"process_gone\"]");
  state(open("/proc/self/ns/net", O_RDONLY), "namespace", NULL, "");
  state(open("/proc/self/ns/mnt", O_RDONLY), "namespace", NULL, "");
}

static int bpf(int command, union bpf_attr* attributes) {
  return (int)syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static void kernel_objects(void) {
  const int memory = memfd_create("hello world", MFD_CLOEXEC);
  if (memory >= 0 && ftruncate(memory, 12345) != 0) return;
  state(memory, "memfd", "/memfd:hello world (deleted)", ",\"offset\":0,\"signs\":[]");

  struct io_uring_params parameters;
  memset(&parameters, 0, sizeof(parameters));
  const int ring = (int)syscall(SYS_io_uring_setup, 4, &parameters);
  const int32_t registered[2] = {memory, memory};
  if (ring >= 0) syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, registered, 2);
  state(ring, "io_uring", "anon_inode:[io_uring]",
        ",\"registered_files\":2,\"registered_file\":[\"/memfd:hello world (deleted)\",\"/memfd:hello world "
        "(deleted)\"]");

  union bpf_attr map = {.map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 16};
  strcpy(map.map_name, "prices");
  state(bpf(BPF_MAP_CREATE, &map), "bpf map", "anon_inode:bpf-map",
        ",\"kind\":\"hash\",\"label\":\"prices\"");
  const struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
  union bpf_attr program = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
                            .insn_cnt = 2,
                            .insns = (uint64_t)(uintptr_t)code,
                            .license = (uint64_t)(uintptr_t)"GPL"};
  strcpy(program.prog_name, "filter");
  state(bpf(BPF_PROG_LOAD, &program), "bpf program", "anon_inode:bpf-prog",
        ",\"kind\":\"socket_filter\",\"label\":\"filter\"");

  struct perf_event_attr counter = {.type = PERF_TYPE_SOFTWARE,
                                    .size = sizeof(counter),
                                    .config = PERF_COUNT_SW_CPU_CLOCK,
                                    .exclude_kernel = 1};
  state((int)syscall(SYS_perf_event_open, &counter, 0, -1, -1, 0), "perf event", "anon_inode:[perf_event]",
        "");
  state((int)syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */), "userfaultfd", "anon_inode:[userfaultfd]",
        "");
  state((int)syscall(430 /* fsopen */, "tmpfs", 0), "fscontext", "anon_inode:[fscontext]", "");
  const uint64_t handled = 1;
  state((int)syscall(444 /* landlock_create_ruleset */, &handled, sizeof(handled), 0), "landlock ruleset",
        "anon_inode:[landlock-ruleset]", "");
}

int main(void) {
  static char here[4096];
  working_directory = getcwd(here, sizeof(here));
  files();
  pipes();
  tcp();
  unix_sockets();
  other_sockets();
  events();
  processes();
  kernel_objects();
  printf("{\"ready\":%d}\n", getpid());
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  kill(0, SIGTERM);
  return 0;
}
