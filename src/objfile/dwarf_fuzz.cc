// Whatever the bytes are, asking an ELF file for its debug information ends, and stays within them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "objfile/debug_sections.h"
#include "objfile/dwarf/reader.h"
#include "objfile/elf.h"

namespace ajar::objfile {
namespace {

// The file stands for all the others that it may refer to.
class Itself final : public dwarf::Companions {
 public:
  explicit Itself(const DebugSections& sections) : sections_(sections) {}

  const dwarf::Sections* supplementary() override { return &sections_.sections(); }
  const dwarf::Sections* split(const dwarf::SplitUnit& /*unit*/) override { return &sections_.split(); }
  const dwarf::Sections* package() override { return &sections_.split(); }

 private:
  const DebugSections& sections_;
};

// Some of every part of the code.
std::vector<std::uint64_t> addresses_of(const ElfFile& elf) {
  constexpr std::uint64_t kOfEach = 16;
  std::vector<std::uint64_t> addresses;
  for (const ElfSection& section : elf.sections()) {
    if ((section.flags & ElfSection::executable) == 0) continue;
    for (std::uint64_t i = 0; i < kOfEach; ++i)
      addresses.push_back(section.address + section.size / kOfEach * i);
  }
  std::ranges::sort(addresses);
  addresses.erase(std::ranges::unique(addresses).begin(), addresses.end());
  return addresses;
}

}  // namespace
}  // namespace ajar::objfile

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto elf = ajar::objfile::ElfFile::parse(std::as_bytes(std::span(data, size)));
  if (!elf.ok()) return 0;
  const ajar::objfile::DebugSections sections(elf.value());
  ajar::objfile::Itself itself(sections);
  ajar::objfile::dwarf::Reader reader(sections.sections(), &itself);
  reader.find(ajar::objfile::addresses_of(elf.value()), [](std::size_t, ajar::objfile::dwarf::Chain&&) {});
  return 0;
}
