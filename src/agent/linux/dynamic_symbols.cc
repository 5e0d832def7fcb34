#include "agent/linux/dynamic_symbols.h"

#include <elf.h>

namespace ajar::agent {
namespace {

bool equal(const char* a, const char* b) {
  while (*a != 0 && *a == *b) {
    ++a;
    ++b;
  }
  return *a == *b;
}

}  // namespace

DynamicSymbols::DynamicSymbols(const dl_phdr_info& info) : bias_(info.dlpi_addr) {
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
    if (dynamic->d_tag == DT_SYMTAB) symbols_ = reinterpret_cast<const ElfW(Sym)*>(at);
    if (dynamic->d_tag == DT_STRTAB) strings_ = reinterpret_cast<const char*>(at);
    if (dynamic->d_tag == DT_VERSYM) versions_ = reinterpret_cast<const uint16_t*>(at);
    if (dynamic->d_tag == DT_GNU_HASH) gnu_hash_ = reinterpret_cast<const uint32_t*>(at);
    if (dynamic->d_tag == DT_HASH) sysv_hash_ = reinterpret_cast<const uint32_t*>(at);
  }
}

bool DynamicSymbols::matches(const ElfW(Sym) & symbol, uint32_t index, const char* name) const {
  constexpr uint16_t kHiddenVersion = 0x8000;
  const unsigned type = symbol.st_info & 0xfU;
  if (symbol.st_shndx == SHN_UNDEF || (type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_OBJECT))
    return false;
  if (versions_ != nullptr && (versions_[index] & kHiddenVersion) != 0) return false;
  return equal(strings_ + symbol.st_name, name);
}

const ElfW(Sym) * DynamicSymbols::by_gnu_hash(const char* name) const {
  uint32_t hash = 5381;
  for (const char* c = name; *c != 0; ++c) hash = hash * 33 + static_cast<uint8_t>(*c);
  const uint32_t* table = gnu_hash_;
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
    if ((value | 1U) == (hash | 1U) && matches(symbols_[index], index, name)) return &symbols_[index];
    if ((value & 1U) != 0) return nullptr;
  }
}

const ElfW(Sym) * DynamicSymbols::by_sysv_hash(const char* name) const {
  const uint32_t symbols = sysv_hash_[1];
  for (uint32_t i = 1; i < symbols; ++i) {
    if (matches(symbols_[i], i, name)) return &symbols_[i];
  }
  return nullptr;
}

const ElfW(Sym) * DynamicSymbols::symbol(const char* name) const {
  if (symbols_ == nullptr || strings_ == nullptr) return nullptr;
  if (gnu_hash_ != nullptr) return by_gnu_hash(name);
  return sysv_hash_ != nullptr ? by_sysv_hash(name) : nullptr;
}

DynamicSymbols::Found DynamicSymbols::find(const char* name) const {
  const ElfW(Sym)* found = symbol(name);
  if (found == nullptr) return {};
  return {bias_ + found->st_value, found->st_size};
}

void* DynamicSymbols::function(const char* name) const {
  const ElfW(Sym)* found = symbol(name);
  if (found == nullptr) return nullptr;
  auto* address = reinterpret_cast<void*>(bias_ + found->st_value);
  return (found->st_info & 0xfU) == STT_GNU_IFUNC ? reinterpret_cast<void* (*)()>(address)() : address;
}

}  // namespace ajar::agent
