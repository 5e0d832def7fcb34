// With real files, made by the compiler and the tools that distributions use.
#include "symbolize/debug_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/path.h"
#include "platform/testing/temp_tree.h"
#include "symbolize/module_files.h"
#include "symbolize/symbolizer.h"

namespace ajar::symbolize {
namespace {

using platform::TempTree;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using Found = ModuleNote::Found;
using Depth = Symbolizer::Depth;

constexpr const char* kSource = R"(
static __attribute__((noinline)) int hidden(int x) { return x * 3; }
static inline __attribute__((always_inline)) int inlined(int x) {
  return hidden(x) + 1;
}
int exported(int x) {
  return inlined(x) + 2;
}
int other(int x) { return x; }
)";

// A folder in which a library is built, and taken apart.
class Workshop {
 public:
  explicit Workshop(const std::string& flags = "-g -O2") {
    tree_.write("x.c", kSource);
    run("gcc -shared -fPIC -fcf-protection=none -Wl,--build-id " + flags + " -o libx.so x.c");
    const ElfPointer whole = open_elf(path("libx.so")).value();
    build_id_ = whole->elf.build_id();
    const auto symbols = whole->elf.symbols(objfile::ElfFile::SymbolTable::full);
    for (const objfile::ElfSymbol& symbol : symbols.rows) {
      if (symbols.name(symbol) == "hidden") hidden_ = symbol.address;
      if (symbols.name(symbol) == "exported") exported_ = symbol.address;
    }
  }

  void run(const std::string& command) const {
    const std::string line = "cd '" + tree_.root() + "' && { " + command + "; } >log 2>&1";
    if (std::system(line.c_str()) != 0) ADD_FAILURE() << command << '\n' << log();
  }

  // Takes the debug information out of libx.so, into this file.
  void split_off(const std::string& file) const {
    const std::filesystem::path whole = path(file);
    std::filesystem::create_directories(whole.parent_path());
    run("objcopy --only-keep-debug libx.so " + file + " && strip libx.so");
  }

  [[nodiscard]] std::string path(const std::string& file) const { return tree_.path(file); }
  [[nodiscard]] const std::string& root() const { return tree_.root(); }
  [[nodiscard]] const std::string& build_id() const { return build_id_; }
  [[nodiscard]] std::string by_id() const { return build_id_path(build_id_); }

  // Asks for the functions `hidden` and `exported`, at their second bytes.
  [[nodiscard]] Question question() const {
    Question question;
    question.module.path = path("libx.so");
    question.module.build_id = build_id_;
    question.addresses = {std::min(hidden_, exported_), std::max(hidden_, exported_)};
    return question;
  }
  [[nodiscard]] std::string hidden_in(const Answer& answer) const { return words_at(answer, hidden_); }
  [[nodiscard]] std::string exported_in(const Answer& answer) const { return words_at(answer, exported_); }

 private:
  static std::string words_at(const Answer& answer, std::uint64_t address) {
    const auto at = answer.symbols.find(address);
    if (at == answer.symbols.end()) return "nothing";
    std::string words;
    for (const model::Symbol& symbol : at->second) {
      if (!words.empty()) words += " < ";
      words += symbol.match == model::SymbolMatch::exact ? symbol.function : "near " + symbol.function;
      if (symbol.line != 0)
        words += " " + std::string(base::file_name(symbol.file)) + ":" + std::to_string(symbol.line);
    }
    return words;
  }

