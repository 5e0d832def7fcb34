/* The text of a victim's truth, for all systems: the rows, and the line that they make. README.md has the
 * convention. It opens and closes nothing, and takes no memory.
 */
#ifndef AJAR_VICTIMS_TRUTH_TEXT_H_
#define AJAR_VICTIMS_TRUTH_TEXT_H_

#include <stdio.h>

/* The function keeps its own frame and name in every build: neither inlined, nor cloned, nor split. */
#define KEPT_WHOLE __attribute__((noipa))

#ifndef TRUTH_ROOM
#define TRUTH_ROOM 4096
#endif

static struct {
  char text[TRUTH_ROOM];
  int used;
  int groups;
  long stated;  // handles in all rows
  int thefts;
  int bad_uses;
  const char* origin;
  long origin_count;
  const char* also;
  const char* more;
} truth_buffer __attribute__((unused));

#define TRUTH_ADD(...)                                                  \
  (truth_buffer.used += snprintf(truth_buffer.text + truth_buffer.used, \
                                 sizeof(truth_buffer.text) - (size_t)truth_buffer.used, __VA_ARGS__))

/* A group of handles that are open. `function` and `module` are whom to blame: the innermost code that is
 * not the system's. An empty text is anything; `type` and `verdict` may name alternatives: "file|directory".
 */
__attribute__((unused)) static void truth_group(const char* type, long count, const char* function,
                                                const char* module, const char* verdict) {
  truth_buffer.stated += count;
  TRUTH_ADD("%s{\"type\":\"%s\",\"count\":%ld,\"function\":\"%s\",\"module\":\"%s\",\"verdict\":\"%s\"}",
            truth_buffer.groups++ == 0 ? "\"outstanding\":[" : ",", type, count, function, module, verdict);
}

/* As truth_group, with the line that opened them: of the program's source, or of `file`. */
__attribute__((unused)) static void truth_group_at(const char* type, long count, const char* function,
                                                   const char* module, const char* verdict, const char* file,
                                                   int line) {
  truth_buffer.stated += count;
  TRUTH_ADD(
      "%s{\"type\":\"%s\",\"count\":%ld,\"function\":\"%s\",\"module\":\"%s\",\"verdict\":\"%s\",\"file\":\"%"
      "s\","
      "\"line\":%d}",
      truth_buffer.groups++ == 0 ? "\"outstanding\":[" : ",", type, count, function, module, verdict, file,
      line);
}

/* As truth_group, of handles for which another answer is right too: `instead` is "inherited" or "unseen".
 */
__attribute__((unused)) static void truth_group_or(const char* instead, const char* type, long count,
                                                   const char* function, const char* module) {
  truth_buffer.stated += count;
  TRUTH_ADD("%s{\"type\":\"%s\",\"count\":%ld,\"function\":\"%s\",\"module\":\"%s\",\"or\":\"%s\"}",
            truth_buffer.groups++ == 0 ? "\"outstanding\":[" : ",", type, count, function, module, instead);
}

/* Handles that are closed by now, but were open until the program began to end. */
__attribute__((unused)) static void truth_closed_at_end(const char* type, long count, const char* function,
                                                        const char* module, const char* verdict) {
  TRUTH_ADD(
      "%s{\"type\":\"%s\",\"count\":0,\"closed_at_end\":%ld,\"function\":\"%s\",\"module\":\"%s\","
      "\"verdict\":"
      "\"%s\"}",
      truth_buffer.groups++ == 0 ? "\"outstanding\":[" : ",", type, count, function, module, verdict);
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

/* Uses of what was not open. */
__attribute__((unused)) static void truth_bad_uses(int count) {
  truth_buffer.bad_uses = count;
}

/* What a complete answer says beyond the table, in words. */
__attribute__((unused)) static void truth_also(const char* what) {
  truth_buffer.also = what;
}

/* What is to be said beside all that: members of the line's object, each with a comma before it. */
__attribute__((unused)) static void truth_more(const char* members) {
  truth_buffer.more = members;
}

/* Makes the line, and forgets the groups, so that a child can start anew. `inherited`, `unseen` and
 * `bad_closes` are counts; -1 leaves one unsaid. Gives its length. */
__attribute__((unused)) static int truth_line(char* line, size_t size, long pid, long open_count,
                                              int inherited, int unseen, int bad_closes) {
  TRUTH_ADD("%s\"open\":%ld", truth_buffer.groups == 0 ? "\"outstanding\":[]," : "],", open_count);
  if (inherited >= 0) TRUTH_ADD(",\"inherited\":%d", inherited);
  if (unseen >= 0) TRUTH_ADD(",\"unseen\":%d", unseen);
  if (bad_closes >= 0) TRUTH_ADD(",\"bad_closes\":%d", bad_closes);
  if (truth_buffer.thefts > 0) TRUTH_ADD(",\"thefts\":%d", truth_buffer.thefts);
  if (truth_buffer.bad_uses > 0) TRUTH_ADD(",\"bad_uses\":%d", truth_buffer.bad_uses);
  if (truth_buffer.origin != NULL)
    TRUTH_ADD(",\"inherited_from\":{\"%s\":%ld}", truth_buffer.origin, truth_buffer.origin_count);
  if (truth_buffer.also != NULL) TRUTH_ADD(",\"also\":\"%s\"", truth_buffer.also);
  if (truth_buffer.more != NULL) TRUTH_ADD("%s", truth_buffer.more);
  const int length = snprintf(line, size, "truth: {\"pid\":%ld,%s}\n", pid, truth_buffer.text);
  truth_buffer.used = 0;
  truth_buffer.groups = 0;
  truth_buffer.stated = 0;
  truth_buffer.thefts = 0;
  truth_buffer.bad_uses = 0;
  truth_buffer.origin = NULL;
  truth_buffer.also = NULL;
  truth_buffer.more = NULL;
  return length;
}

#endif
