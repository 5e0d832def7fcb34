#include "platform/packages.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/mapped_file.h"

namespace ajar::platform {
namespace {

namespace fs = std::filesystem;

// Which of the wanted paths a line of a list stands for.
using Wanted = std::multimap<std::string, std::size_t, std::less<>>;

std::string_view text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

// Takes the first line off `rest`, without its end.
std::string_view take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

// The same file's path on a system whose /bin, /lib and so on are links into /usr; empty where the path is in
// none of them.
std::string merged_twin(std::string_view path) {
  constexpr std::array folders = {"/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/libx32/"};
  constexpr std::string_view usr = "/usr";
  const bool in_usr = path.starts_with(usr);
  const std::string_view below = in_usr ? path.substr(usr.size()) : path;
  const bool merged =
      std::ranges::any_of(folders, [below](auto folder) { return below.starts_with(folder); });
  if (!merged) return {};
  return in_usr ? std::string(below) : std::string(usr) + std::string(below);
}

void want(Wanted& wanted, const std::string& path, std::size_t index) {
  wanted.emplace(path, index);
  if (std::string twin = merged_twin(path); !twin.empty()) wanted.emplace(std::move(twin), index);
}

Wanted all_wanted(std::span<const std::string> paths, bool follow_links) {
  Wanted wanted;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    want(wanted, paths[i], i);
    std::error_code ignored;
    const fs::path real = follow_links ? fs::canonical(paths[i], ignored) : fs::path();
    if (!real.empty() && real != paths[i]) want(wanted, real.string(), i);
  }
  return wanted;
}

// Puts the list's package where the list has a wanted path.
void search_list(const fs::path& list, const Wanted& wanted, std::vector<std::string>& owners) {
  const auto file = MappedFile::open(list.string());
  if (!file.ok()) return;
  for (std::string_view rest = text_of(file.value()); !rest.empty();) {
    const auto [begin, end] = wanted.equal_range(take_line(rest));
    for (auto at = begin; at != end; ++at) {
      if (owners[at->second].empty()) owners[at->second] = list.stem().string();
    }
  }
}

std::vector<fs::path> sorted_lists(const fs::path& folder) {
  std::vector<fs::path> lists;
  std::error_code ignored;
  for (fs::directory_iterator at(folder, ignored); at != fs::directory_iterator(); at.increment(ignored)) {
    if (at->path().extension() == ".list") lists.push_back(at->path());
  }
  std::ranges::sort(lists);
  return lists;
}

// dpkg/status is a row of paragraphs with empty lines between, each one package's.
struct Paragraph {
  std::string_view package, architecture, version;
};

Paragraph take_paragraph(std::string_view& rest) {
  Paragraph found;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    const auto field = [line](std::string_view name, std::string_view& value) {
      if (line.starts_with(name)) value = line.substr(name.size());
    };
    field("Package: ", found.package);
    field("Architecture: ", found.architecture);
    field("Version: ", found.version);
  }
  return found;
}

// By the name that the package's list has: `libc6:amd64` where several architectures may be installed at
// once.
std::unordered_map<std::string, Package> installed(const std::string& status_path) {
  std::unordered_map<std::string, Package> packages;
  const auto file = MappedFile::open(status_path);
  if (!file.ok()) return packages;
  for (std::string_view rest = text_of(file.value()); !rest.empty();) {
    const Paragraph p = take_paragraph(rest);
    const Package package{.name = std::string(p.package), .version = std::string(p.version)};
    packages.emplace(package.name + ":" + std::string(p.architecture), package);
    packages.emplace(package.name, package);
  }
  return packages;
}

}  // namespace

std::map<std::string, Package> owning_packages(std::span<const std::string> paths, const std::string& root) {
  const std::string database = root + "/var/lib/dpkg";
  const Wanted wanted = all_wanted(paths, root.empty());
  std::vector<std::string> owners(paths.size());
  for (const fs::path& list : sorted_lists(database + "/info")) search_list(list, wanted, owners);

  std::map<std::string, Package> found;
  const auto packages = installed(database + "/status");
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto package = packages.find(owners[i]);
    if (package != packages.end()) found.emplace(paths[i], package->second);
  }
  return found;
}

}  // namespace ajar::platform
