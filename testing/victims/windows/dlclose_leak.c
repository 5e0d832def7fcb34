// The twin of ../dlclose_leak.c: a plugin leaks and is unloaded, then another leaks that is loaded to the
// same addresses, most likely. Each must be blamed for its own.
#include "truth.h"

enum { leaks = 10 };

static int leak_line;

static void* leak_in(const char* library, const char* function) {
  int (*leak)(int*);
  HMODULE plugin = LoadLibraryA(library);
  if (plugin == NULL) {
    printf("%s: error %lu\n", library, GetLastError());
    return NULL;
  }
  leak = (void*)GetProcAddress(plugin, function);
  for (int i = 0; i < leaks; ++i) {
    if (!leak(&leak_line)) printf("%s: error %lu\n", function, GetLastError());
  }
  FreeLibrary(plugin);
  return (void*)leak;
}

KEPT_WHOLE static void warm_up(void) {
  FreeLibrary(LoadLibraryA("victim_first.dll"));
}

int main(void) {
  truth_begin();
  truth_warm(warm_up, "dlclose_leak.exe");
  const void* first = leak_in("victim_first.dll", "leak_in_first");
  const void* second = leak_in("victim_second.dll", "leak_in_second");
  printf("both at the same address: %s\n", first == second ? "yes" : "no");
  truth_group_at("Mutant", leaks, "leak_in_first", "victim_first.dll", "", "dlclose_plugin.c", leak_line);
  truth_group_at("Mutant", leaks, "leak_in_second", "victim_second.dll", "", "dlclose_plugin.c", leak_line);
  truth_print(0);
  return 0;
}
