#include "agent/win/modules.h"

#include "agent/core/copy.h"
#include "agent/win/exports.h"
#include "agent/win/hooks.h"
#include "agent/win/state.h"
#include "agent/win/text.h"
#include "agent/win/write.h"

namespace ajar::agent::modules {
namespace {

constexpr uint32_t kMost = 4096;  // loads in a process's life; later ones are code in no module
Module list[kMost];
volatile uint32_t count;
void* cookie;

// Which module the last addresses of a page were in: page number << 16 | index + 1.
constexpr uint32_t kCached = 1024;
volatile uint64_t cache[kCached];

// The two structures that LdrRegisterDllNotification hands over are one (public documentation of
// LdrDllNotification, 'Remarks').
struct Notification {
  ULONG flags;
  const UNICODE_STRING* full_name;
  const UNICODE_STRING* base_name;
  void* base;
  ULONG size;
};
constexpr ULONG kLoaded = 1;
using Callback = void(CALLBACK*)(ULONG reason, const Notification* data, void* context);
using Register = NTSTATUS(NTAPI*)(ULONG flags, Callback callback, void* context, void** cookie);
using Unregister = NTSTATUS(NTAPI*)(void* cookie);

// IMAGE_DEBUG_TYPE_CODEVIEW's data, as the Microsoft PE format's documentation has it.
struct CodeView {
  uint32_t signature;  // "RSDS"
  uint8_t guid[16];
  uint32_t age;
};

const IMAGE_NT_HEADERS64* headers_of(uint64_t base) {
  const auto* dos = reinterpret_cast<const IMAGE_DOS_HEADER*>(base);
  if (dos->e_magic != IMAGE_DOS_SIGNATURE) return nullptr;
  const auto* headers =
      reinterpret_cast<const IMAGE_NT_HEADERS64*>(base + static_cast<uint32_t>(dos->e_lfanew));
  const bool is_ours = headers->Signature == IMAGE_NT_SIGNATURE &&
                       headers->OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC;
  return is_ours ? headers : nullptr;
}

// A directory's address, where it lies within the image.
uint64_t directory(const IMAGE_NT_HEADERS64& headers, uint64_t base, unsigned which, uint32_t& size) {
  if (which >= headers.OptionalHeader.NumberOfRvaAndSizes) return 0;
  const IMAGE_DATA_DIRECTORY& entry = headers.OptionalHeader.DataDirectory[which];
  const uint64_t image = headers.OptionalHeader.SizeOfImage;
  size = entry.Size;
  const bool lies_inside =
      entry.VirtualAddress != 0 && entry.VirtualAddress < image && entry.Size <= image - entry.VirtualAddress;
  return lies_inside ? base + entry.VirtualAddress : 0;
}

void find_pdb(const IMAGE_NT_HEADERS64& headers, uint64_t base, ajar_pe_identity& identity) {
  uint32_t size = 0;
  const uint64_t at = directory(headers, base, IMAGE_DIRECTORY_ENTRY_DEBUG, size);
  if (at == 0) return;
  const auto* rows = reinterpret_cast<const IMAGE_DEBUG_DIRECTORY*>(at);
  const uint32_t image = headers.OptionalHeader.SizeOfImage;
  for (uint32_t i = 0; i < size / sizeof(*rows); ++i) {
    const IMAGE_DEBUG_DIRECTORY& row = rows[i];
    if (row.Type != IMAGE_DEBUG_TYPE_CODEVIEW || row.SizeOfData < sizeof(CodeView)) continue;
    if (row.AddressOfRawData == 0 || row.AddressOfRawData > image - sizeof(CodeView)) continue;
    const auto* view = reinterpret_cast<const CodeView*>(base + row.AddressOfRawData);
    constexpr uint32_t kRsds = 0x53445352;
    if (view->signature != kRsds) continue;
    __builtin_memcpy(identity.pdb_guid, view->guid, sizeof(identity.pdb_guid));
    identity.pdb_age = view->age;
    identity.has_pdb = 1;
    return;
  }
}

void announce(const Module& module, const ajar_pe_identity& identity, const UNICODE_STRING& path) {
  char text[kMostText];
  const uint32_t length = to_utf8(path, text);
  Writer writer(AJAR_IMAGE_LANE);
  auto* record = writer.begin<ajar_module>(AJAR_RECORD_MODULE, now(), length);
  if (record == nullptr) return;
  record->generation = module.generation;
  record->path_length = static_cast<ajar_u16>(length);
  record->build_id_length = sizeof(identity);
  record->bias = module.base;
  record->begin = module.base;
  record->end = module.end;
  static_assert(sizeof(identity) <= sizeof(record->build_id));
  __builtin_memcpy(record->build_id, &identity, sizeof(identity));
  copy_words(record + 1, text, length);
  writer.commit(record);
}

// It is found once it is no longer `gone`, as all rows are at first.
void add(uint64_t base, const UNICODE_STRING& path) {
  if (const Module* known = find(base); known != nullptr && known->base == base) return;
  const IMAGE_NT_HEADERS64* headers = headers_of(base);
  if (headers == nullptr) return;
  const uint32_t row = __atomic_fetch_add(&count, 1U, __ATOMIC_ACQ_REL);
  if (row >= kMost) {
    __atomic_store_n(&count, kMost, __ATOMIC_RELEASE);
    return;
  }
  Module& module = list[row];
  module.base = base;
  module.end = base + headers->OptionalHeader.SizeOfImage;
  module.generation = row + 1;
  uint32_t size = 0;
  const uint64_t functions = directory(*headers, base, IMAGE_DIRECTORY_ENTRY_EXCEPTION, size);
  module.functions = reinterpret_cast<const RUNTIME_FUNCTION*>(functions);
  module.functions_count = functions == 0 ? 0 : size / sizeof(RUNTIME_FUNCTION);
  ajar_pe_identity identity{};
  identity.timestamp = headers->FileHeader.TimeDateStamp;
  identity.size_of_image = headers->OptionalHeader.SizeOfImage;
  find_pdb(*headers, base, identity);
  announce(module, identity, path);
  __atomic_store_n(&module.gone, 0U, __ATOMIC_RELEASE);
}

void remove(uint64_t base) {
  for (uint32_t i = 0; i < count && i < kMost; ++i) {
    if (list[i].base != base || list[i].gone != 0) continue;
    list[i].gone = 1;
    Writer writer(AJAR_IMAGE_LANE);
    auto* record = writer.begin<ajar_module_gone>(AJAR_RECORD_MODULE_GONE, now(), 0);
    if (record == nullptr) return;
    record->generation = list[i].generation;
    record->reserved = 0;
    record->begin = base;
    writer.commit(record);
  }
}

bool is_win32u(const UNICODE_STRING& name) {
  constexpr char kName[] = "win32u.dll";
  constexpr uint32_t kLength = sizeof(kName) - 1;
  if (name.Length != kLength * sizeof(wchar_t)) return false;
  for (uint32_t i = 0; i < kLength; ++i) {
    const auto unit = static_cast<uint32_t>(name.Buffer[i]);
    const uint32_t lower = unit >= 'A' && unit <= 'Z' ? unit + ('a' - 'A') : unit;
    if (lower != static_cast<uint32_t>(kName[i])) return false;
  }
  return true;
}

void CALLBACK heard(ULONG reason, const Notification* data, void* /*context*/) {
  if ((state.on == 0 && state.own_thread == 0) || process_id() != state.process) return;
  const auto base = reinterpret_cast<uint64_t>(data->base);
  if (reason == kLoaded) {
    add(base, *data->full_name);
    if (is_win32u(*data->base_name)) hooks::enter_late_library();
  } else {
    remove(base);
  }
}

// The loader's own list (PEB_LDR_DATA and LDR_DATA_TABLE_ENTRY, as winternl.h documents them).
void add_those_that_are_there() {
  ULONG_PTR lock = 0;
  LdrLockLoaderLock(0, nullptr, &lock);
  const auto* peb = reinterpret_cast<const PEB*>(from_teb(0x60));
  const LIST_ENTRY* head = &peb->Ldr->InMemoryOrderModuleList;
  for (const LIST_ENTRY* link = head->Flink; link != head; link = link->Flink) {
    const auto* entry = reinterpret_cast<const LDR_DATA_TABLE_ENTRY*>(
        reinterpret_cast<const char*>(link) - offsetof(LDR_DATA_TABLE_ENTRY, InMemoryOrderLinks));
    add(reinterpret_cast<uint64_t>(entry->DllBase), entry->FullDllName);
  }
  LdrUnlockLoaderLock(0, lock);
}

}  // namespace

void start() {
  // A session before this one may have left its list, and may still be listening.
  stop();
  __atomic_store_n(&count, 0U, __ATOMIC_RELEASE);
  for (Module& module : list) module.gone = 1;
  for (volatile uint64_t& row : cache) row = 0;
  forget_all_threads();
  const auto register_callback =
      reinterpret_cast<Register>(export_of("ntdll.dll", "LdrRegisterDllNotification"));
  if (register_callback != nullptr) register_callback(0, heard, nullptr, &cookie);
  add_those_that_are_there();
}

void stop() {
  const auto unregister =
      reinterpret_cast<Unregister>(export_of("ntdll.dll", "LdrUnregisterDllNotification"));
  if (unregister != nullptr && cookie != nullptr) unregister(cookie);
  cookie = nullptr;
}

const Module* find(uint64_t pc) {
  const uint64_t page = pc >> 12U;
  volatile uint64_t& cached = cache[page % kCached];
  const uint64_t known = __atomic_load_n(&cached, __ATOMIC_RELAXED);
  if (known >> 16U == page) {
    const Module& module = list[(known & 0xffffU) - 1];
    if (module.gone == 0 && pc >= module.base && pc < module.end) return &module;
  }
  const uint32_t claimed = __atomic_load_n(&count, __ATOMIC_ACQUIRE);
  const uint32_t loaded = claimed < kMost ? claimed : kMost;
  for (uint32_t i = loaded; i > 0; --i) {
    const Module& module = list[i - 1];
    if (module.gone != 0 || pc < module.base || pc >= module.end) continue;
    __atomic_store_n(&cached, page << 16U | i, __ATOMIC_RELAXED);
    return &module;
  }
  return nullptr;
}

const RUNTIME_FUNCTION* function_at(const Module& module, uint64_t pc) {
  const auto offset = static_cast<uint32_t>(pc - module.base);
  uint32_t low = 0, high = module.functions_count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (module.functions[middle].EndAddress <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == module.functions_count || module.functions[low].BeginAddress > offset) return nullptr;
  const RUNTIME_FUNCTION* found = &module.functions[low];
  // A part of a function may lead to the row that describes it all (RUNTIME_FUNCTION_INDIRECT).
  constexpr DWORD kIndirect = 1;
  if ((found->UnwindData & kIndirect) == 0) return found;
  return reinterpret_cast<const RUNTIME_FUNCTION*>(module.base + (found->UnwindData & ~kIndirect));
}

}  // namespace ajar::agent::modules
