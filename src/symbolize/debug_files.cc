#include "symbolize/debug_files.h"

#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "base/path.h"
#include "objfile/unpack_xz.h"
#include "symbolize/module_files.h"

// Where debuggers look: GDB's manual, "Debugging Information in Separate Files".
namespace ajar::symbolize {
namespace {

using objfile::DebugSections;
using objfile::ElfFile;
using objfile::has_debug_information;
using objfile::dwarf::SplitUnit;

constexpr const char* kDebugFolder = "/usr/lib/debug";
constexpr std::size_t kMostSplitFiles = 4096;  // kept open at a time
constexpr std::size_t kMostTroubles = 8;

std::uint32_t crc_of(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

bool is_absolute(const std::string& path) {
  return path.starts_with('/');
}

// With links followed: what lies beside a file lies beside where it really is.
std::string real_path(const std::string& path) {
  std::error_code failed;
  const std::filesystem::path real = std::filesystem::canonical(path, failed);
  return failed ? path : real.string();
}

}  // namespace

DebugFiles::DebugFiles(const ElfBytes* program, DebugSearch search)
    : program_(program), search_(std::move(search)) {
  if (program_ == nullptr || !has_debug_information(program_->elf)) find_separate();
  unpack_table();
}

DebugFiles::~DebugFiles() = default;

void DebugFiles::note_trouble(const std::string& words) {
  if (troubles_.size() < kMostTroubles && std::ranges::find(troubles_, words) == troubles_.end())
    troubles_.push_back(words);
}

std::vector<std::string> DebugFiles::by_build_id(const std::string& build_id) const {
  const std::string by_id = build_id_path(build_id);
  std::vector<std::string> paths;
  if (by_id.empty()) return paths;
  const auto add = [&](const std::string& root) {
    paths.push_back(below(root + kDebugFolder + "/.build-id", by_id + ".debug"));
  };
  for (const std::string& folder : search_.folders) {
    paths.push_back(below(folder + "/.build-id", by_id + ".debug"));
    add(folder);
  }
  if (!search_.root.empty()) add(search_.root);
  add("");
  return paths;
}

std::vector<std::string> DebugFiles::link_paths(const std::string& file) const {
  std::vector<std::string> paths;
  const std::string folder = std::string(base::folder_of(search_.path));
  const auto beside = [&](const std::string& root, const std::string& where) {
    paths.push_back(below(root + where, file));
    paths.push_back(below(root + where + "/.debug", file));
    paths.push_back(below(root + kDebugFolder + where, file));
  };
  for (const std::string& extra : search_.folders) {
    paths.push_back(below(extra, file));
    beside(extra, folder);
  }
  if (program_ != nullptr && is_absolute(program_->path))
    beside("", std::string(base::folder_of(real_path(program_->path))));
  beside(search_.root, folder);
  if (!search_.root.empty()) beside("", folder);
  return paths;
}

// In the folders that the user named there may be the program as it was before it was stripped, or its debug
// file under a name that nothing points to.
std::vector<std::string> DebugFiles::named_paths() const {
  std::vector<std::string> paths;
  const std::string by_id = build_id_path(search_.build_id);
  for (const std::string& folder : search_.folders) {
    for (const std::string& file : {folder + search_.path, below(folder, base::file_name(search_.path))}) {
      paths.push_back(file);
      paths.push_back(file + ".debug");
    }
    if (!by_id.empty()) paths.push_back(below(folder + "/.build-id", by_id));
  }
  return paths;
}

void DebugFiles::find_separate() {
  std::vector<std::string> paths = by_build_id(search_.build_id);
  if (!search_.build_id.empty()) std::ranges::move(named_paths(), std::back_inserter(paths));
  for (const std::string& path : paths) {
    if (take_separate(path)) return;
  }
  if (const auto link = program_ == nullptr ? std::nullopt : program_->elf.debug_link()) {
    for (const std::string& path : link_paths(std::string(link->file))) {
      if (take_by_link(path, link->crc)) return;
    }
  }
  const std::string path =
      search_.elsewhere && !search_.build_id.empty() ? search_.elsewhere(search_.build_id) : std::string();
  if (!path.empty()) take_separate(path);
}

// By build-id: the file says of what it is the debug information.
bool DebugFiles::take_separate(const std::string& path) {
  if (program_ != nullptr && path == program_->path) return false;
  auto file = open_elf(path);
  if (!file.ok()) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) note_trouble(file.error().message());
    return false;
  }
  if (file.value()->elf.build_id() != search_.build_id) {
    note_trouble(path + ": is of another build (its build-id differs)");
    return false;
  }
  if (!has_debug_information(file.value()->elf) && !has_full_table(file.value()->elf)) return false;
  separate_ = std::move(file).value();
  return true;
}

