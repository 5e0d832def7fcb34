#include "symbolize/module_files.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <utility>

#include "base/path.h"

namespace ajar::symbolize {
namespace {

using Found = ModuleNote::Found;

struct Candidate {
  std::string path;
  std::string root;
};

// What it may be called in a folder. Windows doesn't tell capitals from small letters, other systems do,
// where files of its programs mostly have small ones.
std::vector<std::string> file_names(const std::string& path) {
  std::string name(base::file_name(path));
  if (path.find('\\') == std::string::npos) return {name};
  std::string small = name;
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return {std::move(name), std::move(small)};
}

std::vector<Candidate> candidates(const model::Module& module, std::span<const platform::MappedCode> places,
                                  std::span<const std::string> folders) {
  std::vector<Candidate> all;
  if (!platform::means_another_file_for_each(module.path)) all.push_back({module.path, ""});
  for (const platform::MappedCode& place : places) {
    const std::string root = platform::root_of_process(place.pid, place.start_ticks);
    for (std::string& path : platform::paths_through_process(place)) all.push_back({std::move(path), root});
  }
  const std::string by_id = build_id_path(module.build_id);
  for (const std::string& folder : folders) {
    all.push_back({below(folder, module.path), folder});
    for (const std::string& name : file_names(module.path)) all.push_back({below(folder, name), folder});
    if (!by_id.empty()) all.push_back({below(folder + "/.build-id", by_id), folder});
  }
  return all;
}

ModuleFile find_vdso(const model::Module& module) {
  const auto bytes = platform::own_vdso();
  auto copy = own_elf("[vdso]", {bytes.begin(), bytes.end()});
  if (!copy.ok()) return {.file = nullptr, .words = module.path + ": this kernel has none", .root = {}};
  if (copy.value()->elf.build_id() == module.build_id)
    return {.file = std::move(copy).value(), .words = {}, .root = {}};
  return {.file = nullptr,
          .why = Found::replaced,
          .words = module.path + ": another kernel's than the one that runs here (its build-id differs)",
          .root = {}};
}

// The more a failure tells, the higher.
int telling(Found why) {
  return why == Found::replaced ? 2 : why == Found::unreadable ? 1 : 0;
}

ModuleFile unreadable(const base::Error& error) {
  return {.file = nullptr, .why = Found::unreadable, .words = error.message(), .root = {}};
}

ModuleFile replaced(const Candidate& candidate) {
  return {.file = nullptr,
          .why = Found::replaced,
          .words = candidate.path + ": another file than the one that ran (its build-id differs)",
          .root = {}};
}

// When a file was written into, in nanoseconds since 1970; 0 where nobody says.
std::int64_t written_unix_ns(const std::string& path) {
  std::error_code failed;
  const auto written = std::filesystem::last_write_time(path, failed);
  if (failed) return 0;
  const auto since = std::chrono::file_clock::to_sys(written).time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

// Where there are no build-ids to compare.
bool is_newer(const Candidate& candidate, std::span<const platform::MappedCode> places) {
  std::int64_t loaded = 0;
  for (const platform::MappedCode& place : places) loaded = std::max(loaded, place.since_unix_ns);
  return loaded != 0 && written_unix_ns(candidate.path) > loaded;
}

ModuleFile try_one(const model::Module& module, const Candidate& candidate,
                   std::span<const platform::MappedCode> places) {
  auto mapped = platform::MappedFile::open(candidate.path);
  if (!mapped.ok()) return {.file = nullptr, .words = mapped.error().message(), .root = {}};
  if (objfile::PeFile::is_pe(mapped.value().bytes())) {
    auto pe = PeModule::open(candidate.path, std::move(mapped).value());
    if (!pe.ok()) return unreadable(pe.error());
    if (pe.value()->pe().identity() != module.build_id) return replaced(candidate);
    return {.file = nullptr, .pe = std::move(pe).value(), .words = {}, .root = candidate.root};
  }
  auto elf = elf_of(candidate.path, std::move(mapped).value());
  if (!elf.ok()) return unreadable(elf.error());
  if (elf.value()->elf.build_id() != module.build_id) return replaced(candidate);
  if (module.build_id.empty() && is_newer(candidate, places))
    return {.file = nullptr,
            .why = Found::replaced,
            .words = candidate.path + ": was written after it was loaded (and has no build-id)",
            .root = {}};
  return {.file = std::move(elf).value(), .words = {}, .root = candidate.root};
}

}  // namespace

bool is_in_no_file(const model::Module& module) {
  return module.path.empty() || (module.path.starts_with('[') && !is_vdso(module));
}

bool is_vdso(const model::Module& module) {
  return module.path == "[vdso]" || module.path.starts_with("linux-vdso");
}

ModuleFile find_module_file(const model::Module& module, std::span<const platform::MappedCode> places,
                            std::span<const std::string> folders) {
  if (is_vdso(module)) return find_vdso(module);
  ModuleFile best{.file = nullptr, .words = {}, .root = {}};
  std::set<std::string> tried;
  for (const Candidate& candidate : candidates(module, places, folders)) {
    if (!tried.insert(candidate.path).second) continue;
    ModuleFile found = try_one(module, candidate, places);
    if (found.file != nullptr || found.pe != nullptr) return found;
    if (best.words.empty() || telling(found.why) > telling(best.why)) best = std::move(found);
  }
  if (best.words.empty()) best.words = module.path + ": the process that had it open is gone";
  return best;
}

std::string build_id_path(const std::string& build_id) {
  constexpr std::size_t kFolder = 2;
  return build_id.size() <= kFolder ? std::string()
                                    : build_id.substr(0, kFolder) + "/" + build_id.substr(kFolder);
}

std::string below(std::string folder, std::string_view name) {
  folder += '/';
  folder += name;
  return folder;
}

}  // namespace ajar::symbolize
