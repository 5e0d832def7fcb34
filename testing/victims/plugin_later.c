// At SIGUSR1 it loads a plugin, which leaks from then on; before, it opens and closes. It ends at SIGTERM.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#include "truth.h"

static volatile sig_atomic_t loads = 0, ends = 0;

static void on_load(int number) {
  (void)number;
  loads = 1;
}
static void on_end(int number) {
  (void)number;
  ends = 1;
}

int main(void) {
  int (*leak)(void) = NULL;
  int leaks = 0;
  signal(SIGUSR1, on_load);
  signal(SIGTERM, on_end);
  for (; !ends; pace()) {
    if (loads && leak == NULL) {
      void* plugin = dlopen("libvictim_first.so", RTLD_NOW);
      if (plugin == NULL) return 1;
      leak = (int (*)(void))dlsym(plugin, "leak_in_first");
    }
    if (leak != NULL) leaks += leak() >= 0;
  }
  truth_group("file", leaks, "leak_in_first", "libvictim_first.so", "");
  truth_print(3, 0, 0);
  return 0;
}
