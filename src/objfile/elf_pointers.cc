#include "objfile/elf_pointers.h"

#include <algorithm>

#include "base/byte_reader.h"

namespace ajar::objfile {
namespace {

constexpr std::uint32_t kRelocationsWithAddends = 4;  // SHT_RELA
constexpr std::size_t kRowSize = 24;                  // Elf64_Rela

// The relocation that adds the place where the file is loaded; 0 for machines that are not known.
std::uint32_t relative_of(ElfMachine machine) {
  switch (machine) {
    case ElfMachine::x86_64:
      return 8;
    case ElfMachine::aarch64:
      return 1027;
    case ElfMachine::riscv:
      return 3;
    case ElfMachine::ppc64:
      return 22;
    default:
      return 0;
  }
}

bool holds_data(const ElfSegment& segment) {
  return segment.kind == ElfSegment::load && (segment.flags & ElfSegment::write) != 0;
}

}  // namespace

std::span<const std::byte> bytes_from(const ElfFile& elf, std::uint64_t address) {
  for (const ElfSegment& segment : elf.segments()) {
    if (segment.kind != ElfSegment::load || address < segment.address) continue;
    const std::span<const std::byte> bytes = elf.contents(segment);
    const std::uint64_t at = address - segment.address;
    if (at < bytes.size()) return bytes.subspan(static_cast<std::size_t>(at));
  }
  return {};
}

ElfPointers::ElfPointers(const ElfFile& elf) : elf_(elf) {
  const std::uint32_t relative = relative_of(elf.header().machine);
  if (!elf.header().is_64 || relative == 0) return;
  for (const ElfSection& section : elf.sections()) {
    const bool loaded = (section.flags & ElfSection::allocated) != 0;
    if (section.kind == kRelocationsWithAddends && loaded) read_relocations(section, relative);
  }
  std::ranges::sort(relocations_);
}

void ElfPointers::read_relocations(const ElfSection& section, std::uint32_t relative) {
  base::ByteReader in(elf_.contents(section));
  while (in.remaining() >= kRowSize) {
    const auto address = in.read<std::uint64_t>();
    const auto kind = in.read<std::uint32_t>();
    in.skip(4);  // the symbol
    const auto pointer = in.read<std::uint64_t>();
    if (kind == relative) relocations_.emplace_back(address, pointer);
  }
}

std::optional<std::uint64_t> ElfPointers::at(std::uint64_t address) const {
  const auto known =
      std::ranges::lower_bound(relocations_, address, {}, [](const auto& row) { return row.first; });
  if (known != relocations_.end() && known->first == address) return known->second;
  base::ByteReader in(bytes_from(elf_, address));
  const auto pointer = in.read<std::uint64_t>();
  return in.ok() ? std::optional(pointer) : std::nullopt;
}

std::vector<std::uint64_t> ElfPointers::to(std::uint64_t target) const {
  std::vector<std::uint64_t> found;
  for (const auto& [address, pointer] : relocations_) {
    if (pointer == target) found.push_back(address);
  }
  for (const ElfSegment& segment : elf_.segments()) {
    if (!holds_data(segment)) continue;
    for_each_aligned_word(elf_, segment, [&](std::uint64_t address, std::span<const std::byte> word) {
      if (base::ByteReader(word).read<std::uint64_t>() == target) found.push_back(address);
    });
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

}  // namespace ajar::objfile
