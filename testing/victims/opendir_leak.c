// Walks directories; every second walk forgets closedir.
#include <dirent.h>

#include "truth.h"

enum { walks = 60 };

KEPT_WHOLE static DIR* open_directory(void) {
  DIR* directory = opendir("/etc");
  if (directory == NULL) perror("/etc");
  return directory;
}

KEPT_WHOLE static int count_entries(int forget) {
  DIR* directory = open_directory();
  int entries = 0;
  while (directory != NULL && readdir(directory) != NULL) ++entries;
  if (!forget && directory != NULL) closedir(directory);
  return entries;
}

KEPT_WHOLE static int careful_walk(void) {
  const int entries = count_entries(0);
  pace();
  return entries;
}

KEPT_WHOLE static int careless_walk(void) {
  const int entries = count_entries(1);
  pace();
  return entries;
}

int main(void) {
  int differences = 0;
  for (int i = 0; i < walks; ++i) differences += careful_walk() != careless_walk();
  printf("%d walks differed\n", differences);
  truth_group("file|directory", walks, "open_directory", "opendir_leak", "leak");
  truth_print(3, 0, 0);
  return 0;
}
