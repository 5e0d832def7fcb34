#pragma once

#include <stdint.h>

#include "agent/core/clock.h"
#include "agent/core/emit.h"
#include "agent/core/entries.h"
#include "agent/core/state.h"
#include "agent/linux/asked.h"
#include "agent/linux/error_number.h"

extern "C" {
int fileno(void* file);
int dirfd(void* dir);
}

// How a call's effect shows at its entry point, as the catalog's column `shape` says it: SHAPE_<column> makes
// one of the types below of the hook's own arguments, and hook() does for each what there is to do around the
// call.
namespace ajar::agent {

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

inline Happened happened(ajar_effect effect, Entry entry, int handle, const unwind::Registers& caller) {
  Happened h;
  h.effect = effect;
  h.entry = static_cast<uint16_t>(entry);
  h.handle = handle;
  h.time = now();
  h.caller = caller;
  return h;
}

// Where the call says that an address was bad, what was asked for cannot be read either.
template <typename AskedFor>
__attribute__((noinline)) void report_failure(ajar_effect effect, Entry entry, AskedFor&& asked_for,
                                              const unwind::Registers& caller) {
  const int error = error_number();
  Happened h = happened(effect, entry, -1, caller);
  h.error = error;
  emit(h, error == kBadAddress ? Asked{} : asked_for());
  error_number() = error;
}

inline Asked asked_nothing() {
  return {};
}

inline void report_open(Entry entry, int fd, const Asked& asked, const unwind::Registers& caller) {
  emit(happened(AJAR_EFFECT_OPEN, entry, fd, caller), asked);
}

template <typename AskedFor>
void report_opened(OpensFd, int result, Entry entry, AskedFor&& asked_for, const unwind::Registers& caller) {
  if (result >= 0) return report_open(entry, result, asked_for(), caller);
  report_failure(AJAR_EFFECT_OPEN, entry, asked_for, caller);
}

template <typename AskedFor>
void report_opened(OpensFile, void* result, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  if (result == nullptr) return report_failure(AJAR_EFFECT_OPEN, entry, asked_for, caller);
  report_open(entry, fileno(result), asked_for(), caller);
}

template <typename AskedFor>
void report_opened(OpensDir, void* result, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  if (result == nullptr) return report_failure(AJAR_EFFECT_OPEN, entry, asked_for, caller);
  report_open(entry, dirfd(result), asked_for(), caller);
}

template <typename AskedFor>
void report_opened(OpensPair pair, int result, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  if (result != 0) return report_failure(AJAR_EFFECT_PAIR, entry, asked_nothing, caller);
  Happened h = happened(AJAR_EFFECT_PAIR, entry, pair.fds[0], caller);
  h.other = pair.fds[1];
  emit(h, asked_for());
}

template <typename AskedFor>
void report_opened(Duplicates source, int result, Entry entry, AskedFor&&, const unwind::Registers& caller) {
  if (result < 0) return report_failure(AJAR_EFFECT_DUPLICATE, entry, asked_nothing, caller);
  Happened h = happened(AJAR_EFFECT_DUPLICATE, entry, result, caller);
  h.other = source.fd;
  emit(h, Asked{});
}

// The hooks of every shape call `call`, which is the real function with the program's arguments.
template <typename Shape, typename Call, typename AskedFor, typename... Arguments>
auto hook(Shape shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&& asked_for,
          Arguments...) {
  const bool recorded = recording();  // first of all: what is open before the first call counts as inherited
  auto result = call();
  if (recorded) report_opened(shape, result, entry, asked_for, caller);
  return result;
}

template <typename Call>
int close_hook(int fd, Entry entry, const unwind::Registers& caller, Call&& call) {
  if (!recording() || fd < 0) return call();
  Happened h = happened(AJAR_EFFECT_CLOSE, entry, fd, caller);
  const int result = call();
  const int error = error_number();
  if (result < 0 && error == kBadDescriptor) h.error = error;
  emit(h, Asked{});
  error_number() = error;
  return result;
}

template <typename Call, typename AskedFor>
int hook(ClosesFd shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int) {
  return close_hook(shape.fd, entry, caller, call);
}

template <typename Call, typename AskedFor>
int hook(ClosesFile shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, void*) {
  const int error = error_number();
  const int fd = fileno(shape.file);
  error_number() = error;
  return close_hook(fd, entry, caller, call);
}

template <typename Call, typename AskedFor>
int hook(ClosesDir shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, void*) {
  const int error = error_number();
  const int fd = shape.dir == nullptr ? -1 : dirfd(shape.dir);
  error_number() = error;
  return close_hook(fd, entry, caller, call);
}

template <typename Call, typename AskedFor, typename... Arguments>
int hook(Replaces shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&,
         Arguments...) {
  if (!recording()) return call();
  const uint64_t before = now();
  const int result = call();
  if (result < 0) {
    report_failure(AJAR_EFFECT_REPLACE, entry, asked_nothing, caller);
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
    report_opened(Duplicates{fd}, result, entry, asked_nothing, caller);
  }
  return result;
}

// connect
template <typename Call, typename AskedFor>
int hook(Special, Entry entry, const unwind::Registers&, Call&& call, AskedFor&&, int fd, const void* address,
         unsigned length) {
  const int result = call();
  if ((result == 0 || error_number() == kInProgress) && recording()) {
    emit(happened(AJAR_EFFECT_ADDRESS, entry, fd, {}), asked_address(address, length));
  }
  return result;
}

// signalfd: with a descriptor it changes that one.
template <typename Call, typename AskedFor>
int hook(Special, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int fd, const void*,
         int) {
  const int result = call();
  if (fd == -1 && recording()) report_opened(OpensFd{}, result, entry, asked_nothing, caller);
  return result;
}

}  // namespace ajar::agent

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
