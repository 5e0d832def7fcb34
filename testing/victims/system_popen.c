// Shells and their pipes: one popen is never followed by its pclose.
#include <stdlib.h>
#include <string.h>

#include "truth.h"

KEPT_WHOLE static FILE* ask_shell(const char* command) {
  FILE* answer = popen(command, "r");
  if (answer == NULL) perror(command);
  return answer;
}

static int careful_question(void) {
  char line[16] = "";
  FILE* answer = ask_shell("echo careful");
  const int ok =
      answer != NULL && fgets(line, sizeof(line), answer) != NULL && strcmp(line, "careful\n") == 0;
  return answer != NULL && pclose(answer) == 0 && ok ? 0 : -1;
}

KEPT_WHOLE static int careless_question(void) {
  char line[16] = "";
  FILE* answer = ask_shell("echo careless");
  return answer != NULL && fgets(line, sizeof(line), answer) != NULL ? 0 : -1;
}

int main(void) {
  int failures = 0;
  for (int i = 0; i < 3; ++i) failures += system("true") != 0;
  for (int i = 0; i < 3; ++i) failures += careful_question() != 0;
  failures += careless_question() != 0;
  printf("%d commands failed\n", failures);
  truth_group("pipe", 1, "ask_shell", "system_popen", "");
  truth_print(3, 0, 0);
  return 0;
}
