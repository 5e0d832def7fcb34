#include "symbolize/pdb_file.h"

#include <algorithm>
#include <filesystem>

#include "base/path.h"
#include "objfile/pdb_identity.h"
#include "platform/mapped_file.h"
#include "symbolize/module_files.h"

namespace ajar::symbolize {
namespace {

// Symbol servers write hex digits in capitals, and their file systems do not care.
std::string in_capitals(std::string text) {
  for (char& letter : text) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return text;
}

std::vector<std::string> candidates(const std::string& recorded, const std::string& identity,
                                    const PdbSearch& search) {
  const std::string name(base::file_name(recorded));
  std::vector<std::string> paths;
  const auto served = [&](const std::string& folder, const std::string& key) {
    paths.push_back(below(folder, name + "/" + key + "/" + name));
  };
  for (const std::string& folder : search.folders) {
    paths.push_back(below(folder, name));
    served(folder, in_capitals(identity));
    served(folder, identity);
    if (recorded.starts_with('/')) paths.push_back(folder + recorded);
    paths.push_back(below(folder + std::string(base::folder_of(search.image)), name));
  }
  const std::string beside = std::string(base::folder_of(search.image));
  paths.push_back(beside.empty() ? name : below(beside, name));
  if (!std::filesystem::path(recorded).is_absolute()) return paths;
  if (!search.root.empty()) paths.push_back(search.root + recorded);
  paths.push_back(recorded);
  return paths;
}

}  // namespace

PdbFile find_pdb(const objfile::PeFile& pe, const PdbSearch& search) {
  PdbFile found;
  const auto pdb = pe.pdb();
  const std::string recorded = pdb ? std::string(pdb->path) : std::string();
  if (base::file_name(recorded).empty()) return found;
  for (const std::string& path : candidates(recorded, pe.identity(), search)) {
    const auto file = platform::MappedFile::open(path);
    std::error_code ignored;
    if (!file.ok()) {
      if (std::filesystem::exists(path, ignored)) found.troubles.push_back(file.error().message());
      continue;
    }
    const auto identity = objfile::read_pdb_identity(file.value().bytes());
    if (identity && identity->guid == pdb->guid && identity->age == pdb->age) {
      found.path = path;
      return found;
    }
    const std::string why = identity ? "is of another build (its GUID or age differs)" : "is no PDB";
    std::string trouble = path + ": ";
    trouble += why;
    if (std::ranges::find(found.troubles, trouble) == found.troubles.end())
      found.troubles.push_back(std::move(trouble));
  }
  return found;
}

}  // namespace ajar::symbolize
