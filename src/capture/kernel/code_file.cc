#include "capture/kernel/code_file.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "objfile/go_table.h"

namespace ajar::capture::kernel {

using objfile::ElfFile;
using objfile::ElfSegment;

namespace {

// The process goes on: where the code lay when it was looked for, other code may lie by now.
bool still_leads_there(const std::string& path, const platform::MappedCode& code) {
  const std::vector<std::string> paths = platform::paths_through_process(code);
  return std::ranges::find(paths, path) != paths.end();
}

}  // namespace

platform::MappedRange told_range(const std::string& path) {
  std::error_code failed;
  const std::filesystem::path canonical = std::filesystem::canonical(path, failed);
  platform::MappedRange range;
  range.path = failed ? path : canonical.string();
  range.file = range.path;
  return range;
}

std::shared_ptr<const CodeFile> CodeFile::make(platform::MappedFile file, std::span<const std::byte> bytes) {
  std::shared_ptr<CodeFile> code(new CodeFile(std::move(file)));
  const auto elf = ElfFile::parse(bytes);
  if (!elf.ok()) return nullptr;
  code->build_id_ = elf.value().build_id();
  code->interpreter_ = elf.value().interpreter();
  code->is_32_ = !elf.value().header().is_64;
  code->entry_ = elf.value().header().entry;
  for (const ElfSegment& segment : elf.value().segments()) {
    if (segment.kind == ElfSegment::load && (segment.flags & ElfSegment::execute) != 0)
      code->code_.push_back(segment);
  }
  if (auto table = ModuleTable::make(elf.value()); table.ok()) code->table_ = std::move(table).value();
  code->python_ = find_python(elf.value());
  code->has_frame_pointers_ = objfile::go_table_section(elf.value()) != nullptr;
  return code;
}

std::shared_ptr<const CodeFile> CodeFile::open(const platform::MappedCode& code) {
  std::vector<std::string> paths = platform::paths_through_process(code);
  paths.push_back(code.path);
  for (const std::string& path : paths) {
    auto file = platform::MappedFile::open(path);
    if (!file.ok()) continue;
    if (path != code.path && !still_leads_there(path, code)) continue;
    const std::span<const std::byte> bytes = file.value().bytes();
    if (ElfFile::is_elf(bytes)) return make(std::move(file).value(), bytes);
  }
  return nullptr;
}

std::shared_ptr<const CodeFile> CodeFile::vdso() {
  const std::span<const std::byte> bytes = platform::own_vdso();
  return bytes.empty() ? nullptr : make({}, bytes);
}

std::optional<std::uint64_t> CodeFile::address_at(std::uint64_t offset) const {
  for (const ElfSegment& segment : code_) {
    // A mapping begins at a whole page, perhaps before its segment does.
    constexpr std::uint64_t kPage = 4096;
    const std::uint64_t begin = segment.offset & ~(kPage - 1);
    if (offset >= begin && offset < segment.offset + segment.file_size)
      return segment.address + (offset - segment.offset);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> CodeFile::first_code() const {
  if (code_.empty()) return std::nullopt;
  return std::ranges::min(code_, {}, &ElfSegment::address).address;
}

std::vector<platform::MappedRange> CodeFile::loaded_at(std::uint64_t bias) const {
  constexpr std::uint64_t kPage = 4096;
  std::vector<platform::MappedRange> ranges;
  for (const ElfSegment& segment : code_) {
    const std::uint64_t before = segment.address % kPage;
    platform::MappedRange range;
    range.begin = bias + segment.address - before;
    range.end = (bias + segment.address + segment.file_size + kPage - 1) / kPage * kPage;
    range.offset = segment.offset - before;
    ranges.push_back(std::move(range));
  }
  return ranges;
}

std::shared_ptr<const CodeFile> CodeFiles::file_at(const std::string& path) {
  return file_of(0, 0, told_range(path));
}

std::shared_ptr<const CodeFile> CodeFiles::file_of(std::int64_t pid, std::uint64_t start_ticks,
                                                   const platform::MappedRange& range) {
  if (range.path.empty()) return nullptr;
  const bool known = files_.contains(range.file);
  std::shared_ptr<const CodeFile>& file = files_[range.file];
  if (known) return file;
  if (range.file.empty()) {
    file = CodeFile::vdso();
  } else {
    file = CodeFile::open({.pid = pid,
                           .start_ticks = start_ticks,
                           .path = range.path,
                           .begin = range.begin,
                           .end = range.end,
                           .named_by_kernel = true});
  }
  return file;
}

}  // namespace ajar::capture::kernel
