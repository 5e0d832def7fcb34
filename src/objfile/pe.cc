#include "objfile/pe.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>

#include "base/byte_reader.h"

namespace ajar::objfile {
namespace {

constexpr std::string_view kDosMagic = "MZ";
constexpr std::string_view kMagic{"PE\0\0", 4};
constexpr std::uint64_t kHeaderOffset = 0x3c;  // of the place that says where the PE header is
constexpr std::uint64_t kCoffHeader = 20;      // bytes
constexpr std::uint16_t kPe32 = 0x10b, kPe32Plus = 0x20b;
constexpr std::size_t kShortName = 8;
constexpr std::size_t kLongestSectionName = 256;
constexpr std::uint32_t kCodeView = 2;
constexpr std::string_view kPdbMagic = "RSDS";

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Up to the first NUL.
std::string_view c_text(std::span<const std::byte> bytes) {
  const std::string_view text = as_text(bytes);
  return text.substr(0, text.find('\0'));
}

std::string hex(std::uint64_t value, unsigned digits) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%0*llx", static_cast<int>(digits),
                static_cast<unsigned long long>(value));
  return text.data();
}

// The first three parts of a GUID are numbers, little-endian; the last is bytes.
std::string guid_text(std::span<const std::byte> guid) {
  base::ByteReader in(guid);
  std::string text = hex(in.read<std::uint32_t>(), 8);
  text += hex(in.read<std::uint16_t>(), 4);
  text += hex(in.read<std::uint16_t>(), 4);
  while (in.remaining() > 0) text += hex(in.read<std::uint8_t>(), 2);
  return text;
}

// As LLVM writes offsets that have no room in decimal.
std::optional<std::uint64_t> from_base64(std::string_view digits) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::uint64_t value = 0;
  for (const char c : digits) {
    const std::size_t digit = alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    value = value * alphabet.size() + digit;
  }
  return value;
}

std::optional<std::uint64_t> long_name_offset(std::string_view field) {
  if (field.starts_with("//")) return from_base64(field.substr(2));
  if (!field.starts_with('/')) return std::nullopt;
  std::uint64_t offset = 0;
  const char* const end = field.data() + field.size();
  return std::from_chars(field.data() + 1, end, offset).ptr == end ? std::optional(offset) : std::nullopt;
}

}  // namespace

bool PeFile::is_pe(std::span<const std::byte> bytes) {
  return bytes.size() >= kDosMagic.size() && as_text(bytes.first(kDosMagic.size())) == kDosMagic;
}

base::Result<PeFile> PeFile::parse(std::span<const std::byte> bytes) {
  PeFile file(bytes);
  const auto read = file.read();
  if (!read.ok()) return read.error();
  return file;
}

base::Result<void> PeFile::read() {
  if (!is_pe(bytes_)) return base::Error("not a Windows program or library");
  base::ByteReader in(bytes_);
  in.seek(kHeaderOffset);
  const auto at = in.read<std::uint32_t>();
  in.seek(at);
  if (in.text(kMagic.size()) != kMagic) return base::Error("a DOS program, not one of Windows");
  header_.machine = PeMachine{in.read<std::uint16_t>()};
  const auto sections = in.read<std::uint16_t>();
  header_.timestamp = in.read<std::uint32_t>();
  symbols_at_ = in.read<std::uint32_t>();
  symbol_count_ = in.read<std::uint32_t>();
  const auto optional_size = in.read<std::uint16_t>();
  in.skip(sizeof(std::uint16_t));  // characteristics
  const Bytes optional = in.bytes(optional_size);
  if (!in.ok() || !read_optional_header(optional)) {
    return base::Error("its headers are damaged or cut off; a whole copy of the file is needed");
  }
  read_sections(at + kMagic.size() + kCoffHeader + optional_size, sections);
  return {};
}

bool PeFile::read_optional_header(Bytes header) {
  constexpr std::uint64_t kEntry = 16, kBase = 24, kImageSize = 56, kCount32 = 92, kCount64 = 108;
  base::ByteReader in(header);
  const auto magic = in.read<std::uint16_t>();
  if (magic != kPe32 && magic != kPe32Plus) return false;
  header_.is_64 = magic == kPe32Plus;
  in.seek(kEntry);
  header_.entry = in.read<std::uint32_t>();
  in.seek(kBase);
  if (header_.is_64) {
    header_.image_base = in.read<std::uint64_t>();
  } else {
    in.skip(sizeof(std::uint32_t));  // PE32 has the data's base before it
    header_.image_base = in.read<std::uint32_t>();
  }
  in.seek(kImageSize);
  header_.size_of_image = in.read<std::uint32_t>();
  in.seek(header_.is_64 ? kCount64 : kCount32);
  const std::size_t count = std::min<std::size_t>(in.read<std::uint32_t>(), kDirectories);
  if (!in.ok()) return false;
  for (std::size_t i = 0; i < count && in.remaining() > 0; ++i) {
    directories_[i].address = in.read<std::uint32_t>();
    directories_[i].size = in.read<std::uint32_t>();
  }
  return true;
}

