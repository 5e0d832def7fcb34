#include "symbolize/symbolizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <link.h>

#include <cstdlib>

#include "objfile/elf.h"
#include "objfile/testing/fake_elf.h"
#include "platform/own_executable.h"
#include "platform/testing/temp_tree.h"

namespace {

// Functions of this program that names are looked for.
[[gnu::noinline]] int static_function(int x) {
  return x * 3 + 1;
}

}  // namespace

namespace shop {

[[gnu::noinline]] int fetch_rate(int x) {
  return static_function(x) + 2;
}

}  // namespace shop

namespace ajar::symbolize {
namespace {

using Found = ModuleNote::Found;
using model::Frame;
using model::Module;
using model::ModuleId;
using model::SymbolMatch;
using model::World;
using objfile::FakeElf;

// Names these frames of the world; a note for each module that was asked.
std::vector<ModuleNote> these(Symbolizer& symbolizer, World& world, std::span<const Frame> frames) {
  Questions questions(world, Questions::Of::lineless);
  for (const Frame& frame : frames) questions.add(frame);
  std::vector<ModuleNote> notes;
  for (const Question& question : questions.take()) {
    Answer answer = symbolizer.answer(question, Symbolizer::Depth::lines);
    notes.push_back(answer.note);
    accept(world, std::move(answer));
  }
  return notes;
}

std::vector<ModuleNote> these(World& world, std::span<const Frame> frames) {
  Symbolizer symbolizer;
  return these(symbolizer, world, frames);
}
using platform::TempTree;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

Frame frame(ModuleId module, std::uint64_t address, bool after_call = false) {
  Frame made;
  made.module = module;
  made.offset = address;
  made.after_call = after_call;
  return made;
}

ModuleId add_module(World& world, const std::string& path, const std::string& build_id) {
  Module module;
  module.path = path;
  module.build_id = build_id;
  return world.modules.add(module);
}

std::string build_id_of(const std::string& path) {
  const auto file = platform::MappedFile::open(path).value();
  return objfile::ElfFile::parse(file.bytes()).value().build_id();
}

std::uint64_t own_bias() {
  std::uint64_t bias = 0;
  const auto first = [](dl_phdr_info* info, std::size_t, void* data) {
    *static_cast<std::uint64_t*>(data) = info->dlpi_addr;
    return 1;  // the program itself comes first
  };
  ::dl_iterate_phdr(first, &bias);
  return bias;
}

template <typename Function>
std::uint64_t own_address(Function* function) {
  return reinterpret_cast<std::uint64_t>(function) - own_bias();
}

std::string function_at(const World& world, const Frame& at) {
  const model::SymbolChain* chain = world.symbol(at);
  return chain == nullptr ? "nothing" : chain->front().function;
}

TEST(Symbolizer, NamesTheFunctionsOfThisProgramExactly) {
  World world;
  const std::string self = platform::own_executable().value();
  const ModuleId module = add_module(world, self, build_id_of(self));
  const Frame global = frame(module, own_address(&shop::fetch_rate));
  const Frame local = frame(module, own_address(&static_function) + 1, true);
  const model::StackId inner = world.stacks.add({.callee = {}, .frame = local});
  world.stacks.add({.callee = inner, .frame = global});

  std::vector<Frame> all;
  for (const model::StackNode& node : world.stacks) all.push_back(node.frame);
  const auto notes = these(world, all);
  EXPECT_THAT(notes, ElementsAre(Field(&ModuleNote::found, Found::lines)));
  EXPECT_THAT(world.symbol(local)->front().file, EndsWith("symbolizer_test.cc"));
  EXPECT_EQ(function_at(world, global), "shop::fetch_rate(int)");
  EXPECT_EQ(function_at(world, local), "(anonymous namespace)::static_function(int)");
  EXPECT_EQ(world.symbol(global)->front().match, SymbolMatch::exact);
  EXPECT_EQ(world.symbol(global)->front().displacement, 0U);
}

// A file of one function from 0x1000 to 0x1010, with a build-id of "\x12\x34".
FakeElf one_function(std::uint32_t table) {
  FakeElf fake;
  fake.segments.push_back({.kind = 4, .contents = FakeElf::note(3, "\x12\x34")});
  fake.sections.push_back(
      {.name = ".text", .flags = 6, .address = 0x1000, .contents = std::string(0x40, 't')});
  fake.add_symbols(table, {{.name = "work", .address = 0x1000, .size = 0x10}});
  return fake;
}

constexpr std::uint32_t kFull = 2;
constexpr std::uint32_t kDynamic = 11;

// What is noted when `file` is found where a module with this build-id was, and the function at 0x1008.
std::pair<ModuleNote, std::string> look_up(const std::string& file, const std::string& build_id) {
  const TempTree tree{{"libx.so", file}};
  World world;
  const Frame at = frame(add_module(world, tree.path("libx.so"), build_id), 0x1008);
  const auto notes = these(world, std::span(&at, 1));
  return {notes.at(0), function_at(world, at)};
}

TEST(Symbolizer, NamesAtThePaddingAreOnlyNear) {
  const TempTree tree{{"libx.so", one_function(kFull).build()}};
  World world;
  const ModuleId module = add_module(world, tree.path("libx.so"), "1234");
  const Frame last_call = frame(module, 0x1010, true);
  const Frame padding = frame(module, 0x1010);
  const std::vector<Frame> frames = {last_call, padding};
  these(world, frames);
  EXPECT_EQ(world.symbol(last_call)->front().match, SymbolMatch::exact);
  EXPECT_EQ(world.symbol(padding)->front().match, SymbolMatch::nearest);
}

TEST(Symbolizer, SaysWhenAFileIsStripped) {
  const auto [exports, name] = look_up(one_function(kDynamic).build(), "1234");
  EXPECT_EQ(exports.found, Found::exports);
  EXPECT_THAT(exports.words, HasSubstr("libx.so: stripped"));
  EXPECT_EQ(name, "work");
  FakeElf bare = one_function(kFull);
  bare.sections.resize(1);
  const auto [nothing, no_name] = look_up(bare.build(), "1234");
  EXPECT_EQ(nothing.found, Found::nothing);
  EXPECT_EQ(no_name, "nothing");
}

TEST(Symbolizer, TakesNothingFromAFileThatWasReplaced) {
  const auto [note, name] = look_up(one_function(kFull).build(), "abcd");
  EXPECT_EQ(note.found, Found::replaced);
  EXPECT_EQ(note.identity, "build-id:abcd");
  EXPECT_EQ(name, "nothing");
}

TEST(Symbolizer, WithoutABuildIdBothMustHaveNone) {
  EXPECT_EQ(look_up(one_function(kFull).build(), "").first.found, Found::replaced);
  FakeElf without = one_function(kFull);
  without.segments.clear();
  EXPECT_EQ(look_up(without.build(), "").second, "work");
  EXPECT_EQ(look_up(without.build(), "1234").first.found, Found::replaced);
}

TEST(Symbolizer, SaysWhichFilesAreMissingOrNotUnderstood) {
  EXPECT_EQ(look_up("no ELF file", "1234").first.found, Found::unreadable);
  World world;
  const Frame at = frame(add_module(world, "/nowhere/libx.so", "1234"), 0x1008);
  const auto notes = these(world, std::span(&at, 1));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].found, Found::missing);
  EXPECT_EQ(notes[0].words, "/nowhere/libx.so: No such file or directory");
}

