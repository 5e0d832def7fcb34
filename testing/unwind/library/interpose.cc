#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>

#include "agent/core/caller.h"
#include "unwind/library/interrupts.h"
#include "unwind/library/look.h"
#include "unwind/library/modules.h"
#include "unwind/library/real.h"

// The functions at which stacks are looked at: such as every program calls often, from everywhere.

using namespace ajar::unwinding;

#define AJAR_HOOK extern "C" [[gnu::visibility("default")]]
// At the end of a function, so that the stack is looked at when all is done.
#define AJAR_LOOK \
  if (call_is_due()) look(AJAR_CALLER, Moment::call)

AJAR_HOOK void* malloc(size_t size) noexcept {
  if (!real::found()) return real::early_memory(size);
  void* made = real::malloc(size);
  AJAR_LOOK;
  return made;
}

AJAR_HOOK void* calloc(size_t count, size_t size) noexcept {
  if (!real::found()) return real::early_memory(count * size);
  void* made = real::calloc(count, size);
  AJAR_LOOK;
  return made;
}

AJAR_HOOK void* realloc(void* memory, size_t size) noexcept {
  if (!real::found()) return real::early_memory(size);
  void* made = nullptr;
  if (real::is_early(memory)) {
    made = real::malloc(size);
    memcpy(made, memory, size);  // too much, but all of it is there
  } else {
    made = real::realloc(memory, size);
  }
  AJAR_LOOK;
  return made;
}

AJAR_HOOK void free(void* memory) noexcept {
  if (real::is_early(memory) || !real::found()) return;
  const int error = errno;
  real::free(memory);
  errno = error;
  AJAR_LOOK;
}

namespace {

// open's third argument, of which only O_CREAT and O_TMPFILE have a meaning; reading one that is not there
// does no harm.
#define AJAR_MODE                                           \
  va_list more;                                             \
  va_start(more, flags);                                    \
  const auto mode = static_cast<mode_t>(va_arg(more, int)); \
  va_end(more)

}  // namespace

AJAR_HOOK int open(const char* path, int flags, ...) {
  AJAR_MODE;
  real::found();
  const int fd = real::open(path, flags, mode);
  AJAR_LOOK;
  return fd;
}

AJAR_HOOK int open64(const char* path, int flags, ...) {
  AJAR_MODE;
  real::found();
  const int fd = real::open64(path, flags, mode);
  AJAR_LOOK;
  return fd;
}

AJAR_HOOK int openat(int folder, const char* path, int flags, ...) {
  AJAR_MODE;
  real::found();
  const int fd = real::openat(folder, path, flags, mode);
  AJAR_LOOK;
  return fd;
}

AJAR_HOOK int openat64(int folder, const char* path, int flags, ...) {
  AJAR_MODE;
  real::found();
  const int fd = real::openat64(folder, path, flags, mode);
  AJAR_LOOK;
  return fd;
}

AJAR_HOOK ssize_t read(int fd, void* to, size_t size) {
  real::found();
  const ssize_t done = real::read(fd, to, size);
  AJAR_LOOK;
  return done;
}

AJAR_HOOK ssize_t write(int fd, const void* from, size_t size) {
  real::found();
  const ssize_t done = real::write(fd, from, size);
  AJAR_LOOK;
  return done;
}

AJAR_HOOK int close(int fd) {
  real::found();
  const int result = real::close(fd);
  AJAR_LOOK;
  return result;
}

// Where code was may be other code at once.
AJAR_HOOK int dlclose(void* library) noexcept {
  real::found();
  const int result = real::dlclose(library);
  if (may_look()) look(AJAR_CALLER, Moment::call);
  return result;
}

// libunwind asks for it; inside a signal handler the dynamic linker must not be.
AJAR_HOOK int dl_iterate_phdr(int (*callback)(dl_phdr_info*, size_t, void*), void* data) {
  if (is_looking() && modules::known()) return modules::iterate(callback, data);
  real::found();
  return real::dl_iterate_phdr(callback, data);
}

AJAR_HOOK int sigaction(int signal, const struct sigaction* action, struct sigaction* before) noexcept {
  real::found();
  if (!interrupts::uses(signal)) return real::sigaction(signal, action, before);
  if (before != nullptr) memset(before, 0, sizeof(*before));
  return 0;
}

AJAR_HOOK sighandler_t signal(int signal, sighandler_t handler) noexcept {
  real::found();
  return interrupts::uses(signal) ? SIG_DFL : real::signal(signal, handler);
}

namespace {

[[gnu::constructor]] void start() {
  real::found();
  if (begin()) pthread_atfork(before_fork, after_fork, after_fork);
}

}  // namespace