bool DebugFiles::take_by_link(const std::string& path, std::uint32_t crc) {
  auto file = open_elf(path);
  if (!file.ok() || path == program_->path) return false;
  const ElfFile& elf = file.value()->elf;
  // The program itself, where the link names a file of the same name beside it.
  if (!has_debug_information(elf) && !has_full_table(elf)) return false;
  const std::string build_id = elf.build_id();
  const bool has_both = !build_id.empty() && !search_.build_id.empty();
  const bool same = has_both ? build_id == search_.build_id : crc_of(file.value()->mapped.bytes()) == crc;
  if (!same) {
    note_trouble(path + ": is of another build (its " + (has_both ? "build-id" : "checksum") + " differs)");
    return false;
  }
  separate_ = std::move(file).value();
  return true;
}

void DebugFiles::unpack_table() {
  if (program_ == nullptr || has_full_table(program_->elf)) return;
  if (separate_ != nullptr && has_full_table(separate_->elf)) return;
  const auto packed = program_->elf.mini_debug_info();
  if (packed.empty()) return;
  auto raw = objfile::unpack_xz(packed);
  if (!raw.ok()) return note_trouble(program_->path + ": .gnu_debugdata " + raw.error().message());
  auto file = own_elf(program_->path, std::move(raw).value());
  if (!file.ok()) return note_trouble(program_->path + ": .gnu_debugdata is not what it should be");
  packed_table_ = std::move(file).value();
}

const ElfBytes* DebugFiles::with_information() const {
  if (program_ != nullptr && has_debug_information(program_->elf)) return program_;
  return separate_ != nullptr && has_debug_information(separate_->elf) ? separate_.get() : nullptr;
}

objfile::dwarf::Reader* DebugFiles::reader() {
  const ElfBytes* const source = with_information();
  if (reader_ != nullptr || source == nullptr) return reader_.get();
  own_ = std::make_unique<DebugSections>(source->elf);
  Companions* const companions = this;
  reader_ = std::make_unique<objfile::dwarf::Reader>(own_->sections(), companions);
  return reader_.get();
}

std::size_t DebugFiles::unpacked_bytes() const {
  const auto of = [](const auto& sections) { return sections == nullptr ? 0 : sections->unpacked_bytes(); };
  std::size_t bytes = of(own_);
  if (supplement_) bytes += of(supplement_->sections);
  for (const auto& [path, opened] : split_) bytes += of(opened.sections);
  return bytes;
}

std::vector<std::string> DebugFiles::troubles() const {
  std::vector<std::string> all = troubles_;
  if (own_ != nullptr && own_->trouble()) all.push_back(own_->trouble()->message());
  if (reader_ == nullptr) return all;
  if (reader_->trouble()) all.push_back(reader_->trouble()->message());
  const std::vector<std::string>& missing = reader_->missing_split();
  if (!missing.empty()) {
    const std::string more =
        missing.size() > 1 ? " and " + std::to_string(missing.size() - 1) + " more" : std::string();
    all.push_back("the split debug information " + missing.front() + more + " is not there");
  }
  return all;
}

