// The hooks: one function for every row of the catalog's table of entry points, under the entry point's own
// name. A hook calls what it stands in front of and reports what happened; the victim's results and errno are
// what they would be without it.

#include <stddef.h>
#include <stdint.h>

#include "agent/core/clock.h"
#include "agent/core/emit.h"
#include "agent/core/entries.h"
#include "agent/core/modules.h"
#include "agent/core/state.h"
#include "agent/linux/lifecycle.h"
#include "agent/linux/resolve.h"

extern "C" {
int* __errno_location(void);
int fileno(void* file);
int dirfd(void* dir);
}

#define AJAR_HOOK extern "C" __attribute__((visibility("default")))

namespace ajar::agent {
namespace {

constexpr int kBadDescriptor = 9, kBadAddress = 14, kNoSystemCall = 38, kInProgress = 115;

// ---- what a hook stands in front of

enum class Other : uint32_t { fork = kEntryCount, exit_now, exit_now_c99, quick_exit, dlclose, end };

constinit RealFunction real_functions[] = {
#define AJAR_ENTRY(name, call, shape, asked, result, parameters, arguments) {#name, nullptr},
#include "catalog/linux_entries.def"
#undef AJAR_ENTRY
    {"fork", nullptr}, {"_exit", nullptr}, {"_Exit", nullptr}, {"quick_exit", nullptr}, {"dlclose", nullptr},
};
constexpr size_t kRealFunctions = sizeof(real_functions) / sizeof(real_functions[0]);
static_assert(kRealFunctions == static_cast<size_t>(Other::end));

// nullptr where the C library has no such function (then the program could not have been linked to it, but
// may have asked dlsym).
template <typename Function>
Function real(uint32_t row) {
  if (__builtin_expect(real_functions[row].address == nullptr, 0)) resolve(real_functions, kRealFunctions);
  return reinterpret_cast<Function>(real_functions[row].address);
}

void fail(int& result) {
  result = -1;
}
void fail(void*& result) {
  result = nullptr;
}

template <typename Result>
Result not_there() {
  *__errno_location() = kNoSystemCall;
  Result result;
  fail(result);
  return result;
}

// ---- what was asked for

uint32_t length_of(const char* text) {
  constexpr uint32_t kLongest = 4096;
  uint32_t n = 0;
  while (n < kLongest && text[n] != 0) ++n;
  return n;
}

Asked asked_text(const char* text, int flags) {
  Asked asked;
  asked.flags = static_cast<uint32_t>(flags);
  if (text == nullptr) return asked;
  asked.kind = AJAR_PAYLOAD_TEXT;
  asked.bytes = text;
  asked.length = length_of(text);
  return asked;
}

Asked asked_stream(const char* path, const char* mode) {
  constexpr int kReadWrite = 2, kWriteCreateTruncate = 0x241, kWriteCreateAppend = 0x441;
  int flags = mode[0] == 'w' ? kWriteCreateTruncate : mode[0] == 'a' ? kWriteCreateAppend : 0;
  for (const char* c = mode; *c != 0; ++c) {
    if (*c == '+') flags = (flags & ~1) | kReadWrite;
  }
  return asked_text(path, flags);
}

Asked asked_socket(int domain, int type, int protocol) {
  Asked asked;
  asked.kind = AJAR_PAYLOAD_SOCKET;
  asked.length = sizeof(asked.words);
  asked.words[0] = static_cast<uint32_t>(domain);
  asked.words[1] = static_cast<uint32_t>(type);
  asked.words[2] = static_cast<uint32_t>(protocol);
  return asked;
}

Asked asked_address(const void* address, uint32_t length) {
  constexpr uint32_t kLongest = 128;
  Asked asked;
  if (address == nullptr || length == 0) return asked;
  asked.kind = AJAR_PAYLOAD_ADDRESS;
  asked.bytes = address;
  asked.length = length < kLongest ? length : kLongest;
  return asked;
}

#define ASKED_NOTHING \
  Asked {}
#define ASKED_PATH(path, flags) asked_text(path, static_cast<int>(flags))
#define ASKED_FMODE(path, mode) asked_stream(path, mode)
#define ASKED_TEMPLATE(path) asked_text(path, 0)
#define ASKED_NAME(name) asked_text(name, 0)
#define ASKED_SOCKET(domain, type, protocol) asked_socket(domain, type, protocol)
#define ASKED_PEER(address, length) \
  asked_address(address, (address) != nullptr && (length) != nullptr ? *(length) : 0)

// ---- how the effect shows

struct OpensFd {};
struct OpensFile {};
struct OpensDir {};
struct OpensPair {
  const int* fds;
};
struct ClosesFd {
  int fd;
};
struct ClosesFile {
  void* file;
};
struct ClosesDir {
  void* dir;
};
struct Duplicates {
  int fd;
};
struct Replaces {
  int fd, onto;
};
struct Special {};

#define SHAPE_OPENS_FD \
  OpensFd {}
#define SHAPE_OPENS_FILE \
  OpensFile {}
#define SHAPE_OPENS_DIR \
  OpensDir {}
#define SHAPE_OPENS_PAIR(fds) \
  OpensPair {                 \
    fds                       \
  }
#define SHAPE_CLOSES_FD(fd) \
  ClosesFd {                \
    fd                      \
  }
#define SHAPE_CLOSES_FILE(file) \
  ClosesFile {                  \
    file                        \
  }
#define SHAPE_CLOSES_DIR(dir) \
  ClosesDir {                 \
    dir                       \
  }
#define SHAPE_DUPLICATES(fd) \
  Duplicates {               \
    fd                       \
  }
#define SHAPE_REPLACES(fd, onto) \
  Replaces {                     \
    fd, onto                     \
  }
#define SHAPE_SPECIAL \
  Special {}

Happened happened(ajar_effect effect, Entry entry, int handle, const unwind::Registers& caller) {
  Happened h;
  h.effect = effect;
  h.entry = static_cast<uint16_t>(entry);
  h.handle = handle;
  h.time = now();
  h.caller = caller;
  return h;
}

__attribute__((noinline)) void report_failure(ajar_effect effect, Entry entry, const Asked& asked,
                                              const unwind::Registers& caller) {
  const int error = *__errno_location();
  Happened h = happened(effect, entry, -1, caller);
  h.error = error;
  emit(h, error == kBadAddress ? Asked{} : asked);
  *__errno_location() = error;
}

void report_open(Entry entry, int fd, const Asked& asked, const unwind::Registers& caller) {
  emit(happened(AJAR_EFFECT_OPEN, entry, fd, caller), asked);
}

template <typename AskedFor>
void report_opened(OpensFd, int result, Entry entry, AskedFor&& asked_for, const unwind::Registers& caller) {
  if (result >= 0) return report_open(entry, result, asked_for(), caller);
  const bool unreadable = *__errno_location() == kBadAddress;
  report_failure(AJAR_EFFECT_OPEN, entry, unreadable ? Asked{} : asked_for(), caller);
}

template <typename AskedFor>
void report_opened(OpensFile, void* result, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  if (result == nullptr) return report_failure(AJAR_EFFECT_OPEN, entry, asked_for(), caller);
  report_open(entry, fileno(result), asked_for(), caller);
}

template <typename AskedFor>
void report_opened(OpensDir, void* result, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  if (result == nullptr) return report_failure(AJAR_EFFECT_OPEN, entry, asked_for(), caller);
  report_open(entry, dirfd(result), asked_for(), caller);
}

template <typename AskedFor>
void report_opened(OpensPair pair, int result, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  if (result != 0) return report_failure(AJAR_EFFECT_PAIR, entry, Asked{}, caller);
  Happened h = happened(AJAR_EFFECT_PAIR, entry, pair.fds[0], caller);
  h.other = pair.fds[1];
  emit(h, asked_for());
}

template <typename AskedFor>
void report_opened(Duplicates source, int result, Entry entry, AskedFor&&, const unwind::Registers& caller) {
  if (result < 0) return report_failure(AJAR_EFFECT_DUPLICATE, entry, Asked{}, caller);
  Happened h = happened(AJAR_EFFECT_DUPLICATE, entry, result, caller);
  h.other = source.fd;
  emit(h, Asked{});
}

// The hooks of every shape call `call`, which is the real function with the program's arguments.
template <typename Shape, typename Call, typename AskedFor, typename... Arguments>
auto hook(Shape shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&& asked_for,
          Arguments...) {
  auto result = call();
  if (recording()) report_opened(shape, result, entry, asked_for, caller);
  return result;
}

template <typename Call>
int close_hook(int fd, Entry entry, const unwind::Registers& caller, Call&& call) {
  if (!recording() || fd < 0) return call();
  Happened h = happened(AJAR_EFFECT_CLOSE, entry, fd, caller);
  const int result = call();
  const int error = *__errno_location();
  if (result < 0 && error == kBadDescriptor) h.error = error;
  emit(h, Asked{});
  *__errno_location() = error;
  return result;
}

template <typename Call, typename AskedFor>
int hook(ClosesFd shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int) {
  return close_hook(shape.fd, entry, caller, call);
}

template <typename Call, typename AskedFor>
int hook(ClosesFile shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, void*) {
  const int error = *__errno_location();
  const int fd = fileno(shape.file);
  *__errno_location() = error;
  return close_hook(fd, entry, caller, call);
}

template <typename Call, typename AskedFor>
int hook(ClosesDir shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, void*) {
  const int error = *__errno_location();
  const int fd = shape.dir == nullptr ? -1 : dirfd(shape.dir);
  *__errno_location() = error;
  return close_hook(fd, entry, caller, call);
}

template <typename Call, typename AskedFor, typename... Arguments>
int hook(Replaces shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&,
         Arguments...) {
  if (!recording()) return call();
  const uint64_t before = now();
  const int result = call();
  if (result < 0) {
    report_failure(AJAR_EFFECT_REPLACE, entry, Asked{}, caller);
  } else if (shape.fd != shape.onto) {
    Happened h = happened(AJAR_EFFECT_REPLACE, entry, result, caller);
    h.other = shape.fd;
    Asked asked;
    asked.kind = AJAR_PAYLOAD_BEFORE;
    asked.length = sizeof(before);
    __builtin_memcpy(asked.words, &before, sizeof(before));
    emit(h, asked);
  }
  return result;
}

// fcntl and fcntl64: only the commands that duplicate.
template <typename Call, typename AskedFor>
int hook(Special, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int fd, int command,
         void*) {
  constexpr int kDuplicate = 0, kDuplicateCloseOnExec = 1030;
  const int result = call();
  if ((command == kDuplicate || command == kDuplicateCloseOnExec) && recording()) {
    report_opened(Duplicates{fd}, result, entry, [] { return Asked{}; }, caller);
  }
  return result;
}

// connect
template <typename Call, typename AskedFor>
int hook(Special, Entry entry, const unwind::Registers&, Call&& call, AskedFor&&, int fd, const void* address,
         unsigned length) {
  const int result = call();
  if ((result == 0 || *__errno_location() == kInProgress) && recording()) {
    emit(happened(AJAR_EFFECT_ADDRESS, entry, fd, {}), asked_address(address, length));
  }
  return result;
}

// signalfd: with a descriptor it changes that one.
template <typename Call, typename AskedFor>
int hook(Special, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int fd, const void*,
         int) {
  const int result = call();
  if (fd == -1 && recording()) report_opened(OpensFd{}, result, entry, [] { return Asked{}; }, caller);
  return result;
}

}  // namespace
}  // namespace ajar::agent

