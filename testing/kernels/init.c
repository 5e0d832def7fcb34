// The first process of a machine that run_on starts. It makes the machine as a Linux usually is, runs the
// command, passes on what it prints, tells its exit status as a shell would, and turns the machine off.
//
// run_on gives strings that end in a zero byte in files: /.run_on/words (the command), /.run_on/environment,
// and /.run_on/directory. The serial lines: 0 is the kernel's, 1 what the command prints, 2 its errors, 3 its
// exit status in decimal digits.
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { kMostStrings = 4096, kCannotRun = 127 };

static void turn_off(void) {
  sync();
  reboot(RB_POWER_OFF);
  for (;;) pause();
}

// To the kernel's line, where run_on looks for it.
static void fail(const char* what, const char* which) {
  printf("run_on: %s %s: %s\n", what, which, strerror(errno));
  fflush(stdout);
  turn_off();
}

static void mount_at(const char* type, const char* where) {
  mkdir(where, 0755);
  if (mount(type, where, type, 0, NULL) != 0) fail("cannot mount", where);
}

// What a kernel may have been built without.
static void mount_if_known(const char* type, const char* where) {
  mkdir(where, 0755);
  mount(type, where, type, 0, NULL);
}

// /run and /tmp are as the rest, in memory already, and may hold what the command needs.
static void mount_all(void) {
  mount_at("proc", "/proc");
  mount_at("sysfs", "/sys");
  mount_at("devtmpfs", "/dev");
  mount_at("devpts", "/dev/pts");
  mount_at("tmpfs", "/dev/shm");
  chmod("/dev/shm", 01777);
  chmod("/tmp", 01777);
  mount_if_known("mqueue", "/dev/mqueue");
  mount_if_known("tracefs", "/sys/kernel/tracing");
  mount_if_known("debugfs", "/sys/kernel/debug");
  mount_if_known("bpf", "/sys/fs/bpf");
  mount_if_known("cgroup2", "/sys/fs/cgroup");
  symlink("/proc/self/fd", "/dev/fd");
}

static void raise_loopback(void) {
  const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  if (any < 0 || ioctl(any, SIOCSIFFLAGS, &loopback) != 0) fail("cannot raise", "lo");
  close(any);
}

// A kernel's own limit for its first process is 4096; Debian's systemd gives everybody this one.
static void allow_many_descriptors(void) {
  const struct rlimit limit = {.rlim_cur = 1024, .rlim_max = 1048576};
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) fail("cannot raise", "RLIMIT_NOFILE");
}

// The strings of a file, and a null pointer behind them. They live for good.
static char** strings_of(const char* path) {
  static const size_t kMostBytes = 1 << 20;
  char* bytes = malloc(kMostBytes);
  char** strings = calloc(kMostStrings, sizeof *strings);
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  const ssize_t size = read(file, bytes, kMostBytes);
  if (size < 0) fail("cannot read", path);
  close(file);
  size_t count = 0;
  for (char* each = bytes; each < bytes + size && count < kMostStrings - 1; each += strlen(each) + 1)
    strings[count++] = each;
  return strings;
}

// A serial line that changes no byte.
static int line(const char* path) {
  const int out = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
  struct termios settings;
  if (out < 0 || tcgetattr(out, &settings) != 0) fail("cannot open", path);
  cfmakeraw(&settings);
  tcsetattr(out, TCSANOW, &settings);
  return out;
}

static void write_all(int out, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = write(out, bytes, size);
    if (written < 0 && errno != EINTR) fail("cannot write to", "a serial line");
    if (written > 0) bytes += written, size -= (size_t)written;
  }
}

// A stream of the command: a pipe, so that it doesn't take itself to be at a terminal, and the line to which
// it goes.
struct stream {
  int from, pipe_end, to;
};

static struct stream stream_to(const char* path) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail("cannot make", "a pipe");
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return (struct stream){.from = ends[0], .pipe_end = ends[1], .to = line(path)};
}

// Passes on what is there. At the end of the stream `from` becomes -1, which poll passes over.
static void pass_on(struct stream* stream) {
  char bytes[65536];
  ssize_t size = 0;
  while ((size = read(stream->from, bytes, sizeof bytes)) > 0) write_all(stream->to, bytes, (size_t)size);
  if (size == 0) stream->from = -1;
}

static pid_t start(int out, int err) {
  char** words = strings_of("/.run_on/words");
  char** environment = strings_of("/.run_on/environment");
  char** directory = strings_of("/.run_on/directory");
  const pid_t child = fork();
  if (child != 0) return child;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGCHLD, SIG_DFL);
  setsid();
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  environ = environment;
  if (chdir(directory[0]) == 0) execvp(words[0], words);
  fprintf(stderr, "run_on: cannot run %s: %s\n", words[0], strerror(errno));
  _exit(kCannotRun);
}

static void wake_up(int signal) {
  (void)signal;
}

// Reaps all children that have ended. True if `child` is one of them, and then its exit status as a shell
// gives it.
static int has_ended(pid_t child, int* exit_status) {
  int found = 0, status = 0;
  for (pid_t ended = 0; (ended = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (ended != child) continue;
    found = 1;
    *exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return found;
}

// Whatever the command left running may go on printing, but that is not waited for.
static int run(void) {
  sigset_t child_ends, none;
  sigemptyset(&none);
  sigemptyset(&child_ends);
  sigaddset(&child_ends, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child_ends, NULL);
  signal(SIGCHLD, wake_up);
  struct stream out = stream_to("/dev/ttyS1"), err = stream_to("/dev/ttyS2");
  const pid_t child = start(out.pipe_end, err.pipe_end);
  close(out.pipe_end);
  close(err.pipe_end);
  int exit_status = 0;
  for (int ended = 0; !ended;) {
    struct pollfd wanted[2] = {{.fd = out.from, .events = POLLIN}, {.fd = err.from, .events = POLLIN}};
    ppoll(wanted, 2, NULL, &none);
    ended = has_ended(child, &exit_status);
    if (out.from >= 0) pass_on(&out);
    if (err.from >= 0) pass_on(&err);
  }
  tcdrain(out.to);
  tcdrain(err.to);
  return exit_status;
}

int main(void) {
  mount_all();
  raise_loopback();
  allow_many_descriptors();
  sethostname("run-on", 6);
  const int exit_status = run();
  const int told = line("/dev/ttyS3");
  dprintf(told, "%d\n", exit_status);
  tcdrain(told);
  turn_off();
}
