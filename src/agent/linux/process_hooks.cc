// The hooks of the calls that make processes and programs: each tells ajar what it should hear of next.

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/core/clock.h"
#include "agent/core/state.h"
#include "agent/linux/announce.h"
#include "agent/linux/environment_copy.h"
#include "agent/linux/hook.h"
#include "agent/linux/lifecycle.h"
#include "agent/linux/program_path.h"
#include "agent/linux/real_functions.h"
#include "agent/linux/sandbox.h"

extern "C" {
extern char** environ;
}

namespace ajar::agent {
namespace {

using Strings = char* const*;

// Recording begins first, which decides on the clock.
uint64_t time_before_call() {
  recording();
  return now_before_call();
}

int fork_by(Other which) {
  auto* function = real<int (*)()>(which);
  if (function == nullptr) return not_there<int>();
  const uint64_t before = time_before_call();
  const bool alone = has_one_thread() || (which != Other::bare_fork && fork_keeps_linker_whole());
  const int child = function();
  if (child == 0) begin_after_fork(alone);
  if (child > 0 && announcing()) announce_child(AJAR_CHILD_FORK, child, before);
  return child;
}

// Calls `call` with the environment that the program is to get: the victim's own, or what it would be without
// ajar for one that the agent can't be loaded into. On the stack, since nothing may be allocated here.
template <typename Call>
int with_environment(const NewProgram& program, Call&& call) {
  if (program.environment == nullptr || !announcing() || !is_32_bit(program))
    return call(program.environment);
  const EnvironmentSize size = size_of(program.environment);
  auto** copy = static_cast<char**>(__builtin_alloca(size.variables * sizeof(char*)));
  copy_environment(program.environment, copy, static_cast<char*>(__builtin_alloca(size.text + 1)));
  return call(copy);
}

template <typename Call>
int become(const NewProgram& program, Call&& call) {
  const bool told = announce_exec(program);
  const int result = with_environment(program, call);
  const int error = error_number();
  if (told) announce_exec_failed(error);
  error_number() = error;
  return result;
}

using Spawn = int(int* pid, const char* path, const void* actions, const void* attributes, Strings arguments,
                  Strings environment);

template <typename Call>
int spawn(int* pid, const NewProgram& program, Call&& call) {
  int own = 0;
  int* const child = pid != nullptr ? pid : &own;
  const uint64_t before = time_before_call();
  const int result = with_environment(program, [&](Strings environment) { return call(child, environment); });
  if (result == 0 && announcing()) announce_spawned(*child, before, program);
  return result;
}

// The arguments of execl and its like, up to the null. INT_MAX of them are refused by the kernel in any case.
size_t count_arguments(const char* first, va_list rest) {
  size_t count = 0;
  for (const char* argument = first; argument != nullptr; argument = va_arg(rest, const char*)) ++count;
  return count;
}

void gather_arguments(const char* first, size_t count, va_list* rest, char** to) {
  for (size_t i = 0; i < count; ++i) to[i] = i == 0 ? const_cast<char*>(first) : va_arg(*rest, char*);
  to[count] = nullptr;
  if (count > 0) static_cast<void>(va_arg(*rest, char*));  // the null: what follows it is execle's
}

}  // namespace
}  // namespace ajar::agent

using namespace ajar::agent;

