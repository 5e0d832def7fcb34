// Names from PDBs, of DLLs that clang and lld-link made from testing/till_dll.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "objfile/pe.h"
#include "platform/path_search.h"
#include "platform/testing/temp_tree.h"
#include "platform/testing/variable.h"
#include "symbolize/symbolizer.h"

#ifdef AJAR_TEST_TILLS
namespace ajar::symbolize {
namespace {

using Found = ModuleNote::Found;
using model::SymbolMatch;
using platform::TempTree;
using platform::Variable;
using testing::AllOf;
using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string built(const std::string& file) {
  return contents(std::string(AJAR_TEST_TILLS) + "/" + file);
}

// The lines of the source that end in this.
std::set<std::uint32_t> lines_marked(const std::string& marker) {
  std::ifstream source(AJAR_TEST_TILL_SOURCE);
  std::set<std::uint32_t> lines;
  std::uint32_t number = 1;
  for (std::string line; std::getline(source, line); ++number) {
    if (line.find("// " + marker) != std::string::npos) lines.insert(number);
  }
  return lines;
}

// What is said of all addresses of the code of the DLL at `path`.
Answer ask(const std::string& path, std::vector<std::string> folders = {}) {
  const auto file = platform::MappedFile::open(path).value();
  const auto pe = objfile::PeFile::parse(file.bytes()).value();
  Question question;
  question.module.path = path;
  question.module.build_id = pe.identity();
  const objfile::PeSection& text = *pe.section(".text");
  for (std::uint32_t i = 0; i < text.memory_size; ++i) question.addresses.push_back(text.address + i);
  SymbolizerOptions options;
  options.folders = std::move(folders);
  return Symbolizer(std::move(options)).answer(question, Symbolizer::Depth::lines);
}

// "twice:11 in shop::Till::count(int):21", of the exact ones that have lines.
std::set<std::string> chains(const Answer& answer) {
  std::set<std::string> texts;
  for (const auto& [address, chain] : answer.symbols) {
    std::string text;
    for (const model::Symbol& link : chain)
      text += (text.empty() ? "" : " in ") + link.function + ":" + std::to_string(link.line);
    if (chain.back().match == SymbolMatch::exact && model::has_line(chain)) texts.insert(text);
  }
  return texts;
}

// Whether the lines of a function's code never go back.
bool lines_ascend(const Answer& answer, const std::string& function) {
  std::uint32_t last = 0;
  bool ascend = true;
  for (const auto& [address, chain] : answer.symbols) {
    if (chain.front().function != function) continue;
    ascend = ascend && chain.front().line >= last;
    last = chain.front().line;
  }
  return ascend && last != 0;
}

// As where the tests' packages are installed.
bool has_llvm_symbolizer() {
  return platform::find_program("llvm-symbolizer-19").has_value();
}

TEST(Pdb, GivesFunctionsFilesLinesAndInlinedFunctions) {
  if (!has_llvm_symbolizer()) GTEST_SKIP() << "there is no llvm-symbolizer";
  const TempTree tree{{"till.dll", built("first/till.dll")}, {"till.pdb", built("first/till.pdb")}};
  const Answer answer = ask(tree.path("till.dll"));
  EXPECT_EQ(answer.note.found, Found::lines);
  EXPECT_EQ(answer.note.from, tree.path("till.pdb"));
  EXPECT_EQ(answer.note.trouble, "");

  std::set<std::string> allowed;
  const std::uint32_t call = *lines_marked("in count, calls twice").begin();
  for (const std::uint32_t line : lines_marked("in outer")) allowed.insert("outer:" + std::to_string(line));
  for (const std::uint32_t line : lines_marked("in count"))
    allowed.insert("shop::Till::count(int):" + std::to_string(line));
  std::set<std::string> inlined;
  for (const std::uint32_t line : lines_marked("in twice"))
    inlined.insert("twice:" + std::to_string(line) + " in shop::Till::count(int):" + std::to_string(call));
  const std::set<std::string> said = chains(answer);
  for (const std::string& chain : said)
    EXPECT_TRUE(allowed.contains(chain) || inlined.contains(chain)) << chain;
  for (const std::string& chain : inlined) EXPECT_THAT(said, Contains(chain));
  EXPECT_TRUE(lines_ascend(answer, "twice"));  // as the compiler laid them: LLVM 14 mixes them up
  EXPECT_THAT(said, AllOf(Contains("outer:" + std::to_string(*lines_marked("in outer, calls count").begin())),
                          Contains("shop::Till::count(int):" + std::to_string(call))));
  for (const auto& [address, chain] : answer.symbols) {
    for (const model::Symbol& link : chain)
      EXPECT_EQ(link.line != 0, link.file == AJAR_TEST_TILL_SOURCE) << address;
    for (const model::Symbol& link : chain) EXPECT_EQ(link.inlined, &link != &chain.back());
  }
}

TEST(Pdb, IsFoundWhereTheLinkerLeftItAndInTheFolders) {
  if (!has_llvm_symbolizer()) GTEST_SKIP() << "there is no llvm-symbolizer";
  const TempTree tree{{"bin/first.dll", built("first/till.dll")},
                      {"bin/second.dll", built("second/till.dll")},
                      {"symbols/till.pdb", built("first/till.pdb")}};
  const Answer recorded = ask(tree.path("bin/second.dll"));
  EXPECT_EQ(recorded.note.from, std::string(AJAR_TEST_TILLS) + "/second/till.pdb");
  EXPECT_EQ(recorded.note.found, Found::lines);
  const Answer in_folder = ask(tree.path("bin/first.dll"), {tree.path("symbols")});
  EXPECT_EQ(in_folder.note.from, tree.path("symbols/till.pdb"));
  EXPECT_EQ(chains(in_folder), chains(recorded));
}

// Only what is exported has a name then, and no line.
void expect_exports(const Answer& answer) {
  EXPECT_EQ(answer.note.found, Found::exports);
  EXPECT_EQ(answer.note.from, "");
  EXPECT_EQ(chains(answer).size(), 0U);
  std::set<std::string> names;
  for (const auto& [address, chain] : answer.symbols) names.insert(chain.back().function);
  EXPECT_EQ(names, std::set<std::string>{"outer"});
}

TEST(Pdb, WithoutItThereAreTheExports) {
  const TempTree tree{{"till.dll", built("first/till.dll")}};
  const Answer answer = ask(tree.path("till.dll"));
  expect_exports(answer);
  EXPECT_EQ(answer.note.trouble,
            "its debug information is in till.pdb, which is not here; name its folder with --symbol-path");
}

TEST(Pdb, OfAnotherBuildIsNotUsed) {
  const TempTree tree{{"till.dll", built("first/till.dll")}, {"till.pdb", built("second/till.pdb")}};
  const Answer answer = ask(tree.path("till.dll"));
  expect_exports(answer);
  EXPECT_THAT(answer.note.trouble, HasSubstr(tree.path("till.pdb") + ": is of another build"));
}

TEST(Pdb, WithoutLlvmSymbolizerThereAreTheExportsAndAWord) {
  const TempTree tree{{"till.dll", built("first/till.dll")}, {"till.pdb", built("first/till.pdb")}};
  const Variable path("PATH", tree.path("empty"));
  const Answer answer = ask(tree.path("till.dll"));
  expect_exports(answer);
  EXPECT_EQ(answer.note.trouble, tree.path("till.pdb") +
                                     ": to read it ajar needs llvm-symbolizer of LLVM 15 or later, which is "
                                     "not here; on Debian: apt-get install llvm-19");
}

TEST(Pdb, WhatIsNoLlvmSymbolizerIsNotBelieved) {
  const TempTree tree{{"till.dll", built("first/till.dll")}, {"till.pdb", built("first/till.pdb")}};
  tree.write("bin/llvm-symbolizer",
             "#!/bin/sh\necho LLVM version 19\n"
             "echo '{\"Address\":\"0x1000\",\"Symbol\":[{\"FunctionName\":\"wrong\"}]}'\n",
             true);
  const Variable path("PATH", tree.path("bin"));
  const Answer answer = ask(tree.path("till.dll"));
  expect_exports(answer);
  EXPECT_THAT(answer.note.trouble, HasSubstr("does not understand"));
}

// Somebody installs another build over it while ajar holds the one that ran.
TEST(Pdb, AnImageThatWasReplacedIsNotAskedFor) {
  const TempTree tree{{"till.dll", built("first/till.dll")},
                      {"till.pdb", built("first/till.pdb")},
                      {"new", built("second/till.dll")}};
  auto pe = PeModule::open(tree.path("till.dll"), platform::MappedFile::open(tree.path("till.dll")).value())
                .value();
  std::filesystem::rename(tree.path("new"), tree.path("till.dll"));
  platform::PdbNames names;
  const std::vector<std::uint64_t> addresses = {pe->pe().section(".text")->address};
  EXPECT_TRUE(pe->find_in_pdb(addresses, "", {}, names).empty());
  EXPECT_THAT(pe->troubles(), Contains(EndsWith("was replaced after it was opened")));
}

}  // namespace
}  // namespace ajar::symbolize
#endif