void PeFile::read_sections(std::uint64_t at, std::uint16_t count) {
  constexpr std::uint64_t kRest = 12;  // relocations and line numbers, which images have none of
  base::ByteReader in(bytes_);
  in.seek(at);
  for (unsigned i = 0; i < count; ++i) {
    PeSection section;
    section.name = section_name(in.bytes(kShortName));
    section.memory_size = in.read<std::uint32_t>();
    section.address = in.read<std::uint32_t>();
    section.file_size = in.read<std::uint32_t>();
    section.offset = in.read<std::uint32_t>();
    in.skip(kRest);
    section.flags = in.read<std::uint32_t>();
    if (!in.ok()) break;
    if (section.memory_size != 0) by_address_.push_back(static_cast<std::uint16_t>(sections_.size()));
    sections_.push_back(section);
  }
  std::ranges::stable_sort(by_address_, {}, [this](std::uint16_t index) { return sections_[index].address; });
}

// Sections and symbols whose names are longer than eight bytes have them behind the symbol table.
PeFile::Bytes PeFile::long_name(std::uint64_t offset) const {
  constexpr std::uint64_t kSymbol = 18;
  const std::uint64_t names = symbols_at_ + std::uint64_t{symbol_count_} * kSymbol;
  if (symbols_at_ == 0 || offset < sizeof(std::uint32_t)) return {};
  return bytes_at(names + offset, bytes_.size());
}

// In the header of a section: "/123" is the name at 123, and "//" begins a number of base 64.
std::string_view PeFile::section_name(Bytes field) const {
  const std::string_view name = c_text(field);
  const auto offset = long_name_offset(name);
  if (!offset.has_value()) return name;
  const Bytes there = long_name(*offset);
  const std::string_view found = c_text(there.first(std::min(there.size(), kLongestSectionName)));
  return found.empty() ? name : found;
}

const PeSection* PeFile::section(std::string_view name) const {
  const auto found = std::ranges::find(sections_, name, &PeSection::name);
  return found == sections_.end() ? nullptr : &*found;
}

// Sections of an image don't overlap. Where they do after all, the one that begins last counts.
const PeSection* PeFile::section_at(std::uint64_t address) const {
  const auto start_of = [this](std::uint16_t index) { return sections_[index].address; };
  const auto after = std::ranges::upper_bound(by_address_, address, {}, start_of);
  if (after == by_address_.begin()) return nullptr;
  const PeSection& section = sections_[*(after - 1)];
  return address - section.address < section.memory_size ? &section : nullptr;
}

const PeSection* PeFile::code_section(std::uint64_t address) const {
  const PeSection* const section = section_at(address);
  if (section == nullptr || (section->flags & (PeSection::code | PeSection::execute)) == 0) return nullptr;
  return section;
}

PeFile::Bytes PeFile::bytes_at(std::uint64_t offset, std::uint64_t size) const {
  if (offset >= bytes_.size()) return {};
  const std::uint64_t there = std::min<std::uint64_t>(size, bytes_.size() - offset);
  return bytes_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(there));
}

PeFile::Bytes PeFile::contents(const PeSection& section) const {
  const std::uint32_t size =
      section.memory_size == 0 ? section.file_size : std::min(section.memory_size, section.file_size);
  return bytes_at(section.offset, size);
}

PeFile::Bytes PeFile::mapped_at(std::uint64_t address) const {
  const PeSection* const section = section_at(address);
  if (section == nullptr) return {};
  const Bytes bytes = contents(*section);
  const std::uint64_t offset = address - section->address;
  return offset < bytes.size() ? bytes.subspan(static_cast<std::size_t>(offset)) : Bytes();
}

PeFile::Bytes PeFile::table(Table which) const {
  const Directory& directory = directories_[static_cast<std::size_t>(which)];
  const Bytes bytes = directory.size == 0 ? Bytes() : mapped_at(directory.address);
  return bytes.first(std::min<std::size_t>(bytes.size(), directory.size));
}

std::optional<PePdb> PeFile::pdb() const {
  constexpr std::uint64_t kBeforeType = 12, kAfterType = 8, kEntry = 28;
  const Bytes all = table(Table::debug);
  for (std::size_t at = 0; at + kEntry <= all.size(); at += kEntry) {
    base::ByteReader entry(all.subspan(at, kEntry));
    entry.skip(kBeforeType);
    const bool is_code_view = entry.read<std::uint32_t>() == kCodeView;
    const auto size = entry.read<std::uint32_t>();
    entry.skip(kAfterType - sizeof(size));
    const auto offset = entry.read<std::uint32_t>();
    base::ByteReader record(is_code_view ? bytes_at(offset, size) : Bytes());
    PePdb pdb;
    if (record.text(kPdbMagic.size()) != kPdbMagic) continue;
    std::ranges::copy(record.bytes(pdb.guid.size()), pdb.guid.begin());
    pdb.age = record.read<std::uint32_t>();
    if (!record.ok()) continue;
    pdb.path = c_text(record.bytes(record.remaining()));
    return pdb;
  }
  return std::nullopt;
}

std::string PeFile::identity() const {
  return pe_identity(pdb(), header_.timestamp, header_.size_of_image);
}

std::string pe_identity(const std::optional<PePdb>& pdb, std::uint32_t timestamp,
                        std::uint32_t size_of_image) {
  if (pdb.has_value()) return guid_text(pdb->guid) + hex(pdb->age, 1);
  if (timestamp == 0) return {};
  return hex(timestamp, 8) + hex(size_of_image, 1);
}

std::optional<DebugLink> PeFile::debug_link() const {
  const PeSection* const found = section(".gnu_debuglink");
  return found == nullptr ? std::nullopt : read_debug_link(contents(*found));
}

}  // namespace ajar::objfile