TEST(Symbolizer, OpensEachModuleOnce) {
  const TempTree tree{{"libx.so", one_function(kFull).build()}};
  World world;
  const ModuleId one = add_module(world, tree.path("libx.so"), "1234");
  const ModuleId same_in_another_process = add_module(world, tree.path("libx.so"), "1234");
  const std::vector<Frame> frames = {frame(one, 0x1001), frame(one, 0x1002),
                                     frame(same_in_another_process, 0x1003)};
  int opened = 0;
  Symbolizer symbolizer({.find = [&](const Question& question) {
    ++opened;
    return find_module_file(question.module, question.places, {});
  }});
  EXPECT_EQ(these(symbolizer, world, frames).size(), 1U);
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(function_at(world, frames[2]), "work");
  EXPECT_EQ(these(symbolizer, world, frames).size(), 1U);
  EXPECT_EQ(opened, 1);
}

TEST(Symbolizer, LeavesAloneWhatIsInNoFile) {
  World world;
  Frame managed = frame(add_module(world, "[heap]", ""), 0x10);
  const Frame in_no_module = frame({}, 0x7000);
  const Frame in_memory = managed;
  managed.kind = model::FrameKind::managed;
  const std::vector<Frame> frames = {in_no_module, in_memory, managed};
  EXPECT_THAT(these(world, frames), IsEmpty());
  EXPECT_THAT(world.symbols, IsEmpty());
}

}  // namespace
}  // namespace ajar::symbolize
