// A library's constructor loads another library, whose constructor opens a file.
#include <dlfcn.h>

#include "truth.h"

int main(void) {
  if (dlopen("libvictim_outer.so", RTLD_NOW) == NULL) printf("%s\n", dlerror());
  truth_group("file", 1, "open_when_loaded", "libvictim_inner.so", "");
  truth_print(3, 0, 0);
  return 0;
}
