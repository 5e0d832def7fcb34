#include "symbolize/pe_module.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/path.h"
#include "symbolize/module_files.h"

namespace ajar::symbolize {

base::Result<std::unique_ptr<PeModule>> PeModule::open(std::string path, platform::MappedFile file) {
  auto pe = objfile::PeFile::parse(file.bytes());
  if (!pe.ok()) return std::move(pe).error().in(path);
  return std::unique_ptr<PeModule>(new PeModule(std::move(path), std::move(file), std::move(pe).value()));
}

bool PeModule::has_information() const {
  return has_own_ || !pdb_path().empty();
}

// In DWARF the image is where the linker laid it.
void PeModule::find(std::span<const std::uint64_t> addresses, const objfile::dwarf::Reader::Found& found) {
  if (!has_own_) return;
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

namespace {

// Whether the file is still the image that was opened, for somebody who will open it again.
bool is_still(const std::string& path, const objfile::PeFile& pe) {
  const auto file = platform::MappedFile::open(path);
  const auto now = file.ok() ? objfile::PeFile::parse(file.value().bytes()) : base::Error("");
  return now.ok() && now.value().header() == pe.header() && now.value().identity() == pe.identity();
}

}  // namespace

// Asks of code only: of all other addresses a PDB knows what is nearest.
model::ModuleSymbols PeModule::find_in_pdb(std::span<const std::uint64_t> addresses, const std::string& root,
                                           const std::vector<std::string>& folders,
                                           platform::PdbNames& names) {
  if (has_own_) return {};
  if (!pdb_) pdb_ = find_pdb(pe_, {.image = path_, .root = root, .folders = folders});
  if (pdb_->path.empty()) return {};
  pdb_trouble_.clear();
  if (!is_still(path_, pe_)) {
    pdb_trouble_ = path_ + " was replaced after it was opened";
    return {};
  }
  std::vector<std::uint64_t> code;
  std::ranges::copy_if(addresses, std::back_inserter(code),
                       [this](std::uint64_t address) { return pe_.code_section(address) != nullptr; });
  const std::string recorded(pe_.pdb()->path);
  auto found = names.find(
      {.image = path_, .name = std::string(base::file_name(recorded)), .pdb = pdb_->path, .addresses = code});
  if (found.ok()) return std::move(found).value();
  pdb_trouble_ = found.error().message();
  return {};
}

std::string PeModule::pdb_path() const {
  return pdb_ && pdb_trouble_.empty() ? pdb_->path : std::string();
}

std::vector<std::string> PeModule::troubles() const {
  std::vector<std::string> all;
  if (sections_ != nullptr && sections_->trouble()) all.push_back(sections_->trouble()->message());
  if (reader_ != nullptr && reader_->trouble()) all.push_back(reader_->trouble()->message());
  if (pdb_ && pdb_path().empty()) std::ranges::move(pdb_troubles(), std::back_inserter(all));
  return all;
}

std::vector<std::string> PeModule::pdb_troubles() const {
  if (!pdb_->path.empty()) return {pdb_->path + ": " + pdb_trouble_};
  std::vector<std::string> all = pdb_->troubles;
  const auto pdb = pe_.pdb();
  if (pdb && !pdb->path.empty())
    all.push_back("its debug information is in " + std::string(pdb->path) +
                  ", which is not here; name its folder with --symbol-path");
  return all;
}

void PeModule::rest() {
  reader_.reset();
  sections_.reset();
  pdb_.reset();
  pdb_trouble_.clear();
}

}  // namespace ajar::symbolize
