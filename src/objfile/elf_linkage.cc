#include "objfile/elf.h"
#include "objfile/elf_fields.h"

namespace ajar::objfile {
namespace {

constexpr std::uint64_t kEndOfDynamic = 0;            // DT_NULL
constexpr std::uint64_t kDynamicFlags1 = 0x6ffffffb;  // DT_FLAGS_1
constexpr std::uint64_t kFlagPie = 0x08000000;        // DF_1_PIE
constexpr std::size_t kLongestPath = 4096;            // PATH_MAX

}  // namespace

ElfLinkage ElfFile::linkage() const {
  if (header_.type != ElfType::executable && header_.type != ElfType::shared) return ElfLinkage::none;
  if (segment(ElfSegment::interpreter) != nullptr) return ElfLinkage::dynamic;
  if (header_.type == ElfType::executable) return ElfLinkage::static_fixed;
  const ElfSegment* dynamic = segment(ElfSegment::dynamic);
  return dynamic == nullptr || has_pie_flag(*dynamic) ? ElfLinkage::static_pie : ElfLinkage::shared_library;
}

bool ElfFile::has_pie_flag(const ElfSegment& dynamic) const {
  base::ByteReader in(bytes_at(dynamic.offset, dynamic.file_size));
  for (;;) {
    const std::uint64_t tag = elf::read_word(in, header_.is_64);
    const std::uint64_t value = elf::read_word(in, header_.is_64);
    if (!in.ok() || tag == kEndOfDynamic) return false;
    if (tag == kDynamicFlags1) return (value & kFlagPie) != 0;
  }
}

std::string_view ElfFile::interpreter() const {
  const ElfSegment* found = segment(ElfSegment::interpreter);
  if (found == nullptr) return {};
  return elf::text_at(bytes_at(found->offset, found->file_size), 0, kLongestPath);
}

}  // namespace ajar::objfile
