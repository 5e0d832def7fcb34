#include "symbolize/pe_module.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ajar::symbolize {

base::Result<std::unique_ptr<PeModule>> PeModule::open(std::string path, platform::MappedFile file) {
  auto pe = objfile::PeFile::parse(file.bytes());
  if (!pe.ok()) return std::move(pe).error().in(path);
  return std::unique_ptr<PeModule>(new PeModule(std::move(path), std::move(file), std::move(pe).value()));
}

bool PeModule::has_information() const {
  return std::ranges::any_of(pe_.sections(), [](const objfile::PeSection& section) {
    return section.name == ".debug_info" || section.name == ".zdebug_info";
  });
}

// In DWARF the image is where the linker laid it.
void PeModule::find(std::span<const std::uint64_t> addresses, const objfile::dwarf::Reader::Found& found) {
  if (!has_information()) return;
  if (reader_ == nullptr) {
    sections_ = std::make_unique<objfile::DebugSections>(pe_);
    reader_ = std::make_unique<objfile::dwarf::Reader>(sections_->sections());
  }
  const std::uint64_t base = pe_.header().image_base;
  std::vector<std::uint64_t> laid(addresses.begin(), addresses.end());
  for (std::uint64_t& address : laid) address += base;
  if (!std::ranges::is_sorted(laid)) return;  // an image that claims to lie across the end of memory
  reader_->find(laid, [&](std::size_t index, objfile::dwarf::Chain&& chain) {
    for (objfile::dwarf::Place& place : chain) place.begin -= base;
    found(index, std::move(chain));
  });
}

std::string PeModule::trouble() const {
  if (sections_ != nullptr && sections_->trouble()) return sections_->trouble()->message();
  if (reader_ != nullptr && reader_->trouble()) return reader_->trouble()->message();
  const auto pdb = has_information() ? std::nullopt : pe_.pdb();
  if (!pdb || pdb->path.empty()) return {};
  return "its debug information is in " + std::string(pdb->path) + ", which ajar does not read";
}

void PeModule::rest() {
  reader_.reset();
  sections_.reset();
}

}  // namespace ajar::symbolize
