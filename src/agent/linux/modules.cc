#include "agent/core/modules.h"

#include <elf.h>
#include <link.h>

#include "agent/core/clock.h"
#include "agent/core/cpython.h"
#include "agent/core/emit.h"
#include "agent/core/state.h"
#include "agent/linux/look_for_python.h"
#include "agent/linux/mapped_code.h"
#include "agent/linux/raw.h"
#include "agent/linux/resolve.h"
#include "unwind/cfi.h"

namespace ajar::agent::modules {
namespace {

constexpr uint32_t kMaxModules = 2048;
constexpr uint32_t kMaxBuildId = 32;

struct CodeModule {
  uint64_t begin = 0, end = 0, bias = 0;
  unwind::CallFrameInfo info;
  uint32_t generation = 0;  // 0: the row is free
  uint32_t seen = 0;        // the last refresh that met it
  uint32_t build_id_length = 0;
  uint8_t build_id[kMaxBuildId] = {};
};

// Hooks run before the agent's own initialization does: all state is constant-initialized.
constinit CodeModule rows[kMaxModules];
constexpr uint32_t kMaxPath = 512;
struct Path {
  char text[kMaxPath];
  uint32_t length;
};
constinit Path paths[kMaxModules] = {};  // of the rows; most of it is never touched
constinit uint32_t row_count = 0;
constinit uint32_t generation_count = 0;
constinit uint32_t refresh_count = 0;
constinit uint64_t last_adds = 0, last_subs = 0;
constinit uint32_t spin = 0;

// Rules that were looked up, by their address: the same call stands in many stacks. Known until a module
// goes.
struct KnownRule {
  uint64_t pc;
  ajar_rule rule;
  uint32_t generation;  // of the module
  uint32_t drop_count;  // when it was looked up
};
constexpr uint32_t kKnownRules = 1024;
constinit KnownRule known_rules[kKnownRules] = {};
constinit uint32_t drop_count = 1;

KnownRule& known_rule_at(uint64_t pc) {
  return known_rules[((pc * 0x9e3779b97f4a7c15ULL) >> 32U) % kKnownRules];
}

bool lock() {
  for (unsigned i = 0; i < 100000; ++i) {
    if (__atomic_exchange_n(&spin, 1U, __ATOMIC_ACQUIRE) == 0) return true;
    __builtin_ia32_pause();
  }
  return false;
}
void unlock() {
  __atomic_store_n(&spin, 0U, __ATOMIC_RELEASE);
}

uint32_t length_of(const char* text) {
  uint32_t n = 0;
  while (text[n] != 0) ++n;
  return n;
}

// "lib/x.so", but not "linux-vdso.so.1", which is no file.
bool is_relative_path(const char* name) {
  if (name[0] == '/') return false;
  while (*name != 0 && *name != '/') ++name;
  return *name == '/';
}

// The file that the dynamic linker names: absolute, whatever it was loaded as. Returns the length in `to`.
uint32_t path_of(const dl_phdr_info& info, char* to, uint32_t size) {
  const char* name = info.dlpi_name != nullptr ? info.dlpi_name : "";
  if (name[0] == 0 || is_program(info)) {
    if (sandboxed()) return 0;
    const int64_t n = raw::readlink(raw::kAtCwd, "/proc/self/exe", to, size);
    return n > 0 ? static_cast<uint32_t>(n) : 0;
  }
  uint32_t used = 0;
  if (is_relative_path(name) && length_of(name) < size / 2 && !sandboxed()) {
    const int64_t n = raw::getcwd(to, size / 2);
    if (n > 1) used = static_cast<uint32_t>(n - 1);
    if (used != 0) to[used++] = '/';
  }
  for (uint32_t i = 0; name[i] != 0 && used < size; ++i) to[used++] = name[i];
  return used;
}

void announce(const CodeModule& module, const Path& path) {
  ring::Producer producer(state.segment, AJAR_IMAGE_LANE);
  ajar_record* record = reserve(producer, static_cast<uint32_t>(sizeof(ajar_module)) + path.length,
                                AJAR_RECORD_MODULE, now(), Patience::brief);
  if (record == nullptr) return;
  auto* out = reinterpret_cast<ajar_module*>(record);
  out->generation = module.generation;
  out->path_length = static_cast<ajar_u16>(path.length);
  out->build_id_length = static_cast<ajar_u16>(module.build_id_length);
  out->bias = module.bias;
  out->begin = module.begin;
  out->end = module.end;
  __builtin_memcpy(out->build_id, module.build_id, sizeof(out->build_id));
  __builtin_memcpy(out + 1, path.text, path.length);
  producer.commit(record);
}

void announce_gone(const CodeModule& module) {
  ring::Producer producer(state.segment, AJAR_IMAGE_LANE);
  ajar_record* record =
      reserve(producer, sizeof(ajar_module_gone), AJAR_RECORD_MODULE_GONE, now(), Patience::brief);
  if (record == nullptr) return;
  auto* out = reinterpret_cast<ajar_module_gone*>(record);
  out->generation = module.generation;
  out->reserved = 0;
  out->begin = module.begin;
  producer.commit(record);
}

void read_build_id(const dl_phdr_info& info, const ElfW(Phdr) & segment, CodeModule& module) {
  const uint8_t* at = reinterpret_cast<const uint8_t*>(info.dlpi_addr + segment.p_vaddr);
  const uint8_t* end = at + segment.p_memsz;
  while (static_cast<size_t>(end - at) > sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    __builtin_memcpy(&note, at, sizeof(note));
    const uint8_t* name = at + sizeof(note);
    const uint64_t name_size = (note.n_namesz + 3U) & ~3U;
    const uint64_t value_size = (note.n_descsz + 3U) & ~3U;
    if (name_size + value_size > static_cast<uint64_t>(end - name)) return;
    const uint8_t* value = name + name_size;
    const bool gnu = note.n_namesz == 4 && name[0] == 'G' && name[1] == 'N' && name[2] == 'U' && name[3] == 0;
    if (gnu && note.n_type == NT_GNU_BUILD_ID) {
      module.build_id_length = note.n_descsz < kMaxBuildId ? note.n_descsz : kMaxBuildId;
      __builtin_memcpy(module.build_id, value, module.build_id_length);
      return;
    }
    at = value + value_size;
  }
}

CodeModule describe(const dl_phdr_info& info) {
  const MappedCode code = mapped_code(info);
  CodeModule module{};
  module.begin = code.begin;
  module.end = code.end;
  module.bias = info.dlpi_addr;
  module.info = code.frames;
  for (unsigned i = 0; i < info.dlpi_phnum && module.build_id_length == 0; ++i) {
    if (info.dlpi_phdr[i].p_type == PT_NOTE) read_build_id(info, info.dlpi_phdr[i], module);
  }
  return module;
}

bool same_file(const CodeModule& a, const CodeModule& b) {
  return a.begin == b.begin && a.end == b.end && a.build_id_length == b.build_id_length &&
         __builtin_memcmp(a.build_id, b.build_id, a.build_id_length) == 0;
}

// The row of a module that is known already, or a free one for it; nullptr when there is no room.
CodeModule* row_for(const CodeModule& module) {
  CodeModule* unused = nullptr;
  for (uint32_t i = 0; i < row_count; ++i) {
    if (rows[i].generation == 0) {
      unused = &rows[i];
    } else if (same_file(rows[i], module)) {
      return &rows[i];
    }
  }
  if (unused == nullptr && row_count < kMaxModules) unused = &rows[row_count++];
  return unused;
}

// What the linker counts, as it was when the pass began: musl lets others in between two modules.
struct Pass {
  uint32_t number = 0;
  bool begun = false;
  bool unchanged = false;
  uint64_t adds = 0, subs = 0;
};

int on_module(dl_phdr_info* info, size_t, void* data) {
  auto* pass = static_cast<Pass*>(data);
  if (!pass->begun) {
    pass->begun = true;
    pass->adds = info->dlpi_adds;
    pass->subs = info->dlpi_subs;
  }
  // The first pass looks whatever the counts say: not every C library counts.
  if (pass->number > 1 && info->dlpi_adds == last_adds && info->dlpi_subs == last_subs) {
    pass->unchanged = true;
    return 1;
  }
  if (info->dlpi_phnum == 0) return 0;
  const CodeModule module = describe(*info);
  if (module.begin >= module.end || !lock()) return 0;
  CodeModule* row = row_for(module);
  if (row == nullptr) {
    unlock();
    return 0;
  }
  const bool is_new = row->generation == 0;
  if (is_new) {
    *row = module;
    row->generation = ++generation_count;
  }
  if (row->seen < pass->number) row->seen = pass->number;  // a later pass may have met it already
  const CodeModule copy = *row;
  unlock();
  if (!is_new) return 0;
  look_for_python(*info, copy.generation);
  Path& path = paths[row - rows];  // the linker's lock keeps others out
  path.length = path_of(*info, path.text, kMaxPath);
  announce(copy, path);
  return 0;
}

// Takes out the rows that the pass did not meet. True when there were some.
bool drop_unseen(uint32_t pass) {
  bool dropped = false;
  for (uint32_t i = 0; i < row_count; ++i) {
    if (rows[i].generation == 0 || rows[i].seen >= pass) continue;  // met by this pass, or by a later one
    if (!lock()) return dropped;
    const CodeModule gone = rows[i];
    rows[i].generation = 0;
    rows[i].begin = rows[i].end = 0;
    ++drop_count;
    unlock();
    cpython::gone(gone.generation);
    announce_gone(gone);
    dropped = true;
  }
  return dropped;
}

void run_pass() {
  Pass pass;
  pass.number = __atomic_add_fetch(&refresh_count, 1, __ATOMIC_RELAXED);
  dl_iterate_phdr(on_module, &pass);
  if (pass.unchanged) return;
  const bool dropped = drop_unseen(pass.number);
  last_adds = pass.adds;
  last_subs = pass.subs;
  if (dropped) state.trie.forget();
}

// While the lock is held.
const CodeModule* module_at(uint64_t pc) {
  for (uint32_t i = 0; i < row_count; ++i) {
    if (pc >= rows[i].begin && pc < rows[i].end) return &rows[i];
  }
  return nullptr;
}

enum class Search : uint8_t { found, missing, busy };

Search search(uint64_t pc, CodeRule* found) {
  if (!lock()) return Search::busy;
  KnownRule& known = known_rule_at(pc);
  if (known.pc != pc || known.drop_count != drop_count) {
    const CodeModule* module = module_at(pc);
    if (module == nullptr) {
      unlock();
      return Search::missing;
    }
    known = {pc, unwind::find_rule(module->info, pc), module->generation, drop_count};
  }
  found->rule = known.rule;
  found->generation = known.generation;
  unlock();
  return Search::found;
}

}  // namespace

CodeRule rule_at(uint64_t pc) {
  CodeRule found;
  Search result = search(pc, &found);
  if (result == Search::missing) {
    refresh();
    result = search(pc, &found);
  }
  found.busy = result == Search::busy;
  found.runs_managed = cpython::is_in_loop(pc);
  return found;
}

bool frames_at(uint64_t pc, unwind::CallFrameInfo& info) {
  if (!lock()) return false;
  const CodeModule* module = module_at(pc);
  if (module != nullptr) info = module->info;
  unlock();
  return module != nullptr;
}

void refresh() {
  if (!state.linker_may_be_locked) run_pass();
}

// What the thread that had it was writing may be half there.
void reset_lock() {
  ++drop_count;
  unlock();
}

void announce_again() {
  for (uint32_t i = 0; i < row_count; ++i) {
    if (rows[i].generation != 0) announce(rows[i], paths[i]);
  }
}

}  // namespace ajar::agent::modules
