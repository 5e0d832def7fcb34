#pragma once

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>

// Where a mapped module keeps the addresses of functions that it takes from others: the slots that the
// dynamic linker fills in by its relocations (System V ABI for x86-64, 4.4).
namespace ajar::agent {

struct Slot {
  uint64_t* at;
  const char* name;
  bool is_call;  // of the procedure linkage table, which the linker may fill in at the first call only
  bool defined;  // by the module itself, too
};

struct AddressRange {
  uint64_t begin = 0, end = 0;

  [[nodiscard]] bool has(uint64_t address) const { return address - begin < end - begin; }
};

class ModuleSlots {
 public:
  explicit ModuleSlots(const dl_phdr_info& info) : info_(info) {
    const ElfW(Dyn)* dynamic = nullptr;
    for (unsigned i = 0; i < info.dlpi_phnum; ++i) {
      const ElfW(Phdr)& segment = info.dlpi_phdr[i];
      const uint64_t begin = info.dlpi_addr + segment.p_vaddr;
      if (segment.p_type == PT_DYNAMIC) dynamic = reinterpret_cast<const ElfW(Dyn)*>(begin);
      // As the linker does it: a page that is not the range's alone stays as it is.
      constexpr uint64_t kInPage = 4095;
      if (segment.p_type == PT_GNU_RELRO) sealed_ = {begin & ~kInPage, (begin + segment.p_memsz) & ~kInPage};
      if (segment.p_type != PT_LOAD) continue;
      if (code_.end == 0 || begin < code_.begin) code_.begin = begin;
      if (begin + segment.p_memsz > code_.end) code_.end = begin + segment.p_memsz;
    }
    for (; dynamic != nullptr && dynamic->d_tag != DT_NULL; ++dynamic) read(*dynamic);
  }

  // Where the module lies; and what of it the linker has made read-only once it was done.
  [[nodiscard]] const AddressRange& range() const { return code_; }
  [[nodiscard]] const AddressRange& sealed() const { return sealed_; }

  template <typename Visit>
  void each(Visit&& visit) const {
    if (symbols_ == nullptr || strings_ == nullptr) return;
    each_of(relocations_, relocations_size_, visit);
    each_of(calls_, calls_size_, visit);
  }

 private:
  void read(const ElfW(Dyn) & entry) {
    uint64_t at = entry.d_un.d_ptr;
    // glibc has added the bias already, others have not.
    if (at < info_.dlpi_addr) at += info_.dlpi_addr;
    if (entry.d_tag == DT_SYMTAB) symbols_ = reinterpret_cast<const ElfW(Sym)*>(at);
    if (entry.d_tag == DT_STRTAB) strings_ = reinterpret_cast<const char*>(at);
    if (entry.d_tag == DT_RELA) relocations_ = reinterpret_cast<const ElfW(Rela)*>(at);
    if (entry.d_tag == DT_JMPREL) calls_ = reinterpret_cast<const ElfW(Rela)*>(at);
    if (entry.d_tag == DT_RELASZ) relocations_size_ = entry.d_un.d_val;
    if (entry.d_tag == DT_PLTRELSZ) calls_size_ = entry.d_un.d_val;
  }

  [[nodiscard]] bool is_in_data(uint64_t address) const {
    for (unsigned i = 0; i < info_.dlpi_phnum; ++i) {
      const ElfW(Phdr)& segment = info_.dlpi_phdr[i];
      if (segment.p_type == PT_LOAD && (segment.p_flags & PF_W) != 0 &&
          address - (info_.dlpi_addr + segment.p_vaddr) < segment.p_memsz)
        return true;
    }
    return false;
  }

  template <typename Visit>
  void each_of(const ElfW(Rela) * rows, uint64_t size, Visit& visit) const {
    if (rows == nullptr) return;
    for (const ElfW(Rela)* row = rows; row < rows + size / sizeof(*rows); ++row) {
      const uint64_t type = ELF64_R_TYPE(row->r_info);
      const bool is_call = type == R_X86_64_JUMP_SLOT;
      if (!is_call && type != R_X86_64_GLOB_DAT && type != R_X86_64_64) continue;
      if (row->r_addend != 0) continue;
      const uint64_t at = info_.dlpi_addr + row->r_offset;
      if (at % sizeof(uint64_t) != 0 || !is_in_data(at)) continue;
      const ElfW(Sym)& symbol = symbols_[ELF64_R_SYM(row->r_info)];
      visit(Slot{reinterpret_cast<uint64_t*>(at), strings_ + symbol.st_name, is_call,
                 symbol.st_shndx != SHN_UNDEF});
    }
  }

  const dl_phdr_info& info_;
  AddressRange code_, sealed_;
  const ElfW(Sym) * symbols_ = nullptr;
  const char* strings_ = nullptr;
  const ElfW(Rela) * relocations_ = nullptr;
  const ElfW(Rela) * calls_ = nullptr;
  uint64_t relocations_size_ = 0, calls_size_ = 0;
};

}  // namespace ajar::agent
