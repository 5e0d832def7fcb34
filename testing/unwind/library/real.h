#pragma once

#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

// The functions that this library stands in front of, as the program would call them without it.
namespace ajar::unwinding::real {

#define AJAR_REAL_FUNCTIONS(row)                                                                           \
  row(malloc, void*, (size_t)) row(calloc, void*, (size_t, size_t)) row(realloc, void*, (void*, size_t))   \
      row(free, void, (void*)) row(open, int, (const char*, int, mode_t))                                  \
          row(open64, int, (const char*, int, mode_t)) row(openat, int, (int, const char*, int, mode_t))   \
              row(openat64, int, (int, const char*, int, mode_t)) row(read, ssize_t, (int, void*, size_t)) \
                  row(write, ssize_t, (int, const void*, size_t)) row(close, int, (int))                   \
                      row(dlclose, int, (void*))                                                           \
                          row(dl_iterate_phdr, int, (int (*)(dl_phdr_info*, size_t, void*), void*))        \
                              row(sigaction, int, (int, const struct sigaction*, struct sigaction*))       \
                                  row(signal, sighandler_t, (int, sighandler_t))

#define AJAR_ROW(name, result, parameters) extern result(*name) parameters;
AJAR_REAL_FUNCTIONS(AJAR_ROW)
#undef AJAR_ROW

// Finds them, once. Must be asked before any of them is called; cheap.
bool found();

// While they are being found, the dynamic linker may ask for memory.
void* early_memory(size_t size);
bool is_early(const void* memory);

}  // namespace ajar::unwinding::real
