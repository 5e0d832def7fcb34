/* Holds descriptors of each type that this kernel allows, states all that it knows of each, and waits until
 * its standard input ends.
 */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "state.h"

int main(void) {
  static char here[4096];
  working_directory = getcwd(here, sizeof(here));
  hold_files();
  hold_devices();
  hold_pipes();
  hold_sockets();
  hold_events();
  hold_processes();
  hold_kernel_objects();
  printf("{\"ready\":%d}\n", getpid());
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  kill(0, SIGTERM);
  return 0;
}