std::vector<std::string> DebugFiles::supplement_paths(const objfile::ElfSupplement& link) const {
  const std::string file(link.file);
  std::vector<std::string> paths;
  if (is_absolute(file)) {
    for (const std::string& folder : search_.folders) paths.push_back(folder + file);
    if (!search_.root.empty()) paths.push_back(search_.root + file);
    paths.push_back(file);
  } else {
    const std::string& from = with_information()->path;
    paths.push_back(below(std::string(base::folder_of(from)), file));
    paths.push_back(below(std::string(base::folder_of(real_path(from))), file));
  }
  for (const std::string& folder : search_.folders) paths.push_back(below(folder, base::file_name(file)));
  std::ranges::move(by_build_id(link.build_id), std::back_inserter(paths));
  paths.push_back(below(std::string(kDebugFolder) + "/.dwz", base::file_name(file)));
  return paths;
}

DebugFiles::Opened DebugFiles::open_supplement() {
  const auto link = with_information()->elf.supplement();
  if (!link) return {};
  std::vector<std::string> paths = supplement_paths(*link);
  const auto open = [&](const std::string& path) {
    auto file = open_elf(path);
    return file.ok() && file.value()->elf.build_id() == link->build_id ? std::move(file).value() : nullptr;
  };
  ElfPointer found;
  for (auto path = paths.begin(); found == nullptr && path != paths.end(); ++path) found = open(*path);
  if (found == nullptr && search_.elsewhere) {
    const std::string path = search_.elsewhere(link->build_id);
    if (!path.empty()) found = open(path);
  }
  if (found == nullptr) {
    note_trouble("what " + with_information()->path +
                 " has in common with other files is not there: " + std::string(link->file));
    return {};
  }
  auto sections = std::make_unique<DebugSections>(found->elf);
  return {.file = std::move(found), .sections = std::move(sections)};
}

const objfile::dwarf::Sections* DebugFiles::supplementary() {
  if (!supplement_) supplement_ = open_supplement();
  return supplement_->sections == nullptr ? nullptr : &supplement_->sections->sections();
}

std::vector<std::string> DebugFiles::split_paths(const SplitUnit& unit) const {
  const std::string name(unit.name);
  const std::string folder(unit.folder);
  std::vector<std::string> paths;
  for (const std::string& extra : search_.folders) {
    paths.push_back(below(extra, name));
    paths.push_back(below(extra, base::file_name(name)));
  }
  const std::string compiled = is_absolute(name) || folder.empty() ? name : folder + "/" + name;
  if (!search_.root.empty()) paths.push_back(search_.root + compiled);
  if (is_absolute(compiled)) paths.push_back(compiled);
  const std::string beside =
      std::string(base::folder_of(program_ != nullptr ? program_->path : search_.path));
  if (!is_absolute(name)) paths.push_back(below(beside, name));
  paths.push_back(below(beside, base::file_name(name)));
  return paths;
}

// The first of these that is there and has split debug information. Which compilation it is of the reader
// sees by its id.
const objfile::dwarf::Sections* DebugFiles::open_split(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    const auto known = split_.find(path);
    if (known != split_.end()) return &known->second.sections->split();
    if (split_.size() >= kMostSplitFiles) continue;
    auto file = open_elf(path);
    if (!file.ok()) continue;
    auto sections = std::make_unique<DebugSections>(file.value()->elf);
    if (sections->split().empty()) continue;
    auto& opened = split_[path];
    opened = {.file = std::move(file).value(), .sections = std::move(sections)};
    return &opened.sections->split();
  }
  return nullptr;
}

const objfile::dwarf::Sections* DebugFiles::split(const SplitUnit& unit) {
  return open_split(split_paths(unit));
}

const objfile::dwarf::Sections* DebugFiles::package() {
  if (package_) return *package_;
  std::vector<std::string> paths;
  const std::string name = std::string(base::file_name(search_.path)) + ".dwp";
  for (const std::string& folder : search_.folders) {
    paths.push_back(folder + search_.path + ".dwp");
    paths.push_back(below(folder, name));
  }
  if (program_ != nullptr) {
    paths.push_back(program_->path + ".dwp");
    paths.push_back(real_path(program_->path) + ".dwp");
  }
  if (separate_ != nullptr) paths.push_back(separate_->path + ".dwp");
  paths.push_back(search_.root + search_.path + ".dwp");
  package_ = open_split(paths);
  return *package_;
}

}  // namespace ajar::symbolize
