#include "cli/symbols_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "render/escape.h"

namespace ajar::cli {
namespace {

using Found = symbolize::ModuleNote::Found;

bool is_gone(Found found) {
  return found == Found::missing || found == Found::replaced || found == Found::unreadable;
}

bool lacks(const ModuleRow& row) {
  return state_of(row) != "lines";
}

std::string count(std::size_t some, std::size_t all) {
  return some == 0 ? "-" : fmt::format("{}/{}", some, all);
}

// How to get what the module lacks. What can't be had from its package has to come from whoever built it.
std::string way_out(const ModuleRow& row) {
  if (!row.package.empty()) {
    const DebugPackage package = debug_package(row.package, row.version);
    return fmt::format("lines are in the package {} {}", package.name, row.version);
  }
  const std::string state = state_of(row);
  if (state == "functions") return "for lines build it with -g";
  if (state == "exports" || state == "nothing")
    return "stripped, and no debug file of it is here: --symbol-path DIR with that, or build it with -g";
  return "--symbol-path DIR with the file of this build-id, or its debug file";
}

void print_row(const ModuleRow& row, std::ostream& out) {
  out << fmt::format("{:10}  {:>9}  {:>9}  {}\n", state_of(row), count(row.functions, row.addresses),
                     count(row.lines, row.addresses), render::escaped(row.path));
  const auto detail = [&out](const std::string& text) {
    out << fmt::format("{:34}{}\n", "", render::escaped(text));
  };
  detail(row.build_id.empty() ? "no build-id" : "build-id " + row.build_id);
  if (!row.note.from.empty()) detail("from " + row.note.from);
  if (row.asked && is_gone(row.note.found)) detail(row.note.words);
  if (!row.note.trouble.empty()) detail(row.note.trouble);
  if (lacks(row) && !row.note.trouble_is_all) detail(way_out(row));
}

// Debian's rule for names. What is no name must not stand in a line that somebody may give to a shell.
bool is_package_name(const std::string& name) {
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == std::string::npos &&
         !name.starts_with('-');
}

// The packages to install, and how apt is told of the archive that has them.
void print_packages(const std::vector<ModuleRow>& rows, const Distribution& distribution, std::ostream& out) {
  std::set<std::string> names;
  bool in_debug_archive = false;
  for (const ModuleRow& row : rows) {
    if (!lacks(row) || row.package.empty()) continue;
    const DebugPackage package = debug_package(row.package, row.version);
    if (!is_package_name(package.name)) continue;
    names.insert(package.name);
    in_debug_archive = in_debug_archive || package.in_debug_archive;
  }
  if (names.empty()) return;
  const std::string archive = debug_archive(distribution);
  if (in_debug_archive && !archive.empty())
    out << fmt::format("    echo \"{}\" >/etc/apt/sources.list.d/debug.list && apt-get update\n", archive);
  out << "    apt-get install";
  for (const std::string& name : names) out << ' ' << name;
  out << '\n';
}

}  // namespace

std::string state_of(const ModuleRow& row) {
  if (row.lines > 0 || (row.asked && row.note.found == Found::lines)) return "lines";
  if (!row.asked) return "functions";
  switch (row.note.found) {
    case Found::lines:
    case Found::functions:
      return "functions";
    case Found::exports:
      return "exports";
    case Found::nothing:
      return "nothing";
    case Found::missing:
      return "missing";
    case Found::replaced:
      return "replaced";
    case Found::unreadable:
      break;
  }
  return "unreadable";
}

void sort_rows(std::vector<ModuleRow>& rows) {
  std::ranges::sort(rows, [](const ModuleRow& a, const ModuleRow& b) {
    return std::tie(b.addresses, a.path, a.build_id) < std::tie(a.addresses, b.path, b.build_id);
  });
}

void print_modules(const std::vector<ModuleRow>& rows, const Advice& advice, std::ostream& out) {
  out << fmt::format("{:10}  {:>9}  {:>9}  {}\n", "has", "functions", "lines", "module");
  for (const ModuleRow& row : rows) print_row(row, out);
  const bool from_system =
      std::ranges::any_of(rows, [](const ModuleRow& row) { return lacks(row) && !row.package.empty(); });
  if (!from_system) return;
  out << "to get what the system's modules lack, install it and give this command again:\n";
  print_packages(rows, advice.distribution, out);
  if (advice.asks_servers) return;
  out << fmt::format("or let it be fetched, without root:\n    DEBUGINFOD_URLS={} ajar symbols …\n",
                     debuginfod_server(advice.distribution));
}

}  // namespace ajar::cli
