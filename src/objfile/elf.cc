#include "objfile/elf.h"

#include <algorithm>

#include "objfile/elf_fields.h"

// Field order, sizes and numbers are those of the System V ABI, generic part, chapters 4 and 5.
namespace ajar::objfile {
namespace {

constexpr std::size_t kLongestSectionName = 256;
constexpr std::uint16_t kCountIsInSection0 = 0xffff;

struct Machine {
  ElfMachine number;
  std::string_view name;
};
constexpr Machine kMachines[] = {
    {ElfMachine::x86, "32-bit x86"}, {ElfMachine::ppc64, "64-bit PowerPC"}, {ElfMachine::s390, "s390"},
    {ElfMachine::arm, "32-bit ARM"}, {ElfMachine::x86_64, "x86-64"},        {ElfMachine::aarch64, "AArch64"},
    {ElfMachine::riscv, "RISC-V"},
};

ElfSegment read_segment(base::ByteReader in, bool is_64) {
  ElfSegment segment;
  segment.kind = in.read<std::uint32_t>();
  if (is_64) segment.flags = in.read<std::uint32_t>();
  segment.offset = elf::read_word(in, is_64);
  segment.address = elf::read_word(in, is_64);
  elf::read_word(in, is_64);  // the physical address
  segment.file_size = elf::read_word(in, is_64);
  segment.memory_size = elf::read_word(in, is_64);
  if (!is_64) segment.flags = in.read<std::uint32_t>();
  segment.alignment = elf::read_word(in, is_64);
  return segment;
}

struct RawSection {
  ElfSection section;
  std::uint32_t name = 0;
  std::uint32_t info = 0;
};

RawSection read_section(base::ByteReader in, bool is_64) {
  RawSection raw;
  raw.name = in.read<std::uint32_t>();
  raw.section.kind = in.read<std::uint32_t>();
  raw.section.flags = elf::read_word(in, is_64);
  raw.section.address = elf::read_word(in, is_64);
  raw.section.offset = elf::read_word(in, is_64);
  raw.section.size = elf::read_word(in, is_64);
  raw.section.link = in.read<std::uint32_t>();
  raw.info = in.read<std::uint32_t>();
  elf::read_word(in, is_64);  // the alignment
  raw.section.entry_size = elf::read_word(in, is_64);
  return raw;
}

}  // namespace

struct ElfFile::Layout {
  // A table of the file: `count` rows, `stride` bytes apart.
  struct Rows {
    std::uint64_t offset = 0;
    std::uint64_t stride = 0;
    std::uint64_t count = 0;
  };
  Rows segments, sections;
  std::uint64_t section_names = 0;  // which section holds them
};

std::string elf_machine_name(ElfMachine machine) {
  const auto* const found = std::ranges::find(kMachines, machine, &Machine::number);
  if (found != std::end(kMachines)) return std::string(found->name);
  return "machine " + std::to_string(static_cast<unsigned>(machine));
}

bool ElfFile::is_elf(std::span<const std::byte> bytes) {
  return base::ByteReader(bytes).read<std::uint32_t>() == 0x464c457fU;  // "\x7f" "ELF"
}

base::Result<ElfFile> ElfFile::parse(std::span<const std::byte> bytes) {
  ElfFile file(bytes);
  const auto layout = file.read_header();
  if (!layout.ok()) return layout.error();
  if (auto read = file.read_segments(layout.value()); !read.ok()) return std::move(read).error();
  file.read_sections(layout.value());
  return file;
}

base::Result<ElfFile::Layout> ElfFile::read_header() {
  if (!is_elf(bytes_)) return base::Error("not an ELF file");
  base::ByteReader in(bytes_);
  in.skip(4);
  const auto word_class = in.read<std::uint8_t>();
  const auto byte_order = in.read<std::uint8_t>();
  in.skip(10);  // version, operating system, padding
  if (in.ok() && byte_order != 1) return base::Error("a big-endian ELF file, which ajar does not read");
  if (in.ok() && word_class != 1 && word_class != 2)
    return base::Error("an ELF file of neither 32 nor 64 bits");

  Layout layout;
  header_.is_64 = word_class == 2;
  header_.type = ElfType{in.read<std::uint16_t>()};
  header_.machine = ElfMachine{in.read<std::uint16_t>()};
  in.skip(4);  // version
  header_.entry = elf::read_word(in, header_.is_64);
  layout.segments.offset = elf::read_word(in, header_.is_64);
  layout.sections.offset = elf::read_word(in, header_.is_64);
  in.skip(6);  // flags, size of this header
  layout.segments.stride = in.read<std::uint16_t>();
  layout.segments.count = in.read<std::uint16_t>();
  layout.sections.stride = in.read<std::uint16_t>();
  layout.sections.count = in.read<std::uint16_t>();
  layout.section_names = in.read<std::uint16_t>();
  if (!in.ok()) return base::Error("an ELF file that ends within its header");

  // Numbers too big for their field are in the first section's header.
  const std::uint64_t row_size = header_.is_64 ? 64 : 40;
  if (layout.sections.offset == 0 || layout.sections.stride < row_size) {
    layout.sections = {};
    return layout;
  }
  const auto first =
      read_section(base::ByteReader(bytes_at(layout.sections.offset, row_size)), header_.is_64);
  if (layout.sections.count == 0) layout.sections.count = first.section.size;
  if (layout.segments.count == kCountIsInSection0) layout.segments.count = first.info;
  if (layout.section_names == kCountIsInSection0) layout.section_names = first.section.link;
  return layout;
}

base::Result<void> ElfFile::read_segments(const Layout& layout) {
  const Layout::Rows& rows = layout.segments;
  const std::uint64_t row_size = header_.is_64 ? 56 : 32;
  if (rows.count == 0) return {};
  if (rows.stride < row_size) return base::Error("an ELF file whose program headers are too short");
  if (rows.offset > bytes_.size() || rows.count > (bytes_.size() - rows.offset) / rows.stride) {
    return base::Error("an ELF file whose program headers are beyond its end (cut short?)");
  }
  segments_.reserve(static_cast<std::size_t>(rows.count));
  for (std::uint64_t i = 0; i < rows.count; ++i) {
    const auto row = bytes_at(rows.offset + i * rows.stride, row_size);
    segments_.push_back(read_segment(base::ByteReader(row), header_.is_64));
  }
  return {};
}

void ElfFile::read_sections(const Layout& layout) {
  const Layout::Rows& rows = layout.sections;
  if (rows.count == 0 || rows.offset > bytes_.size()) return;
  if (rows.count > (bytes_.size() - rows.offset) / rows.stride) return;
  const std::uint64_t row_size = header_.is_64 ? 64 : 40;
  std::vector<std::uint32_t> names;
  for (std::uint64_t i = 0; i < rows.count; ++i) {
    const auto row = bytes_at(rows.offset + i * rows.stride, row_size);
    const auto raw = read_section(base::ByteReader(row), header_.is_64);
    sections_.push_back(raw.section);
    names.push_back(raw.name);
  }
  if (layout.section_names >= sections_.size()) return;
  const auto table = contents(sections_[static_cast<std::size_t>(layout.section_names)]);
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    sections_[i].name = elf::text_at(table, names[i], kLongestSectionName);
  }
}

