// Loads another library while it is being loaded itself.
#include <dlfcn.h>
#include <stdio.h>

__attribute__((constructor)) static void when_loaded(void) {
  if (dlopen("libvictim_inner.so", RTLD_NOW) == NULL) printf("%s\n", dlerror());
}
