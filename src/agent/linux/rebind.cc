#include "agent/linux/rebind.h"

#include "agent/core/modules.h"
#include "agent/core/state.h"
#include "agent/linux/auxiliary.h"
#include "agent/linux/dynamic_symbols.h"
#include "agent/linux/error_number.h"
#include "agent/linux/raw.h"
#include "agent/linux/resolve.h"
#include "agent/linux/slots.h"

// The hooks of functions that load: they note that, and go on as the caller's own call, since the linker
// looks at who calls it.
extern "C" {
void ajar_dlopen();
void ajar_dlmopen();
void ajar_dlsym();
void ajar_dlvsym();
}

namespace ajar::agent::rebind {
namespace {

constexpr uint32_t kMostRows = 512;
constexpr uint32_t kPlaces = 2048;

// All functions that have a hook. Filled in once; found by the hash of the name.
constinit RealFunction functions[kMostRows] = {};
constinit uint64_t hooks[kMostRows] = {};
constinit bool programs_own[kMostRows] = {};  // the program itself defines it
constinit uint16_t places[kPlaces] = {};      // row + 1
constinit uint32_t row_count = 0;

constinit uint64_t known_adds = 0, known_subs = 0;

uint32_t hash_of(const char* name) {
  uint32_t hash = 5381;
  for (; *name != 0; ++name) hash = hash * 33 + static_cast<uint8_t>(*name);
  return hash;
}

bool equal(const char* a, const char* b) {
  for (; *a != 0 && *a == *b; ++a) ++b;
  return *a == *b;
}

// kMostRows where there is none.
uint32_t row_of(const char* name) {
  for (uint32_t i = hash_of(name);; ++i) {
    const uint32_t place = places[i % kPlaces];
    if (place == 0) return kMostRows;
    if (equal(functions[place - 1].name, name)) return place - 1;
  }
}

void add(const char* name, uint64_t hook) {
  if (row_count == kMostRows || row_of(name) != kMostRows) return;
  functions[row_count] = {name, nullptr};
  hooks[row_count++] = hook;
  uint32_t i = hash_of(name);
  while (places[i % kPlaces] != 0) ++i;
  places[i % kPlaces] = static_cast<uint16_t>(row_count);
}

// What the agent exports are its hooks, and a few entries of its own.
int add_exports(dl_phdr_info* info, size_t, void*) {
  if (!is_agent(*info)) return 0;
  DynamicSymbols(*info).each_function([](const char* name, uint64_t address) {
    constexpr char kOwn[] = "ajar_";
    for (uint32_t i = 0; i < sizeof(kOwn) - 1; ++i) {
      if (name[i] != kOwn[i]) return add(name, address);
    }
  });
  return 1;
}

int find_programs_own(dl_phdr_info* info, size_t, void*) {
  if (!is_program(*info)) return 0;
  const DynamicSymbols symbols(*info);
  for (uint32_t row = 0; row < row_count; ++row)
    programs_own[row] = symbols.find(functions[row].name).begin != 0;
  return 1;
}

void fill_in() {
  if (row_count != 0) return;
  dl_iterate_phdr(add_exports, nullptr);
  add("dlopen", reinterpret_cast<uint64_t>(&ajar_dlopen));
  add("dlmopen", reinterpret_cast<uint64_t>(&ajar_dlmopen));
  add("dlsym", reinterpret_cast<uint64_t>(&ajar_dlsym));
  add("dlvsym", reinterpret_cast<uint64_t>(&ajar_dlvsym));
  resolve(functions, row_count);
  dl_iterate_phdr(find_programs_own, nullptr);
}

// Stores into one module's slots. Those that the linker has made read-only are made writable, and sealed
// again at the end.
class Writer {
 public:
  explicit Writer(const AddressRange& sealed) : sealed_(sealed) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    if (opened_) raw::protect(sealed_.begin, sealed_.end, false);
  }

