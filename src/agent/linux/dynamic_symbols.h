#pragma once

#include <link.h>
#include <stdint.h>

namespace ajar::agent {

// The dynamic symbol table of a mapped module (System V ABI, 'Dynamic Section'; DT_GNU_HASH as binutils lays
// it out): what it defines, in its default versions. Reads the module's memory: for as long as that is
// mapped.
class DynamicSymbols {
 public:
  explicit DynamicSymbols(const dl_phdr_info& info);

  struct Found {
    uint64_t begin = 0, size = 0;
  };
  // Nothing (begin 0) where the module does not define it.
  [[nodiscard]] Found find(const char* name) const;

  // visit(name, address) with each function that the module defines for others.
  template <typename Visit>
  void each_function(Visit&& visit) const {
    for (uint32_t i = 1; sysv_hash_ != nullptr && i < sysv_hash_[1]; ++i) {
      const ElfW(Sym)& symbol = symbols_[i];
      if ((symbol.st_info & 0xfU) == STT_FUNC && symbol.st_shndx != SHN_UNDEF)
        visit(strings_ + symbol.st_name, bias_ + symbol.st_value);
    }
  }

  // A function's address, also of one that has to be chosen first (STT_GNU_IFUNC); nullptr where there is
  // none.
  [[nodiscard]] void* function(const char* name) const;

 private:
  [[nodiscard]] const ElfW(Sym) * symbol(const char* name) const;
  [[nodiscard]] bool matches(const ElfW(Sym) & symbol, uint32_t index, const char* name) const;
  [[nodiscard]] const ElfW(Sym) * by_gnu_hash(const char* name) const;
  [[nodiscard]] const ElfW(Sym) * by_sysv_hash(const char* name) const;

  const ElfW(Sym) * symbols_ = nullptr;
  const char* strings_ = nullptr;
  const uint16_t* versions_ = nullptr;
  const uint32_t* gnu_hash_ = nullptr;
  const uint32_t* sysv_hash_ = nullptr;
  uint64_t bias_ = 0;
};

}  // namespace ajar::agent
