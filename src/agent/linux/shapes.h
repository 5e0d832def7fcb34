#pragma once

#include <stdint.h>

#include "agent/linux/report.h"

extern "C" {
int fileno(void* file);
int dirfd(void* dir);
}

// How a call's effect shows at its entry point, as the catalog's column `shape` says it: SHAPE_<column> makes
// one of the types below of the hook's own arguments, and hook() does for each what there is to do around the
// call. The shapes of single calls are in the folder special.
namespace ajar::agent {

struct OpensFd {};
struct OpensTwo {
  const int* second;
};
struct OpensFile {};
struct OpensDir {};
struct OpensTree {};
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
struct ClosesTree {
  const void* tree;
};
struct Duplicates {
  int fd;
};
struct Replaces {
  int fd, onto;
};

// The descriptors of what the C library calls by a pointer; -1 where there is none. errno stays.
inline int descriptor_of_file(void* file) {
  const int error = error_number();
  const int fd = file == nullptr ? -1 : fileno(file);
  error_number() = error;
  return fd;
}
inline int descriptor_of_dir(void* dir) {
  const int error = error_number();
  const int fd = dir == nullptr ? -1 : dirfd(dir);
  error_number() = error;
  return fd;
}
// The directory to come back to, of glibc's <fts.h>.
inline int descriptor_of_tree(const void* tree) {
  struct Fts {
    void *current, *child, *array;
    uint64_t device;
    char* path;
    int start;
    int path_length, items;
    void* compare;
    int options;
  };
  constexpr int kNoChangeOfDirectory = 4;
  const auto* fts = static_cast<const Fts*>(tree);
  return fts == nullptr || (fts->options & kNoChangeOfDirectory) != 0 ? -1 : fts->start;
}

template <typename AskedFor>
void report_opened(OpensFd, int result, Entry entry, AskedFor&& asked_for, const unwind::Registers& caller) {
  if (result >= 0) return report_open(entry, result, asked_for(Outcome::succeeded), caller);
  report_failure(AJAR_EFFECT_OPEN, entry, asked_for, caller);
}

template <typename AskedFor>
void report_opened(OpensTwo shape, int result, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  report_opened(OpensFd{}, result, entry, asked_for, caller);
  if (result >= 0 && shape.second != nullptr) report_open(entry, *shape.second, Asked{}, caller);
}

// Streams, directories and trees: `fd` is the descriptor of `result`.
template <typename AskedFor>
void report_object(const void* result, int fd, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  if (result == nullptr) return report_failure(AJAR_EFFECT_OPEN, entry, asked_for, caller);
  report_open(entry, fd, asked_for(Outcome::succeeded), caller);
}

template <typename AskedFor>
void report_opened(OpensFile, void* result, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  report_object(result, descriptor_of_file(result), entry, asked_for, caller);
}

template <typename AskedFor>
void report_opened(OpensDir, void* result, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  report_object(result, descriptor_of_dir(result), entry, asked_for, caller);
}

template <typename AskedFor>
void report_opened(OpensTree, void* result, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  report_object(result, descriptor_of_tree(result), entry, asked_for, caller);
}

template <typename AskedFor>
void report_opened(OpensPair pair, int result, Entry entry, AskedFor&& asked_for,
                   const unwind::Registers& caller) {
  if (result != 0) return report_failure(AJAR_EFFECT_PAIR, entry, asked_nothing, caller);
  report_pair(entry, pair.fds[0], pair.fds[1], asked_for(Outcome::succeeded), caller);
}

template <typename AskedFor>
void report_opened(Duplicates source, int result, Entry entry, AskedFor&&, const unwind::Registers& caller) {
  report_duplicated(entry, source.fd, result, caller);
}

// The hooks of every shape call `call`, which is the real function with the program's arguments.
template <typename Shape, typename Call, typename AskedFor, typename... Arguments>
auto hook(Shape shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&& asked_for,
          Arguments...) {
  const bool recorded = begin_call();
  auto result = call();
  if (recorded) report_opened(shape, result, entry, asked_for, caller);
  return result;
}

template <typename Call>
int close_hook(int fd, Entry entry, const unwind::Registers& caller, Call&& call) {
  if (!begin_call() || fd < 0) return call();
  const uint64_t begun = now_before_call();
  const int result = call();
  report_closed(entry, fd, begun, result < 0, caller);
  return result;
}

template <typename Call, typename AskedFor>
int hook(ClosesFd shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int) {
  return close_hook(shape.fd, entry, caller, call);
}

template <typename Call, typename AskedFor>
int hook(ClosesFile shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, void*) {
  return close_hook(descriptor_of_file(shape.file), entry, caller, call);
}

template <typename Call, typename AskedFor>
int hook(ClosesDir shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, void*) {
  return close_hook(descriptor_of_dir(shape.dir), entry, caller, call);
}

template <typename Call, typename AskedFor>
int hook(ClosesTree shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, void*) {
  return close_hook(descriptor_of_tree(shape.tree), entry, caller, call);
}

template <typename Call, typename AskedFor, typename... Arguments>
int hook(Replaces shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&,
         Arguments...) {
  if (!begin_call()) return call();
  const uint64_t begun = now_before_call();
  const int result = call();
  if (result < 0) {
    report_failure(AJAR_EFFECT_REPLACE, entry, asked_nothing, caller, shape.fd);
  } else {
    report_replaced(entry, shape.fd, result, begun, caller);
  }
  return result;
}

}  // namespace ajar::agent

// The formatter would break each of them into several lines.
// clang-format off
#define SHAPE_OPENS_FD ajar::agent::OpensFd {}
#define SHAPE_OPENS_TWO(second) ajar::agent::OpensTwo { second }
#define SHAPE_OPENS_FILE ajar::agent::OpensFile {}
#define SHAPE_OPENS_DIR ajar::agent::OpensDir {}
#define SHAPE_OPENS_TREE ajar::agent::OpensTree {}
#define SHAPE_OPENS_PAIR(fds) ajar::agent::OpensPair { fds }
#define SHAPE_CLOSES_FD(fd) ajar::agent::ClosesFd { fd }
#define SHAPE_CLOSES_FILE(file) ajar::agent::ClosesFile { file }
#define SHAPE_CLOSES_DIR(dir) ajar::agent::ClosesDir { dir }
#define SHAPE_CLOSES_TREE(tree) ajar::agent::ClosesTree { tree }
#define SHAPE_DUPLICATES(fd) ajar::agent::Duplicates { fd }
#define SHAPE_REPLACES(fd, onto) ajar::agent::Replaces { fd, onto }
#define SHAPE_SPECIAL(shape) ajar::agent::shape {}
// clang-format on
