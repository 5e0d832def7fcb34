#include "agent/linux/resolve.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>

namespace ajar::agent {
namespace {

// The dynamic symbol table of a mapped module (System V ABI, 'Dynamic Section'; DT_GNU_HASH as binutils lays
// it out).
struct Symbols {
  const ElfW(Sym) * symbols = nullptr;
  const char* strings = nullptr;
  const uint16_t* versions = nullptr;
  const uint32_t* gnu_hash = nullptr;
  const uint32_t* sysv_hash = nullptr;
  uint64_t bias = 0;
};

Symbols symbols_of(const dl_phdr_info& info) {
  Symbols found;
  found.bias = info.dlpi_addr;
  const ElfW(Dyn)* dynamic = nullptr;
  for (unsigned i = 0; i < info.dlpi_phnum; ++i) {
    if (info.dlpi_phdr[i].p_type == PT_DYNAMIC) {
      dynamic = reinterpret_cast<const ElfW(Dyn)*>(info.dlpi_addr + info.dlpi_phdr[i].p_vaddr);
    }
  }
  for (; dynamic != nullptr && dynamic->d_tag != DT_NULL; ++dynamic) {
    // glibc has added the bias already, musl and the vDSO have not.
    uint64_t at = dynamic->d_un.d_ptr;
    if (at < info.dlpi_addr) at += info.dlpi_addr;
    if (dynamic->d_tag == DT_SYMTAB) found.symbols = reinterpret_cast<const ElfW(Sym)*>(at);
    if (dynamic->d_tag == DT_STRTAB) found.strings = reinterpret_cast<const char*>(at);
    if (dynamic->d_tag == DT_VERSYM) found.versions = reinterpret_cast<const uint16_t*>(at);
    if (dynamic->d_tag == DT_GNU_HASH) found.gnu_hash = reinterpret_cast<const uint32_t*>(at);
    if (dynamic->d_tag == DT_HASH) found.sysv_hash = reinterpret_cast<const uint32_t*>(at);
  }
  return found;
}

bool equal(const char* a, const char* b) {
  while (*a != 0 && *a == *b) {
    ++a;
    ++b;
  }
  return *a == *b;
}

void* match(const Symbols& in, uint32_t index, const char* name) {
  constexpr uint16_t kHiddenVersion = 0x8000;
  const ElfW(Sym)& symbol = in.symbols[index];
  const unsigned type = symbol.st_info & 0xfU;
  if (symbol.st_shndx == SHN_UNDEF || (type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_OBJECT))
    return nullptr;
  if (in.versions != nullptr && (in.versions[index] & kHiddenVersion) != 0) return nullptr;
  if (!equal(in.strings + symbol.st_name, name)) return nullptr;
  auto* address = reinterpret_cast<void*>(in.bias + symbol.st_value);
  return type == STT_GNU_IFUNC ? reinterpret_cast<void* (*)()>(address)() : address;
}

void* find_by_gnu_hash(const Symbols& in, const char* name) {
  uint32_t hash = 5381;
  for (const char* c = name; *c != 0; ++c) hash = hash * 33 + static_cast<uint8_t>(*c);
  const uint32_t* table = in.gnu_hash;
  const uint32_t buckets = table[0];
  const uint32_t first = table[1];
  const uint32_t bloom_words = table[2];
  const auto* bloom = reinterpret_cast<const uint64_t*>(table + 4);
  const auto* bucket = reinterpret_cast<const uint32_t*>(bloom + bloom_words);
  const uint32_t* chain = bucket + buckets;
  const uint64_t word = bloom[(hash / 64) % bloom_words];
  if (((word >> (hash % 64)) & (word >> ((hash >> table[3]) % 64)) & 1U) == 0) return nullptr;
  uint32_t index = bucket[hash % buckets];
  if (index < first) return nullptr;
  for (;; ++index) {
    const uint32_t value = chain[index - first];
    if ((value | 1U) == (hash | 1U)) {
      void* found = match(in, index, name);
      if (found != nullptr) return found;
    }
    if ((value & 1U) != 0) return nullptr;
  }
}

void* find_by_sysv_hash(const Symbols& in, const char* name) {
  const uint32_t symbols = in.sysv_hash[1];
  for (uint32_t i = 1; i < symbols; ++i) {
    void* found = match(in, i, name);
    if (found != nullptr) return found;
  }
  return nullptr;
}

void* find(const Symbols& in, const char* name) {
  if (in.symbols == nullptr || in.strings == nullptr) return nullptr;
  if (in.gnu_hash != nullptr) return find_by_gnu_hash(in, name);
  return in.sysv_hash != nullptr ? find_by_sysv_hash(in, name) : nullptr;
}

struct Search {
  RealFunction* functions;
  size_t count;
  bool past_agent = false;
};

bool holds_agent(const dl_phdr_info& info) {
  const auto here = reinterpret_cast<uint64_t>(&holds_agent);
  for (unsigned i = 0; i < info.dlpi_phnum; ++i) {
    const uint64_t begin = info.dlpi_addr + info.dlpi_phdr[i].p_vaddr;
    if (info.dlpi_phdr[i].p_type == PT_LOAD && here >= begin && here - begin < info.dlpi_phdr[i].p_memsz)
      return true;
  }
  return false;
}

int on_module(dl_phdr_info* info, size_t, void* data) {
  auto* search = static_cast<Search*>(data);
  if (!search->past_agent) {
    search->past_agent = holds_agent(*info);
    return 0;
  }
  const Symbols symbols = symbols_of(*info);
  for (size_t i = 0; i < search->count; ++i) {
    RealFunction& function = search->functions[i];
    if (function.address == nullptr) function.address = find(symbols, function.name);
  }
  return 0;
}

}  // namespace

void resolve(RealFunction* functions, size_t count) {
  Search search{functions, count};
  dl_iterate_phdr(on_module, &search);
}

}  // namespace ajar::agent