  [[nodiscard]] std::string log() const {
    std::ifstream file(path("log"));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const TempTree tree_{};
  std::string build_id_;
  std::uint64_t hidden_ = 0, exported_ = 0;
};

void expect_lines(const Workshop& shop, const Answer& answer) {
  EXPECT_EQ(answer.note.found, Found::lines) << answer.note.words;
  EXPECT_EQ(shop.hidden_in(answer), "hidden x.c:2");
  EXPECT_THAT(shop.exported_in(answer), HasSubstr("exported x.c:"));
}

Answer ask(const Workshop& shop, SymbolizerOptions options = {}) {
  return Symbolizer(std::move(options)).answer(shop.question(), Depth::lines);
}

TEST(DebugFiles, OfAFileThatHasItsOwnLinesComeFromIt) {
  const Workshop shop;
  const Answer answer = ask(shop);
  expect_lines(shop, answer);
  EXPECT_EQ(answer.note.from, "");
}

TEST(DebugFiles, PackedOnesAreUnpacked) {
  const Workshop shop("-g -O2 -gz");
  expect_lines(shop, ask(shop));
}

TEST(DebugFiles, SymbolTablesAloneGiveFunctionsAtOnce) {
  const Workshop shop;
  const Answer answer = Symbolizer().answer(shop.question(), Depth::functions);
  EXPECT_EQ(answer.note.found, Found::lines);  // there would be more
  EXPECT_EQ(shop.hidden_in(answer), "hidden");
}

TEST(DebugFiles, AreFoundByBuildIdInTheFoldersNamed) {
  const Workshop shop;
  shop.split_off("sysroot/usr/lib/debug/.build-id/" + shop.by_id() + ".debug");
  EXPECT_EQ(ask(shop).note.found, Found::exports);
  const Answer answer = ask(shop, {.folders = {shop.path("sysroot")}});
  expect_lines(shop, answer);
  EXPECT_THAT(answer.note.from, EndsWith(shop.by_id() + ".debug"));
}

TEST(DebugFiles, OneOfAnotherBuildIsNotUsedAndSaid) {
  const Workshop shop;
  const Workshop another("-g -O1 -DANOTHER");
  another.split_off("libx.debug");
  const std::string place = ".build-id/" + shop.by_id() + ".debug";
  std::filesystem::create_directories(std::filesystem::path(shop.path(place)).parent_path());
  std::filesystem::copy(another.path("libx.debug"), shop.path(place));
  shop.run("strip libx.so");
  const Answer answer = ask(shop, {.folders = {shop.root()}});
  EXPECT_EQ(answer.note.found, Found::exports);
  EXPECT_THAT(answer.note.trouble, HasSubstr("is of another build"));
  EXPECT_THAT(shop.hidden_in(answer), Not(HasSubstr("hidden")));
}

TEST(DebugFiles, TheUnstrippedFileInAFolderNamedWillDo) {
  const Workshop shop;
  shop.run("mkdir build && cp libx.so build && strip libx.so");
  expect_lines(shop, ask(shop, {.folders = {shop.path("build")}}));
}

TEST(DebugFiles, ADebugFileIsEnoughWhereTheModuleIsGone) {
  const Workshop shop;
  shop.split_off("symbols/libx.so.debug");
  std::filesystem::remove(shop.path("libx.so"));
  expect_lines(shop, ask(shop, {.folders = {shop.path("symbols")}}));
  EXPECT_EQ(ask(shop).note.found, Found::missing);
}

TEST(DebugFiles, TheDebugLinkIsFollowedBesideTheFileAndBelowIt) {
  for (const std::string folder : {".", ".debug"}) {
    const Workshop shop;
    shop.split_off(folder + "/named-so.dbg");
    shop.run("objcopy --add-gnu-debuglink=" + folder + "/named-so.dbg libx.so");
    const Answer answer = ask(shop);
    expect_lines(shop, answer);
    EXPECT_THAT(answer.note.from, EndsWith("/named-so.dbg"));
  }
}

// Without build-ids the checksum says whether they belong together.
TEST(DebugFiles, TheDebugLinksChecksumIsCompared) {
  const Workshop shop("-g -O2 -Wl,--build-id=none");
  shop.split_off("libx.dbg");
  shop.run("objcopy --add-gnu-debuglink=libx.dbg libx.so");
  expect_lines(shop, ask(shop));
  shop.run("printf x >>libx.dbg");
  const Answer answer = ask(shop);
  EXPECT_EQ(answer.note.found, Found::exports);
  EXPECT_THAT(answer.note.trouble, HasSubstr("its checksum differs"));
}

TEST(DebugFiles, ThePackedSymbolTableNamesWhatIsNotExported) {
  const Workshop shop;
  shop.run(
      "nm -D libx.so --format=posix --defined-only | awk '{print $1}' | sort >exported && "
      "nm libx.so --format=posix --defined-only | awk '$2 ~ /[tT]/ {print $1}' | sort >all && "
      "comm -13 exported all >keep && objcopy --only-keep-debug libx.so whole && "
      "objcopy -S --remove-section .gdb_index --remove-section .comment --keep-symbols=keep whole mini && "
      "strip libx.so && xz mini && objcopy --add-section .gnu_debugdata=mini.xz libx.so");
  const Answer answer = ask(shop);
  EXPECT_EQ(answer.note.found, Found::functions) << answer.note.trouble;
  EXPECT_EQ(shop.hidden_in(answer), "hidden");
  EXPECT_EQ(shop.exported_in(answer), "exported");
}

TEST(DebugFiles, APackedTableThatIsDamagedIsSaid) {
  const Workshop shop;
  shop.run(
      "strip libx.so && head -c 1000 /dev/zero >mini && objcopy --add-section .gnu_debugdata=mini libx.so");
  const Answer answer = ask(shop);
  EXPECT_EQ(answer.note.found, Found::exports);
  EXPECT_THAT(answer.note.trouble, HasSubstr(".gnu_debugdata"));
}

TEST(DebugFiles, WhatDwzMovedIsReadFromWhereItIs) {
  const Workshop shop("-g -O2 -gdwarf-4 -gno-as-locview-support");
  // dwz wants two files that have something in common.
  shop.run("cp libx.so liby.so && dwz -m common.debug libx.so liby.so");
  const auto link = open_elf(shop.path("libx.so")).value()->elf.supplement();
  ASSERT_TRUE(link.has_value()) << "dwz moved nothing";
  const Answer answer = ask(shop);
  expect_lines(shop, answer);
  EXPECT_EQ(answer.note.trouble, "");
  std::filesystem::rename(shop.path("common.debug"), shop.path("elsewhere"));
  EXPECT_THAT(ask(shop).note.trouble, HasSubstr("common.debug"));
}

TEST(DebugFiles, SplitUnitsAreFoundBesideTheProgramAndWhereTheyWereCompiled) {
  const Workshop shop("-g -O2 -gsplit-dwarf");
  expect_lines(shop, ask(shop));
  shop.run("mkdir moved && mv *.dwo moved");
  const Answer without = ask(shop);
  EXPECT_THAT(without.note.trouble, HasSubstr(".dwo"));
  EXPECT_EQ(shop.hidden_in(without).substr(0, 6), "hidden");
  expect_lines(shop, ask(shop, {.folders = {shop.path("moved")}}));
}

TEST(DebugFiles, ThePackageBesideTheProgramIsRead) {
  const Workshop shop("-g -O2 -gsplit-dwarf -gdwarf-4");
  shop.run("mkdir moved && mv *.dwo moved && dwp -o libx.so.dwp moved/*.dwo");
  expect_lines(shop, ask(shop));
}

TEST(DebugFiles, WhatIsInTheCacheOfDebuginfodIsUsedWithoutAskingAServer) {
  const Workshop shop;
  shop.split_off("cache/" + shop.build_id() + "/debuginfo");
  ::setenv("DEBUGINFOD_CACHE_PATH", shop.path("cache").c_str(), 1);
  const Answer answer = ask(shop);
  ::unsetenv("DEBUGINFOD_CACHE_PATH");
  expect_lines(shop, answer);
  EXPECT_THAT(answer.note.from, EndsWith("/debuginfo"));
}

// A DLL from the same source, by mingw-w64.
TEST(Symbolizer, NamesTheCodeOfImagesOfWindows) {
  const Workshop shop;
  shop.run(
      "x86_64-w64-mingw32-gcc-posix -g -O2 -shared -nostdlib -Wl,--entry=0 -Wl,--build-id -o x.dll x.c && "
      "cp x.dll stripped.dll && x86_64-w64-mingw32-strip stripped.dll");
  auto image = PeModule::open("x.dll", platform::MappedFile::open(shop.path("x.dll")).value());
  ASSERT_TRUE(image.ok()) << image.error().message();
  Question question;
  question.module.path = "C:\\app\\x.dll";
  question.module.build_id = image.value()->pe().identity();
  for (const objfile::PeSymbol& symbol : image.value()->pe().symbols()) {
    if (symbol.name == "exported") question.addresses = {symbol.address};
  }
  ASSERT_EQ(question.addresses.size(), 1U);
  Symbolizer symbolizer({.folders = {shop.root()}});
  EXPECT_EQ(symbolizer.answer(question, Depth::functions).symbols.begin()->second.back().function,
            "exported");
  const Answer answer = symbolizer.answer(question, Depth::lines);
  EXPECT_EQ(answer.note.found, Found::lines) << answer.note.words;
  const model::Symbol& function = answer.symbols.at(question.addresses[0]).back();
  EXPECT_EQ(function.function, "exported");
  EXPECT_EQ(function.displacement, 0U);
  EXPECT_THAT(function.file, EndsWith("x.c"));
  EXPECT_GE(function.line, 6U);
  question.module.build_id += "0";
  EXPECT_EQ(symbolizer.answer(question, Depth::lines).note.found, Found::replaced);
  question.module.path = "stripped.dll";
  question.module.build_id = image.value()->pe().identity();
  EXPECT_EQ(symbolizer.answer(question, Depth::lines).note.found,
            Found::lines);  // by its identity, still open
  EXPECT_EQ(Symbolizer({.folders = {shop.root()}}).answer(question, Depth::lines).note.found, Found::exports);
}

TEST(Symbolizer, NamesFromTheFileThatItHoldsWhenAnotherIsThere) {
  const Workshop shop;
  Symbolizer symbolizer;
  symbolizer.hold(shop.question());
  std::filesystem::remove(shop.path("libx.so"));
  std::filesystem::copy("/bin/true", shop.path("libx.so"));
  expect_lines(shop, symbolizer.answer(shop.question(), Depth::lines));
  EXPECT_EQ(Symbolizer().answer(shop.question(), Depth::lines).note.found, Found::replaced);
}

// Written over, not replaced: what is held is another file's bytes now.
TEST(Symbolizer, TakesNothingFromAFileThatWasWrittenOver) {
  const Workshop shop;
  Symbolizer symbolizer;
  symbolizer.hold(shop.question());
  shop.run("cat /bin/true >libx.so");
  const Answer answer = symbolizer.answer(shop.question(), Depth::lines);
  EXPECT_EQ(answer.note.found, Found::replaced);
  EXPECT_EQ(shop.hidden_in(answer), "nothing");
}

TEST(Symbolizer, WithoutABuildIdAFileThatWasWrittenSinceIsAnother) {
  const Workshop shop("-g -O2 -Wl,--build-id=none");
  Question question = shop.question();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  constexpr std::int64_t kHour = 3'600'000'000'000;
  question.places = {{.path = question.module.path, .since_unix_ns = now_ns + kHour}};
  expect_lines(shop, Symbolizer().answer(question, Depth::lines));
  question.places[0].since_unix_ns = now_ns - kHour;
  const Answer answer = Symbolizer().answer(question, Depth::lines);
  EXPECT_EQ(answer.note.found, Found::replaced);
  EXPECT_EQ(shop.hidden_in(answer), "nothing");
}

TEST(Symbolizer, ClosesTheFilesUsedLongestAgo) {
  const Workshop first;
  const Workshop second("-g -O1");
  Symbolizer symbolizer({.most_files = 1});
  symbolizer.hold(first.question());
  symbolizer.hold(second.question());
  std::filesystem::remove(first.path("libx.so"));
  std::filesystem::remove(second.path("libx.so"));
  expect_lines(second, symbolizer.answer(second.question(), Depth::lines));
  EXPECT_EQ(symbolizer.answer(first.question(), Depth::lines).note.found, Found::missing);
}

TEST(Symbolizer, KeepsTheFilesWhileItRests) {
  const Workshop shop;
  Symbolizer symbolizer;
  expect_lines(shop, symbolizer.answer(shop.question(), Depth::lines));
  symbolizer.rest();
  std::filesystem::remove(shop.path("libx.so"));
  expect_lines(shop, symbolizer.answer(shop.question(), Depth::lines));
}

TEST(Symbolizer, WithinNarrowLimitsItFindsAllTheSame) {
  const Workshop first;
  const Workshop second("-g -O1 -gz");
  Symbolizer symbolizer({.most_symbols = 1, .most_readers = 1, .most_unpacked = 1});
  for (int i = 0; i < 3; ++i) {
    expect_lines(first, symbolizer.answer(first.question(), Depth::lines));
    expect_lines(second, symbolizer.answer(second.question(), Depth::lines));
  }
}

TEST(Symbolizer, NamesTheVdsosFunctions) {
  const auto vdso = platform::own_vdso();
  if (vdso.empty()) GTEST_SKIP() << "there is none here";
  const ElfPointer elf = own_elf("[vdso]", {vdso.begin(), vdso.end()}).value();
  const auto symbols = elf->elf.symbols(objfile::ElfFile::SymbolTable::dynamic);
  Question question;
  question.module.path = "linux-vdso.so.1";
  question.module.build_id = elf->elf.build_id();
  for (const objfile::ElfSymbol& symbol : symbols.rows) {
    if (symbols.name(symbol).ends_with("clock_gettime")) question.addresses = {symbol.address};
  }
  ASSERT_EQ(question.addresses.size(), 1U);
  const Answer answer = Symbolizer().answer(question, Depth::lines);
  EXPECT_EQ(answer.note.found, Found::exports) << answer.note.words;
  EXPECT_THAT(answer.symbols.at(question.addresses[0]).back().function, EndsWith("clock_gettime"));
  question.module.build_id = "1234";
  EXPECT_EQ(Symbolizer().answer(question, Depth::lines).note.found, Found::replaced);
}

}  // namespace
}  // namespace ajar::symbolize