  void exchange(uint64_t* slot, uint64_t from, uint64_t to) {
    const auto at = reinterpret_cast<uint64_t>(slot);
    if (sealed_.has(at) && !open(at)) return;
    __atomic_compare_exchange_n(slot, &from, to, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
  }

  // The linker is not done with the module: what it will make read-only isn't yet.
  [[nodiscard]] bool unfinished() const { return unfinished_; }

 private:
  bool open(uint64_t at) {
    if (opened_) return true;
    unfinished_ = unfinished_ || raw::writable(at & ~uint64_t{3});
    if (unfinished_) return false;
    return opened_ = raw::protect(sealed_.begin, sealed_.end, true);
  }

  AddressRange sealed_;
  bool opened_ = false, unfinished_ = false;
};

struct Pass {
  bool hooking;
  bool only_news = false;
  bool unfinished = false;
  bool unchanged = false;
  uint64_t adds = 0, subs = 0;
};

// A call that was never made is bound at its first one: its slot leads back into the module until then.
bool is_unbound(const Slot& slot, uint64_t value, const AddressRange& module) {
  return slot.is_call && !slot.defined && module.has(value);
}

bool is_linker(const dl_phdr_info& info) {
  const uint64_t base = getauxval(AT_BASE);
  return info.dlpi_addr == base || info.dlpi_addr == getauxval(AT_SYSINFO_EHDR);
}

int on_module(dl_phdr_info* info, size_t, void* data) {
  auto* pass = static_cast<Pass*>(data);
  pass->adds = info->dlpi_adds;
  pass->subs = info->dlpi_subs;
  pass->unchanged = pass->only_news && pass->adds == known_adds && pass->subs == known_subs;
  if (pass->unchanged) return 1;
  if (is_agent(*info) || is_linker(*info)) return 0;
  const ModuleSlots slots(*info);
  Writer writer(slots.sealed());
  slots.each([&](const Slot& slot) {
    const uint32_t row = row_of(slot.name);
    if (row == kMostRows || functions[row].address == nullptr) return;
    const auto function = reinterpret_cast<uint64_t>(functions[row].address);
    const uint64_t value = __atomic_load_n(slot.at, __ATOMIC_ACQUIRE);
    if (!pass->hooking) {
      if (value == hooks[row]) writer.exchange(slot.at, value, function);
    } else if (value == function || (!programs_own[row] && is_unbound(slot, value, slots.range()))) {
      writer.exchange(slot.at, value, hooks[row]);
    }
  });
  pass->unfinished = pass->unfinished || writer.unfinished();
  return 0;
}

bool run(Pass& pass) {
  if (sandboxed() || state.linker_may_be_locked) return false;
  fill_in();
  dl_iterate_phdr(on_module, &pass);
  if (pass.unchanged) return true;
  if (!pass.unfinished) {
    known_adds = pass.adds;
    known_subs = pass.subs;
  }
  return true;
}

}  // namespace

bool to_hooks() {
  Pass pass{.hooking = true};
  return run(pass);
}

bool to_functions() {
  Pass pass{.hooking = false};
  return run(pass);
}

void look_for_newcomers() {
  uint32_t left = __atomic_load_n(&state.newcomers, __ATOMIC_RELAXED);
  if (left == 0 || !recording()) return;
  __atomic_compare_exchange_n(&state.newcomers, &left, left - 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  Pass pass{.hooking = true, .only_news = true};
  run(pass);
}

}  // namespace ajar::agent::rebind

using namespace ajar::agent;

// Before a function of the linker's: its address. What was loaded before is bound now: what one loads one
// looks into next. Loading takes its time, and other threads tell of events meanwhile.
extern "C" __attribute__((used, visibility("hidden"))) void* ajar_before_linker(const char* name,
                                                                                uint32_t loads) {
  constexpr uint32_t kLooks = 64;
  const int error = error_number();
  rebind::look_for_newcomers();
  if (loads != 0) __atomic_store_n(&state.newcomers, kLooks, __ATOMIC_RELAXED);
  error_number() = error;
  return rebind::functions[rebind::row_of(name)].address;
}
