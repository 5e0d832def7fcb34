#include "unwind/library/modules.h"

#include <string.h>
#include <unistd.h>

#include "agent/linux/mapped_code.h"
#include "agent/linux/raw.h"
#include "unwind/library/real.h"

namespace ajar::unwinding::modules {
namespace {

namespace raw = agent::raw;

constexpr uint32_t kMost = 2048;
constexpr uint64_t kStep = uint64_t{1} << 20U;

struct List {
  uint64_t adds, subs;
  uint32_t count;
  Module modules[kMost];
};

constinit List* current = nullptr;

// Copies are never given back: somebody may be reading them, and a program loads some hundred modules at
// most.
void* keep(size_t size) {
  static constinit uint8_t* at = nullptr;
  static constinit size_t left = 0;
  size = (size + 15U) & ~size_t{15};
  if (size > left) {
    left = size > kStep ? size : kStep;
    at = static_cast<uint8_t*>(raw::map(left, -1));
    if (at == nullptr) _exit(120);
  }
  void* kept = at;
  at += size;
  left -= size;
  return kept;
}

const char* keep_name(const char* name) {
  char path[4096];
  if (name == nullptr || name[0] == 0) {
    const int64_t n = raw::readlink(raw::kAtCwd, "/proc/self/exe", path, sizeof(path) - 1);
    path[n > 0 ? n : 0] = 0;
    name = path;
  }
  const size_t size = strlen(name) + 1;
  return static_cast<const char*>(memcpy(keep(size), name, size));
}

uint64_t hash_of(const char* text) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (; *text != 0; ++text) hash = (hash ^ static_cast<uint8_t>(*text)) * 0x100000001b3ULL;
  return hash;
}

Module copy_of(const dl_phdr_info& info) {
  Module module{};
  module.info = info;
  module.info.dlpi_name = keep_name(info.dlpi_name);
  module.name_hash = hash_of(module.info.dlpi_name);
  const size_t size = info.dlpi_phnum * sizeof(ElfW(Phdr));
  module.info.dlpi_phdr = static_cast<const ElfW(Phdr)*>(memcpy(keep(size), info.dlpi_phdr, size));
  const agent::MappedCode code = agent::mapped_code(info);
  module.begin = code.begin;
  module.end = code.end;
  module.frames = code.frames;
  return module;
}

struct Pass {
  List* made;
  bool unchanged;
};

int on_module(dl_phdr_info* info, size_t, void* data) {
  auto* pass = static_cast<Pass*>(data);
  if (pass->made == nullptr) {
    if (current != nullptr && current->adds == info->dlpi_adds && current->subs == info->dlpi_subs) {
      pass->unchanged = true;
      return 1;
    }
    pass->made = static_cast<List*>(raw::map(sizeof(List), -1));
    if (pass->made == nullptr) return 1;
    pass->made->adds = info->dlpi_adds;
    pass->made->subs = info->dlpi_subs;
  }
  if (pass->made->count < kMost) pass->made->modules[pass->made->count++] = copy_of(*info);
  return 0;
}

}  // namespace

bool refresh() {
  Pass pass{};
  real::dl_iterate_phdr(on_module, &pass);
  if (pass.unchanged || pass.made == nullptr) return false;
  const List* before = current;
  __atomic_store_n(&current, pass.made, __ATOMIC_RELEASE);
  return before != nullptr && before->subs != pass.made->subs;
}

bool known() {
  return __atomic_load_n(&current, __ATOMIC_ACQUIRE) != nullptr;
}

const Module* at(uint64_t pc) {
  const List* list = __atomic_load_n(&current, __ATOMIC_ACQUIRE);
  for (uint32_t i = 0; i < list->count; ++i) {
    if (pc >= list->modules[i].begin && pc < list->modules[i].end) return &list->modules[i];
  }
  return nullptr;
}

int iterate(int (*callback)(dl_phdr_info*, size_t, void*), void* data) {
  const List* list = __atomic_load_n(&current, __ATOMIC_ACQUIRE);
  int result = 0;
  for (uint32_t i = 0; i < list->count && result == 0; ++i) {
    dl_phdr_info info = list->modules[i].info;
    result = callback(&info, sizeof(info), data);
  }
  return result;
}

}  // namespace ajar::unwinding::modules