std::span<const std::byte> ElfFile::bytes_at(std::uint64_t offset, std::uint64_t size) const {
  base::ByteReader in(bytes_);
  in.seek(offset);
  return in.bytes(size);
}

std::span<const std::byte> ElfFile::contents(const ElfSection& section) const {
  if (section.kind == ElfSection::no_bits) return {};
  return bytes_at(section.offset, section.size);
}

std::span<const std::byte> ElfFile::contents(const ElfSegment& segment) const {
  return bytes_at(segment.offset, segment.file_size);
}

const ElfSection* ElfFile::section(std::string_view name) const {
  const auto found = std::ranges::find(sections_, name, &ElfSection::name);
  return found == sections_.end() ? nullptr : &*found;
}

const ElfSection* ElfFile::code_section(std::uint64_t address) const {
  const auto found = std::ranges::find_if(sections_, [address](const ElfSection& s) {
    return (s.flags & ElfSection::executable) != 0 && address >= s.address && address - s.address < s.size;
  });
  return found == sections_.end() ? nullptr : &*found;
}

const ElfSegment* ElfFile::segment(ElfSegment::Kind kind) const {
  const auto found = std::ranges::find(segments_, static_cast<std::uint32_t>(kind), &ElfSegment::kind);
  return found == segments_.end() ? nullptr : &*found;
}

}  // namespace ajar::objfile
