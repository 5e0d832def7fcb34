#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "objfile/elf.h"
#include "objfile/unpack.h"
#include "unwind/cfi.h"
#include "unwind/table.h"

namespace ajar::capture {

// The call-frame rules of a module's file as one table, for walkers that are not in its process: at all
// addresses of its code, from .eh_frame and, where that says nothing, from .debug_frame. What it costs stands
// in README.md.
class ModuleTable {
 public:
  // An error for a file of another machine or one without code. One without call-frame information has a
  // table without rows. Keeps to the file's bytes, which must outlive it.
  static base::Result<ModuleTable> make(const objfile::ElfFile& file);

  // For ajar_unwind_rule() with addresses as the file has them. Moves with this object, and is its own.
  [[nodiscard]] ajar_unwind_table table() const;
  [[nodiscard]] std::size_t row_count() const { return offsets_.size(); }
  [[nodiscard]] std::size_t rule_count() const { return rules_.size(); }
  [[nodiscard]] std::size_t fde_count() const { return fde_count_; }
  [[nodiscard]] std::size_t unreadable() const { return unreadable_; }
  [[nodiscard]] std::size_t bytes() const;

  // The information itself, for rules that are EXOTIC (unwind/full_step.h).
  [[nodiscard]] unwind::CallFrameInfo frames(std::uint64_t load_bias) const;

 private:
  ModuleTable() = default;

  void add_section(const objfile::ElfFile& file, const char* name, unwind::CfiSection::Form form);
  [[nodiscard]] std::size_t section_bytes() const;
  bool build(const objfile::ElfFile& file, std::size_t most_rows, std::size_t most_fdes);

  std::vector<unwind::CfiSection> sections_;
  std::vector<objfile::UnpackedBytes> unpacked_;
  std::uint64_t base_ = 0;
  std::vector<std::uint32_t> offsets_;
  std::vector<std::uint16_t> rule_of_;
  std::vector<ajar_rule> rules_;
  std::size_t fde_count_ = 0;
  std::size_t unreadable_ = 0;
};

}  // namespace ajar::capture
