#pragma once

#include <string>

namespace ajar::cli {

// Which Linux this is, as far as it decides where debug information comes from (os-release(5)).
struct Distribution {
  std::string id;        // "debian"; empty: not known, or not Linux
  std::string codename;  // "bookworm"
};

// `root` is empty but in tests.
Distribution read_distribution(const std::string& root = "");

// The debuginfod server that has the files of this distribution.
std::string debuginfod_server(const Distribution& distribution);

// Where the debug information of a Debian package is.
struct DebugPackage {
  std::string name;
  bool in_debug_archive = true;  // in an archive of its own, which is not searched if nobody says so
};

DebugPackage debug_package(const std::string& package, const std::string& version);

// The line for sources.list by which apt finds that archive; empty where this is not known.
std::string debug_archive(const Distribution& distribution);

}  // namespace ajar::cli