// ---- the entry points themselves

// Where the hook was called from. The frame address makes the compiler keep a frame pointer in the hook: the
// caller's is saved at it, the return address lies after that.
#define AJAR_CALLER                                                  \
  ajar::unwind::Registers {                                          \
    reinterpret_cast<uint64_t>(__builtin_return_address(0)),         \
        reinterpret_cast<uint64_t>(__builtin_frame_address(0)) + 16, \
        *static_cast<const uint64_t*>(__builtin_frame_address(0))    \
  }
#define AJAR_UNPACK(...) __VA_ARGS__
#define AJAR_AND_ALSO(...) __VA_OPT__(, ) __VA_ARGS__

#define AJAR_ENTRY(name, call_row, shape, asked, result, parameters, arguments)          \
  AJAR_HOOK result name parameters {                                                     \
    using namespace ajar::agent;                                                         \
    auto* function = real<result(*) parameters>(static_cast<uint32_t>(Entry::name) - 1); \
    if (__builtin_expect(function == nullptr, 0)) return not_there<result>();            \
    return hook(                                                                         \
        SHAPE_##shape, Entry::name, AJAR_CALLER, [&] { return function arguments; },     \
        [&] { return ASKED_##asked; } AJAR_AND_ALSO arguments);                          \
  }
#include "catalog/linux_entries.def"
#undef AJAR_ENTRY

AJAR_HOOK int fork(void) {
  using namespace ajar::agent;
  auto* function = real<int (*)(void)>(static_cast<uint32_t>(Other::fork));
  if (function == nullptr) return not_there<int>();
  const int child = function();
  if (child == 0) begin_after_fork();
  return child;
}

AJAR_HOOK int dlclose(void* library) {
  using namespace ajar::agent;
  auto* function = real<int (*)(void*)>(static_cast<uint32_t>(Other::dlclose));
  if (function == nullptr) return not_there<int>();
  const int result = function(library);
  if (result == 0 && recording()) modules::refresh();
  return result;
}

#define AJAR_EXIT_HOOK(name, row)                                     \
  AJAR_HOOK __attribute__((noreturn)) void name(int status) {         \
    using namespace ajar::agent;                                      \
    finish();                                                         \
    auto* function = real<void (*)(int)>(static_cast<uint32_t>(row)); \
    if (function != nullptr) function(status);                        \
    __builtin_trap();                                                 \
  }
AJAR_EXIT_HOOK(_exit, Other::exit_now)
AJAR_EXIT_HOOK(_Exit, Other::exit_now_c99)
AJAR_EXIT_HOOK(quick_exit, Other::quick_exit)

namespace {

// Called by the hook of vfork: from here until the parent goes on, the child runs on this thread's stack and
// in its memory.
extern "C" __attribute__((used)) void ajar_vfork_begins() {
  ajar::agent::thread_state.in_vfork = true;
}
extern "C" __attribute__((used)) int64_t ajar_vfork_ended(int64_t result) {
  ajar::agent::thread_state.in_vfork = false;
  if (result >= 0) return result;
  *__errno_location() = static_cast<int>(-result);
  return -1;
}

__attribute__((constructor)) void start() {
  using namespace ajar::agent;
  resolve(real_functions, kRealFunctions);
  recording();
}

}  // namespace