// Declares `arguments`, on the stack of the hook, as the C libraries do it: nothing may be allocated here.
#define AJAR_GATHER(first, rest, arguments)                                                             \
  va_start(rest, first);                                                                                \
  const size_t count_of_##arguments = count_arguments(first, rest);                                     \
  va_end(rest);                                                                                         \
  auto** arguments = static_cast<char**>(__builtin_alloca((count_of_##arguments + 1) * sizeof(char*))); \
  va_start(rest, first);                                                                                \
  gather_arguments(first, count_of_##arguments, &rest, arguments)

AJAR_HOOK int fork() {
  return fork_by(Other::fork);
}
AJAR_HOOK int __fork() {  // NOLINT(bugprone-reserved-identifier): the C library's name
  return fork_by(Other::fork_alias);
}
AJAR_HOOK int _Fork() {  // NOLINT(bugprone-reserved-identifier): the C library's name
  return fork_by(Other::bare_fork);
}

AJAR_HOOK int execve(const char* path, Strings arguments, Strings environment) {
  auto* function = real<int (*)(const char*, Strings, Strings)>(Other::execve);
  if (function == nullptr) return not_there<int>();
  return become({.path = path, .environment = environment},
                [&](Strings given) { return function(path, arguments, given); });
}

AJAR_HOOK int execv(const char* path, Strings arguments) {
  return execve(path, arguments, environ);
}

AJAR_HOOK int execvpe(const char* file, Strings arguments, Strings environment) {
  auto* function = real<int (*)(const char*, Strings, Strings)>(Other::execvpe);
  if (function == nullptr) return not_there<int>();
  return become({.path = file, .environment = environment, .searched = true},
                [&](Strings given) { return function(file, arguments, given); });
}

AJAR_HOOK int execvp(const char* file, Strings arguments) {
  return execvpe(file, arguments, environ);
}

AJAR_HOOK int fexecve(int fd, Strings arguments, Strings environment) {
  auto* function = real<int (*)(int, Strings, Strings)>(Other::fexecve);
  if (function == nullptr) return not_there<int>();
  return become({.path = "", .environment = environment, .directory = fd, .directory_is_it = true},
                [&](Strings given) { return function(fd, arguments, given); });
}

AJAR_HOOK int execveat(int directory, const char* path, Strings arguments, Strings environment, int flags) {
  constexpr int kEmptyPath = 0x1000;
  auto* function = real<int (*)(int, const char*, Strings, Strings, int)>(Other::execveat);
  if (function == nullptr) return not_there<int>();
  return become({.path = path,
                 .environment = environment,
                 .directory = directory,
                 .directory_is_it = (flags & kEmptyPath) != 0},
                [&](Strings given) { return function(directory, path, arguments, given, flags); });
}

AJAR_HOOK int execl(const char* path, const char* first, ...) {
  va_list rest;
  AJAR_GATHER(first, rest, arguments);
  va_end(rest);
  return execv(path, arguments);
}

AJAR_HOOK int execlp(const char* file, const char* first, ...) {
  va_list rest;
  AJAR_GATHER(first, rest, arguments);
  va_end(rest);
  return execvp(file, arguments);
}

AJAR_HOOK int execle(const char* path, const char* first, ...) {
  va_list rest;
  AJAR_GATHER(first, rest, arguments);
  Strings environment = va_arg(rest, Strings);
  va_end(rest);
  return execve(path, arguments, environment);
}

AJAR_HOOK int posix_spawn(int* pid, const char* path, const void* actions, const void* attributes,
                          Strings arguments, Strings environment) {
  auto* function = real<Spawn*>(Other::posix_spawn);
  if (function == nullptr) return kNoSystemCall;
  return spawn(pid, {.path = path, .environment = environment}, [&](int* child, Strings given) {
    return function(child, path, actions, attributes, arguments, given);
  });
}

AJAR_HOOK int posix_spawnp(int* pid, const char* file, const void* actions, const void* attributes,
                           Strings arguments, Strings environment) {
  auto* function = real<Spawn*>(Other::posix_spawnp);
  if (function == nullptr) return kNoSystemCall;
  return spawn(pid, {.path = file, .environment = environment, .searched = true},
               [&](int* child, Strings given) {
                 return function(child, file, actions, attributes, arguments, given);
               });
}

AJAR_HOOK int system(const char* command) {
  auto* function = real<int (*)(const char*)>(Other::system);
  if (function == nullptr) return not_there<int>();
  if (command != nullptr) announce_shell();
  return function(command);
}

AJAR_HOOK int prctl(int option, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  auto* function = real<int (*)(int, uint64_t, uint64_t, uint64_t, uint64_t)>(Other::prctl);
  if (function == nullptr) return not_there<int>();
  const auto call = [&] { return function(option, a, b, c, d); };
  return sets_filter_by_prctl(option) ? enter_sandbox(call) : call();
}

// Called by the hook of vfork: from here until the parent goes on, the child runs on this thread's stack and
// in its memory.
extern "C" __attribute__((used)) void ajar_vfork_begins() {
  thread_state.vfork_time = time_before_call();
  ++thread_state.in_vfork;
}
extern "C" __attribute__((used)) int64_t ajar_vfork_ended(int64_t result) {
  --thread_state.in_vfork;
  thread_state.vfork_sandboxed = false;
  if (result < 0) {
    error_number() = static_cast<int>(-result);
    return -1;
  }
  if (announcing()) announce_child(AJAR_CHILD_VFORK, result, thread_state.vfork_time);
  return result;
}
