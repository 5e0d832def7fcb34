/* What the programs here share: each holds the situations of one theme, `PROGRAM SITUATION` runs one. A
 * situation is a function of its own name, so that what it opens by itself is to be blamed on that name; it
 * ends by stating its truth (truth.h).
 */
#ifndef AJAR_VICTIMS_SITUATION_H_
#define AJAR_VICTIMS_SITUATION_H_

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "../truth.h"

struct situation {
  const char* name;
  void (*run)(void);
};

#define SITUATION(function) {#function, function}

/* The descriptors that this function opened and that are open still. */
#define OPENED_HERE(type, count) truth_group(type, count, __func__, program_invocation_short_name, "")

/* As OPENED_HERE, where a way in that only hears of calls through the C library may answer `unseen`. */
#define OPENED_HERE_OUT_OF_SIGHT(type, count) \
  truth_group_or("unseen", type, count, __func__, program_invocation_short_name)

/* Files that serve a situation and that it didn't open itself. */
#define OPENED_BY_SOME_FILE(count) truth_group("file", count, "some_file", program_invocation_short_name, "")

__attribute__((unused)) KEPT_WHOLE static int some_file(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

/* This machine can't show the situation; the program ends. */
__attribute__((unused, noreturn)) static void unavailable(const char* why) {
  printf("unavailable: %s\n", why);
  exit(0);
}

/* For what can't fail unless the machine is broken. */
#define MUST(condition)                   \
  do {                                    \
    if (!(condition)) {                   \
      printf("failed: %s\n", #condition); \
      exit(98);                           \
    }                                     \
  } while (0)

static int run_situation(const struct situation* all, size_t count, int argc, char** argv) {
  for (size_t i = 0; i < count; ++i) {
    if (argc > 1 && strcmp(argv[1], all[i].name) == 0) {
      all[i].run();
      return 0;
    }
  }
  for (size_t i = 0; i < count; ++i) fprintf(stderr, "%s %s\n", program_invocation_short_name, all[i].name);
  return 2;
}

#define RUN_SITUATIONS(all, argc, argv) run_situation(all, sizeof(all) / sizeof((all)[0]), argc, argv)

#endif
