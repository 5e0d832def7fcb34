/* Opens and closes a file again and again, and asks between on how many processors it may run: the kernel,
   the kernel's text about it, and a child and a thread of its own. Says how many answers were not as many as
   its argument. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 100, PAIRS = 20 };

static int expected;

static int asked(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : -1;
}

static int told(void) {
  static char text[8192];
  const int fd = open("/proc/self/status", O_RDONLY);
  const ssize_t length = read(fd, text, sizeof(text) - 1);
  close(fd);
  text[length < 0 ? 0 : length] = 0;
  const char* at = strstr(text, "Cpus_allowed:");
  int count = 0;
  for (at = at == NULL ? "" : at + 13; *at != 0 && *at != '\n'; ++at) {
    const char digit[2] = {*at, 0};
    count += __builtin_popcountl(strtoul(digit, NULL, 16));
  }
  return count;
}

/* The child asks only after it was made: what counts is what it got. */
static int child(void) {
  const pid_t pid = fork();
  if (pid == 0) _exit(asked());
  int status = 0;
  waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

static void* ask(void* answer) {
  *(int*)answer = asked();
  return answer;
}

static int thread(void) {
  pthread_t id;
  int answer = 0;
  pthread_create(&id, NULL, ask, &answer);
  pthread_join(id, NULL);
  return answer;
}

static void churn(void) {
  for (int i = 0; i < PAIRS; ++i) close(open("/dev/null", O_RDONLY));
}

int main(int argc, char** argv) {
  expected = argc > 1 ? atoi(argv[1]) : 0;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  static int (*const questions[])(void) = {asked, told, child, thread};
  static const char* const names[] = {"asked", "told", "child", "thread"};
  for (int kind = 0; kind < 4; ++kind) {
    int wrong = 0;
    for (int i = 0; i < ROUNDS; ++i) {
      churn();
      wrong += questions[kind]() != expected;
    }
    printf("%s %d wrong\n", names[kind], wrong);
  }
  /* What it sets for itself stays set. */
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof(one), &one);
  expected = 1;
  int wrong = 0;
  for (int i = 0; i < ROUNDS; ++i) {
    churn();
    wrong += asked() != 1;
  }
  printf("set %d wrong\n", wrong);
  return 0;
}
