#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "capture/kernel/followed_rules.h"
#include "objfile/elf.h"
#include "objfile/unpack.h"
#include "unwind/cfi.h"
#include "unwind/table.h"
#include "unwind/table_builder.h"

namespace ajar::capture::kernel {

// The call-frame rules of a module's file as one table, for walkers that are not in its process: at all
// addresses of its code, from .eh_frame and, where that says nothing, from .debug_frame, and where that says
// nothing either, from the instructions themselves (followed_rules.h; not of 32-bit code). What it costs
// stands in unwind/README.md.
class ModuleTable {
 public:
  // An error for a file of another machine or one without code. Keeps to the file's bytes, which must outlive
  // it.
  static base::Result<ModuleTable> make(const objfile::ElfFile& file);

  // What call-frame information alone says: a table without rows, where there is none.
  static base::Result<ModuleTable> of_frames(const objfile::ElfFile& file);

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
  void add(const std::vector<FollowedRules::Row>& followed);
  bool build(const unwind::CodeSpan& code, std::size_t most_rows, std::size_t most_fdes);

  std::vector<unwind::CfiSection> sections_;
  std::vector<objfile::UnpackedBytes> unpacked_;
  std::uint64_t base_ = 0;
  std::vector<std::uint32_t> offsets_;
  std::vector<std::uint16_t> rule_of_;
  std::vector<ajar_rule> rules_;
  std::size_t fde_count_ = 0;
  std::size_t unreadable_ = 0;
};

}  // namespace ajar::capture::kernel
