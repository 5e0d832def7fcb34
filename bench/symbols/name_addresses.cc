// What ajar needs to name addresses: reads lines "FILE ADDRESS" and prints for each the functions there,
// innermost first, as `llvm-symbolizer --inlines` prints them: a line with the demangled name, a line with
// file and line for each function, then an empty line.
//
//   name_addresses <LINES
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "objfile/debug_sections.h"
#include "objfile/dwarf/reader.h"
#include "objfile/elf.h"
#include "platform/mapped_file.h"
#include "symbolize/demangle.h"

namespace {

using namespace ajar;
using objfile::dwarf::Chain;

struct Asked {
  std::uint64_t address = 0;
  std::size_t line = 0;
};

// Any failure ends the program: there is nothing to measure then.
template <typename T>
T must(base::Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "name_addresses: %s\n", result.error().message().c_str());
  std::exit(1);
}

// The reader wants addresses without repetition.
void name(const std::string& path, std::vector<Asked>& asked, std::vector<Chain>& chains) {
  const platform::MappedFile file = must(platform::MappedFile::open(path));
  const auto elf = must(objfile::ElfFile::parse(file.bytes()));
  const objfile::DebugSections debug(elf);
  objfile::dwarf::Reader reader(debug.sections());
  std::ranges::sort(asked, {}, &Asked::address);
  std::vector<std::uint64_t> addresses;
  for (const Asked& one : asked) addresses.push_back(one.address);
  const auto repeated = std::ranges::unique(addresses);
  addresses.erase(repeated.begin(), repeated.end());
  reader.find(addresses, [&](std::size_t index, Chain&& chain) {
    const std::span lines(std::ranges::equal_range(asked, addresses[index], {}, &Asked::address));
    for (const Asked& one : lines.subspan(1)) chains[one.line] = chain;
    chains[lines.front().line] = std::move(chain);
  });
}

class Printer {
 public:
  void print(const Chain& chain) {
    if (chain.empty()) out_ += "??\n??:0\n";
    for (const objfile::dwarf::Place& place : chain) {
      out_ += place.function.empty() ? "??" : demangled(place.function);
      out_ += '\n';
      out_ += place.file.empty() ? "??" : place.file;
      out_ += ':' + std::to_string(place.line) + '\n';
    }
    out_ += '\n';
    constexpr std::size_t kEnough = 1U << 16U;
    if (out_.size() >= kEnough) flush();
  }

  void flush() {
    std::fwrite(out_.data(), 1, out_.size(), stdout);
    out_.clear();
  }

 private:
  const std::string& demangled(const std::string& name) {
    const auto [row, is_new] = known_.try_emplace(name);
    if (is_new) row->second = symbolize::demangle(name);
    return row->second;
  }

  std::unordered_map<std::string, std::string> known_;
  std::string out_;
};

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::map<std::string, std::vector<Asked>> files;
  std::size_t lines = 0;
  for (std::string path, address; std::cin >> path >> address;)
    files[path].push_back({std::stoull(address, nullptr, 0), lines++});
  std::vector<Chain> chains(lines);
  for (auto& [path, asked] : files) name(path, asked, chains);
  Printer printer;
  for (const Chain& chain : chains) printer.print(chain);
  printer.flush();
}
