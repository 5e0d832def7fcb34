#include "cli/distribution.h"

#include <array>
#include <fstream>
#include <string_view>

namespace ajar::cli {
namespace {

// KEY=value, KEY="value"
std::string value_of(std::string_view line) {
  std::string_view value = line.substr(line.find('=') + 1);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'')) {
    value.remove_prefix(1);
    value.remove_suffix(1);
  }
  return std::string(value);
}

struct Server {
  std::string_view id, url;
};
// https://debuginfod.elfutils.org lists them; itself it asks all of them.
constexpr std::array kServers = {
    Server{"debian", "https://debuginfod.debian.net"},
    Server{"ubuntu", "https://debuginfod.ubuntu.com"},
    Server{"fedora", "https://debuginfod.fedoraproject.org"},
    Server{"arch", "https://debuginfod.archlinux.org"},
    Server{"opensuse", "https://debuginfod.opensuse.org"},
    Server{"centos", "https://debuginfod.centos.org"},
    Server{"void", "https://debuginfod.s.voidlinux.org"},
};
// Asks all others: the right one for what is like another distribution, too, and has packages of its own.
constexpr std::string_view kAnyServer = "https://debuginfod.elfutils.org";

// "opensuse-leap" is an opensuse; "archarm" is no arch, its packages are others.
bool is_of(std::string_view id, std::string_view family) {
  return id.starts_with(family) && (id.size() == family.size() || id[family.size()] == '-');
}

}  // namespace

Distribution read_distribution(const std::string& root) {
  Distribution found;
  for (const char* const path : {"/etc/os-release", "/usr/lib/os-release"}) {
    std::ifstream file(root + path);
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("ID=")) found.id = value_of(line);
      if (line.starts_with("VERSION_CODENAME=")) found.codename = value_of(line);
    }
    if (!found.id.empty()) break;
  }
  return found;
}

std::string debuginfod_server(const Distribution& distribution) {
  for (const Server& server : kServers) {
    if (is_of(distribution.id, server.id)) return std::string(server.url);
  }
  return std::string(kAnyServer);
}

// Debian's rule is PACKAGE-dbgsym. The C and C++ libraries are older than the rule.
DebugPackage debug_package(const std::string& package, const std::string& version) {
  if (package == "libc6") return {.name = "libc6-dbg", .in_debug_archive = false};
  if (package == "libstdc++6") {
    const std::string major = version.substr(0, version.find('.'));
    return {.name = "libstdc++6-" + major + "-dbg", .in_debug_archive = false};
  }
  return {.name = package + "-dbgsym"};
}

std::string debug_archive(const Distribution& distribution) {
  if (distribution.codename.empty()) return {};
  if (distribution.id == "debian")
    return "deb http://deb.debian.org/debian-debug " + distribution.codename + "-debug main";
  if (distribution.id == "ubuntu")
    return "deb http://ddebs.ubuntu.com " + distribution.codename + " main restricted universe multiverse";
  return {};
}

}  // namespace ajar::cli
