#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/kernel/module_table.h"
#include "capture/kernel/python_file.h"
#include "objfile/elf.h"
#include "platform/mapped_file.h"
#include "platform/process_files.h"

namespace ajar::capture::kernel {

// A file that processes have mapped as code: what walkers from outside need of it. It stays open, and so
// readable when it was deleted or replaced.
class CodeFile {
 public:
  // nullptr for a file that can't be opened or is no ELF file.
  static std::shared_ptr<const CodeFile> open(const platform::MappedCode& code);
  static std::shared_ptr<const CodeFile> vdso();

  [[nodiscard]] const std::string& build_id() const { return build_id_; }

  // The address, as the file has it, of what is at an offset of the file; nothing where that is no code.
  [[nodiscard]] std::optional<std::uint64_t> address_at(std::uint64_t offset) const;

  // The program's own first code, and where the kernel begins it, as the file has them.
  [[nodiscard]] std::optional<std::uint64_t> first_code() const;
  [[nodiscard]] std::uint64_t entry() const { return entry_; }
  // The path of the dynamic linker; empty where there is none.
  [[nodiscard]] const std::string& interpreter() const { return interpreter_; }
  // What the kernel maps as code when it loads the file so far from its own addresses.
  [[nodiscard]] std::vector<platform::MappedRange> loaded_at(std::uint64_t bias) const;

  // nullptr where the file has no call-frame information.
  [[nodiscard]] const ModuleTable* table() const {
    return table_ && table_->row_count() > 0 ? &*table_ : nullptr;
  }

  // nullptr where the file has no CPython interpreter of a release that is known here.
  [[nodiscard]] const PythonFile* python() const { return python_ ? &*python_ : nullptr; }

  // Of a program of 32 bits.
  [[nodiscard]] bool is_32() const { return is_32_; }

  // Code without call-frame information that has frame pointers all the same, as Go's has.
  [[nodiscard]] bool has_frame_pointers() const { return has_frame_pointers_; }

 private:
  explicit CodeFile(platform::MappedFile file) : file_(std::move(file)) {}
  static std::shared_ptr<const CodeFile> make(platform::MappedFile file, std::span<const std::byte> bytes);

  platform::MappedFile file_;
  std::string build_id_;
  std::string interpreter_;
  std::uint64_t entry_ = 0;
  std::vector<objfile::ElfSegment> code_;
  std::optional<ModuleTable> table_;
  std::optional<PythonFile> python_;
  bool has_frame_pointers_ = false;
  bool is_32_ = false;
};

// A range of a file of which only the path is known. Where it lies is left to the caller.
platform::MappedRange told_range(const std::string& path);

// Each file is opened once, however many processes run it. One thread at a time.
class CodeFiles {
 public:
  // Of a process that lives. nullptr where it is not readable.
  std::shared_ptr<const CodeFile> file_of(std::int64_t pid, std::uint64_t start_ticks,
                                          const platform::MappedRange& range);
  // By a path that was told: of a process that may be gone, in the file system that ajar sees.
  std::shared_ptr<const CodeFile> file_at(const std::string& path);

 private:
  std::map<std::string, std::shared_ptr<const CodeFile>> files_;  // by MappedRange::file
};

}  // namespace ajar::capture::kernel
