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

// Each text once.
class Texts {
 public:
  explicit Texts(std::string (*made_of)(std::string_view)) : made_of_(made_of) {}

  std::uint32_t number(const std::string& text) {
    const auto [row, is_new] = numbers_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (is_new) texts_.push_back(text.empty() ? "??" : made_of_(text));
    return row->second;
  }
  const std::string& operator[](std::uint32_t number) const { return texts_[number]; }

 private:
  std::string (*made_of_)(std::string_view);
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> texts_;
};

struct Function {
  std::uint32_t name = 0, file = 0, line = 0;
};

class Answers {
 public:
  explicit Answers(std::size_t lines) : of_line_(lines) {}

  void add(std::span<const Asked> asked, const Chain& chain) {
    const Answer answer{.first = functions_.size(), .count = chain.size()};
    for (const objfile::dwarf::Place& place : chain) {
      functions_.push_back({names_.number(place.function), files_.number(place.file), place.line});
    }
    for (const Asked& one : asked) of_line_[one.line] = answer;
  }

  void print() const {
    std::string out;
    for (const Answer& answer : of_line_) {
      if (answer.count == 0) out += "??\n??:0\n";
      for (const Function& function : std::span(functions_).subspan(answer.first, answer.count)) {
        out += names_[function.name];
        out += '\n';
        out += files_[function.file];
        out += ':' + std::to_string(function.line) + '\n';
      }
      out += '\n';
      constexpr std::size_t kEnough = 1U << 16U;
      if (out.size() >= kEnough) write(out);
    }
    write(out);
  }

 private:
  struct Answer {
    std::size_t first = 0, count = 0;
  };

  static void write(std::string& out) {
    std::fwrite(out.data(), 1, out.size(), stdout);
    out.clear();
  }

  Texts names_{symbolize::demangle}, files_{[](std::string_view file) { return std::string(file); }};
  std::vector<Function> functions_;
  std::vector<Answer> of_line_;
};

// The reader wants addresses without repetition.
void name(const std::string& path, std::vector<Asked>& asked, Answers& answers) {
  const platform::MappedFile file = must(platform::MappedFile::open(path));
  const auto elf = must(objfile::ElfFile::parse(file.bytes()));
  const objfile::DebugSections debug(elf);
  objfile::dwarf::Reader reader(debug.sections());
  std::ranges::sort(asked, {}, &Asked::address);
  std::vector<std::uint64_t> addresses;
  for (const Asked& one : asked) addresses.push_back(one.address);
  const auto repeated = std::ranges::unique(addresses);
  addresses.erase(repeated.begin(), repeated.end());
  reader.find(addresses, [&](std::size_t index, const Chain& chain) {
    answers.add(std::span(std::ranges::equal_range(asked, addresses[index], {}, &Asked::address)), chain);
  });
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::map<std::string, std::vector<Asked>> files;
  std::size_t lines = 0;
  for (std::string path, address; std::cin >> path >> address;)
    files[path].push_back({std::stoull(address, nullptr, 0), lines++});
  Answers answers(lines);
  for (auto& [path, asked] : files) name(path, asked, answers);
  answers.print();
}
