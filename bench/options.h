// The options of the measured programs: whole numbers, each with a name before it.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <initializer_list>

struct NumberOption {
  const char* name;
  int* value;
};

// Ends the program, and says how it is called, where the arguments are not such.
inline void read_options(int argc, char** argv, std::initializer_list<NumberOption> options) {
  for (int i = 1; i < argc; i += 2) {
    int* target = nullptr;
    for (const NumberOption& option : options) {
      if (strcmp(argv[i], option.name) == 0) target = option.value;
    }
    if (target != nullptr && i + 1 < argc && (*target = atoi(argv[i + 1])) >= 1) continue;
    fprintf(stderr, "usage: %s", argv[0]);
    for (const NumberOption& option : options) fprintf(stderr, " [%s N]", option.name);
    fprintf(stderr, "\n");
    exit(2);
  }
}
