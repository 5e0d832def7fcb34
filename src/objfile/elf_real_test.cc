// The reader against other tools' word, on the files of this machine.
#include <dlfcn.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <link.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include "objfile/elf.h"
#include "objfile/testing/fake_elf.h"

extern "C" int ajar_test_function_with_a_name(int x) {
  return x + 1;
}

namespace ajar::objfile {
namespace {

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

std::string hex(const std::uint8_t* bytes, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned>(bytes[i]));
    out += digits.data();
  }
  return out;
}

// What the loader says of a mapped module.
struct Loaded {
  std::string path;
  std::string build_id;
  std::vector<std::uint64_t> segments;  // addresses in the file of those loaded
  std::uint64_t bias = 0;
};

std::string loaded_build_id(const dl_phdr_info& info, const ElfW(Phdr) & header) {
  const auto* at = reinterpret_cast<const std::uint8_t*>(info.dlpi_addr + header.p_vaddr);
  const auto* const end = at + header.p_memsz;
  while (end - at >= 12) {
    ElfW(Nhdr) note;
    std::memcpy(&note, at, sizeof note);
    const std::uint8_t* contents = at + sizeof note + (note.n_namesz + 3U) / 4 * 4;
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4) return hex(contents, note.n_descsz);
    at = contents + (note.n_descsz + 3U) / 4 * 4;
  }
  return {};
}

std::vector<Loaded> loaded_modules() {
  std::vector<Loaded> modules;
  const auto collect = [](dl_phdr_info* info, std::size_t, void* data) {
    Loaded module{.path = info->dlpi_name, .build_id = {}, .segments = {}, .bias = info->dlpi_addr};
    if (module.path.empty()) module.path = "/proc/self/exe";
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const auto& header = info->dlpi_phdr[i];
      if (header.p_type == PT_LOAD) module.segments.push_back(header.p_vaddr);
      if (header.p_type == PT_NOTE && module.build_id.empty())
        module.build_id = loaded_build_id(*info, header);
    }
    if (std::filesystem::exists(module.path)) static_cast<std::vector<Loaded>*>(data)->push_back(module);
    return 0;
  };
  ::dl_iterate_phdr(collect, &modules);
  return modules;
}

TEST(ElfOfThisProcess, AgreesWithTheLoaderAboutEveryModule) {
  const auto modules = loaded_modules();
  ASSERT_GT(modules.size(), 2U);
  for (const Loaded& module : modules) {
    const std::string image = read_whole(module.path);
    const auto elf = ElfFile::parse(bytes_of(image));
    ASSERT_TRUE(elf.ok()) << module.path << ": " << elf.error().message();
    EXPECT_EQ(elf.value().build_id(), module.build_id) << module.path;
    std::vector<std::uint64_t> segments;
    for (const ElfSegment& s : elf.value().segments()) {
      if (s.kind == ElfSegment::load) segments.push_back(s.address);
    }
    EXPECT_EQ(segments, module.segments) << module.path;
  }
}

// dladdr prefers another name than we where several are at one address, so it is asked for the address only.
TEST(ElfOfThisProcess, AgreesWithDladdrAboutTheStartOfEveryDynamicFunction) {
  std::size_t asked = 0;
  for (const Loaded& module : loaded_modules()) {
    const std::string image = read_whole(module.path);
    const auto elf = ElfFile::parse(bytes_of(image));
    const ElfSymbols symbols = elf.value().symbols(ElfFile::SymbolTable::dynamic);
    std::map<std::uint64_t, std::set<std::string_view>> names;
    for (const ElfSymbol& s : symbols.rows) names[s.address].insert(symbols.name(s));
    for (const ElfSymbol& s : symbols.rows) {
      if (s.kind != ElfSymbol::Kind::function || s.size == 0) continue;
      Dl_info info{};
      const auto address = reinterpret_cast<void*>(module.bias + s.address);
      ASSERT_NE(::dladdr(address, &info), 0) << symbols.name(s);
      if (info.dli_sname == nullptr) continue;  // hidden by its version
      EXPECT_TRUE(names[s.address].contains(info.dli_sname)) << module.path << ' ' << info.dli_sname;
      ++asked;
    }
  }
  EXPECT_GT(asked, 1000U);
}

TEST(ElfOfThisProcess, HasTheFunctionsOfItsOwnSource) {
  const std::string image = read_whole("/proc/self/exe");
  const auto elf = ElfFile::parse(bytes_of(image));
  ASSERT_TRUE(elf.ok());
  EXPECT_EQ(elf.value().linkage(), ElfLinkage::dynamic);
  EXPECT_THAT(std::string(elf.value().interpreter()), testing::HasSubstr("ld"));
  std::uint64_t bias = 0;
  for (const Loaded& m : loaded_modules()) {
    if (m.path == "/proc/self/exe") bias = m.bias;
  }
  const ElfSymbols symbols = elf.value().symbols(ElfFile::SymbolTable::full);
  const auto wanted = reinterpret_cast<std::uint64_t>(&ajar_test_function_with_a_name) - bias;
  std::vector<std::string> found;
  for (const ElfSymbol& s : symbols.rows) {
    if (s.address == wanted) found.emplace_back(symbols.name(s));
  }
  EXPECT_THAT(found, testing::ElementsAre("ajar_test_function_with_a_name"));
}

// `nm` prints "address type name"; T, t, W, w, i, V are code when the section is, so only T and t are
// compared.
std::set<std::string> nm_functions(const std::string& path) {
  std::set<std::string> rows;
  const std::string command = "nm --defined-only '" + path + "' 2>/dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
  std::string line;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    if (line.size() > 19 && (line[17] == 'T' || line[17] == 't'))
      rows.insert(line.substr(0, 16) + line.substr(18));
    line.clear();
  }
  return rows;
}

TEST(ElfOfThisProcess, ListsTheFunctionsThatNmLists) {
  const std::set<std::string> expected = nm_functions("/proc/" + std::to_string(::getpid()) + "/exe");
  if (expected.empty()) GTEST_SKIP() << "nm is not installed";
  const std::string image = read_whole("/proc/self/exe");
  const auto elf = ElfFile::parse(bytes_of(image));
  const ElfSymbols symbols = elf.value().symbols(ElfFile::SymbolTable::full);
  std::set<std::string> ours;
  for (const ElfSymbol& s : symbols.rows) {
    std::array<char, 17> address{};
    std::snprintf(address.data(), address.size(), "%016llx", static_cast<unsigned long long>(s.address));
    ours.insert(std::string(address.data()) + ' ' + std::string(symbols.name(s)));
  }
  std::vector<std::string> missing;
  for (const std::string& row : expected) {
    if (!ours.contains(row)) missing.push_back(row);
  }
  EXPECT_THAT(missing, testing::IsEmpty());
  EXPECT_GT(expected.size(), 50U);
}

TEST(ElfOfThisMachine, ReadsSystemPrograms) {
  for (const char* path : {"/bin/true", "/bin/sh"}) {
    const std::string image = read_whole(path);
    const auto elf = ElfFile::parse(bytes_of(image));
    ASSERT_TRUE(elf.ok()) << path;
    EXPECT_NE(elf.value().linkage(), ElfLinkage::none);
    EXPECT_NE(elf.value().section(".text"), nullptr);
  }
}

}  // namespace
}  // namespace ajar::objfile
