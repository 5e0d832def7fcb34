// A plugin leaks and is unloaded, then another leaks that is loaded to the same addresses, most likely. Each
// must be blamed for its own.
#include <dlfcn.h>

#include "truth.h"

enum { leaks = 10 };

static void* leak_in(const char* library, const char* function) {
  void* plugin = dlopen(library, RTLD_NOW);
  if (plugin == NULL) {
    printf("%s\n", dlerror());
    return NULL;
  }
  int (*leak)(void) = (int (*)(void))dlsym(plugin, function);
  for (int i = 0; i < leaks; ++i) {
    if (leak() < 0) perror(function);
  }
  dlclose(plugin);
  return (void*)leak;
}

int main(void) {
  const void* first = leak_in("libvictim_first.so", "leak_in_first");
  const void* second = leak_in("libvictim_second.so", "leak_in_second");
  printf("both at the same address: %s\n", first == second ? "yes" : "no");
  truth_group("file", leaks, "leak_in_first", "libvictim_first.so", "");
  truth_group("file", leaks, "leak_in_second", "libvictim_second.so", "");
  truth_print(3, 0, 0);
  return 0;
}
