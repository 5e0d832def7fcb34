/* How a victim states its own truth: what is open at its end, and whose it is. For C and C++; part of the
 * victim's program, not of ajar. It opens and closes nothing, takes no memory, and calls nothing that a
 * tracer of descriptors would look at, so that stating the truth does not change it. README.md has the
 * convention.
 */
#ifndef AJAR_VICTIMS_TRUTH_H_
#define AJAR_VICTIMS_TRUTH_H_

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The function keeps its own frame and name in every build: neither inlined, nor cloned, nor split. */
#define KEPT_WHOLE __attribute__((noipa))

static struct {
  char text[4096];
  int used;
  int groups;
  int thefts;
  const char* origin;
  long origin_count;
  const char* also;
} truth_buffer __attribute__((unused));

#define TRUTH_ADD(...)                                                  \
  (truth_buffer.used += snprintf(truth_buffer.text + truth_buffer.used, \
                                 sizeof(truth_buffer.text) - (size_t)truth_buffer.used, __VA_ARGS__))

/* A group of descriptors that are open. `function` and `module` are whom to blame: the innermost code that is
 * not the system's. An empty text is anything; `type` and `verdict` may name alternatives: "file|directory".
 */
__attribute__((unused)) static void truth_group(const char* type, long count, const char* function,
                                                const char* module, const char* verdict) {
  TRUTH_ADD("%s{\"type\":\"%s\",\"count\":%ld,\"function\":\"%s\",\"module\":\"%s\",\"verdict\":\"%s\"}",
            truth_buffer.groups++ == 0 ? "\"outstanding\":[" : ",", type, count, function, module, verdict);
}

/* As truth_group, of descriptors for which another answer is right too: `instead` is "inherited" or "unseen".
 */
__attribute__((unused)) static void truth_group_or(const char* instead, const char* type, long count,
                                                   const char* function, const char* module) {
  TRUTH_ADD("%s{\"type\":\"%s\",\"count\":%ld,\"function\":\"%s\",\"module\":\"%s\",\"or\":\"%s\"}",
            truth_buffer.groups++ == 0 ? "\"outstanding\":[" : ",", type, count, function, module, instead);
}

/* Descriptors that are closed by now, but were open until the program began to end. */
__attribute__((unused)) static void truth_closed_at_end(const char* type, long count, const char* function,
                                                        const char* module, const char* verdict) {
  TRUTH_ADD(
      "%s{\"type\":\"%s\",\"count\":0,\"closed_at_end\":%ld,\"function\":\"%s\",\"module\":\"%s\","
      "\"verdict\":"
      "\"%s\"}",
      truth_buffer.groups++ == 0 ? "\"outstanding\":[" : ",", type, count, function, module, verdict);
}

/* Descriptors of the process that poll(2) knows, which is none of the calls that anybody traces. 32 at a
 * time: poll refuses more than RLIMIT_NOFILE. It does not know those that stand for a path only (O_PATH),
 * which are looked for among the low numbers. */
__attribute__((unused)) static int truth_count_open(void) {
  enum { at_a_time = 32, highest = 32768, highest_path = 256 };
  int open_count = 0;
  for (int first = 0; first < highest; first += at_a_time) {
    struct pollfd some[at_a_time];
    for (int i = 0; i < at_a_time; ++i) {
      some[i].fd = first + i;
      some[i].events = 0;
      some[i].revents = 0;
    }
    while (poll(some, at_a_time, 0) < 0 && errno == EINTR) {
    }
    for (int i = 0; i < at_a_time; ++i) {
      struct stat unused;
      const int known = (some[i].revents & POLLNVAL) == 0;
      open_count += known || (first + i < highest_path && fstat(first + i, &unused) == 0);
    }
  }
  return open_count;
}

/* Of the inherited ones: how many this function had opened, before a fork or an exec. */
__attribute__((unused)) static void truth_inherited_from(const char* function, long count) {
  truth_buffer.origin = function;
  truth_buffer.origin_count = count;
}

/* Of the bad closes: how many took what was another's. */
__attribute__((unused)) static void truth_thefts(int count) {
  truth_buffer.thefts = count;
}

/* What a complete answer says beyond the table, in words. */
__attribute__((unused)) static void truth_also(const char* what) {
  truth_buffer.also = what;
}

/* Prints the line, in one write; the last thing a victim does before it ends. Forgets the groups, so that a
 * child can start anew. `inherited`, `unseen` and `bad_closes` are counts; -1 leaves one unsaid. The pid is
 * the one by which a watcher knows the process. */
__attribute__((unused)) static void truth_print_as(pid_t pid, int inherited, int unseen, int bad_closes) {
  TRUTH_ADD("%s\"open\":%d", truth_buffer.groups == 0 ? "\"outstanding\":[]," : "],", truth_count_open());
  if (inherited >= 0) TRUTH_ADD(",\"inherited\":%d", inherited);
  if (unseen >= 0) TRUTH_ADD(",\"unseen\":%d", unseen);
  if (bad_closes >= 0) TRUTH_ADD(",\"bad_closes\":%d", bad_closes);
  if (truth_buffer.thefts > 0) TRUTH_ADD(",\"thefts\":%d", truth_buffer.thefts);
  if (truth_buffer.origin != NULL)
    TRUTH_ADD(",\"inherited_from\":{\"%s\":%ld}", truth_buffer.origin, truth_buffer.origin_count);
  if (truth_buffer.also != NULL) TRUTH_ADD(",\"also\":\"%s\"", truth_buffer.also);
  char line[sizeof(truth_buffer.text) + 64];
  const int length = snprintf(line, sizeof(line), "truth: {\"pid\":%d,%s}\n", (int)pid, truth_buffer.text);
  fflush(stdout);
  if (write(STDOUT_FILENO, line, (size_t)length) != length) _exit(99);
  truth_buffer.used = 0;
  truth_buffer.groups = 0;
  truth_buffer.thefts = 0;
  truth_buffer.origin = NULL;
  truth_buffer.also = NULL;
}

/* Of this process. */
__attribute__((unused)) static void truth_print(int inherited, int unseen, int bad_closes) {
  truth_print_as(getpid(), inherited, unseen, bad_closes);
}

/* The time between two requests of a pretended load. */
__attribute__((unused)) static void pace(void) {
  struct timespec left = {0, 25 * 1000 * 1000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

#endif
