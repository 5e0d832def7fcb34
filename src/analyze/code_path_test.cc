#include "analyze/code_path.h"

#include <gtest/gtest.h>

#include "analyze/fake_recording.h"

namespace ajar::analyze {
namespace {

using model::SymbolMatch;

const model::Frame cut{
    .kind = model::FrameKind::marker, .marker = model::Marker::cut, .module = {}, .function = {}, .file = {}};

struct CodePathTest : testing::Test {
  CodePath path(std::initializer_list<model::Frame> frames) {
    CodePaths paths(recording.world, system);
    return paths.of(recording.stack(frames));
  }

  FakeRecording recording;
  SystemModules system{{}};
  model::ModuleId libc = recording.module("/lib/x86_64-linux-gnu/libc.so.6");
  model::ModuleId plugin = recording.module("/opt/shop/libpricing.so");
  model::ModuleId program = recording.module("/opt/shop/shop-server");
};

TEST_F(CodePathTest, TheInnermostFrameOutsideTheSystemIsBlamed) {
  recording.world.modules.find(plugin)->build_id = "ab12";
  recording.world.modules.find(plugin)->package = "libpricing1";
  recording.world.modules.find(plugin)->version = "2.0-1";
  const CodePath found = path({recording.frame(libc, "open64"), recording.frame(plugin, "fetch_rate(int)"),
                               recording.frame(program, "main"), recording.frame(libc, "__libc_start_main")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->module, "libpricing.so");
  EXPECT_EQ(found.culprit->function, "fetch_rate(int)");
  EXPECT_EQ(found.culprit->path, "/opt/shop/libpricing.so");
  EXPECT_EQ(found.culprit->build_id, "ab12");
  EXPECT_EQ(found.culprit->package, "libpricing1");
  EXPECT_EQ(found.culprit->version, "2.0-1");
  EXPECT_TRUE(found.frames[0].system);
  EXPECT_FALSE(found.frames[1].system);
}

TEST_F(CodePathTest, ASymbolThatDoesNotCoverTheAddressIsNeverTheCulpritsFunction) {
  const model::Frame frame = recording.frame(plugin, "somewhere_near", SymbolMatch::nearest);
  const CodePath found = path({frame, recording.frame(program, "main")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->module, "libpricing.so");
  EXPECT_EQ(found.culprit->function, "");
  EXPECT_EQ(found.culprit->offset, frame.offset);
  EXPECT_EQ(found.frames[0].function, "somewhere_near");
  EXPECT_EQ(found.frames[0].match, report::Match::nearest);
}

TEST_F(CodePathTest, WithOnlyTheSystemsFramesNobodyIsBlamed) {
  const CodePath found = path({recording.frame(libc, "open64"), recording.frame(libc, "start_thread")});
  EXPECT_FALSE(found.culprit.has_value());
  EXPECT_EQ(found.frames.size(), 2U);
}

TEST_F(CodePathTest, InstantiatedTemplatesAreNotBlamedWhileTheirModuleHasAnotherFrame) {
  const CodePath found = path({recording.frame(libc, "fopen64"),
                               recording.frame(program, "std::basic_filebuf<char>::open(char const*)"),
                               recording.frame(program, "shop::load()")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "shop::load()");

  const CodePath alone = path({recording.frame(plugin, "std::basic_filebuf<char>::open(char const*)"),
                               recording.frame(program, "shop::load()")});
  ASSERT_TRUE(alone.culprit.has_value());
  EXPECT_EQ(alone.culprit->module, "libpricing.so") << "its module has no other frame";
}

TEST_F(CodePathTest, InlinedFunctionsAreFramesOfTheirOwnInnermostFirst) {
  const model::Frame frame = FakeRecording::native(program, 0x500);
  recording.world.symbols["path:/opt/shop/shop-server"][0x4ff] = {
      {.match = SymbolMatch::exact, .inlined = true, .function = "open_it", .file = "a.cpp", .line = 3},
      {.match = SymbolMatch::exact, .function = "caller", .file = "a.cpp", .line = 9}};
  const CodePath found = path({frame});
  ASSERT_EQ(found.frames.size(), 2U);
  EXPECT_EQ(found.frames[0].function, "open_it");
  EXPECT_TRUE(found.frames[0].inlined);
  EXPECT_EQ(found.frames[1].function, "caller");
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "open_it");
  EXPECT_EQ(found.culprit->line, 3U);
}

TEST_F(CodePathTest, WhatIsInlinedFromTheSystemsHeadersIsNotTheCulprit) {
  const model::Frame frame = FakeRecording::native(program, 0x500);
  recording.world.symbols["path:/opt/shop/shop-server"][0x4ff] = {
      {.match = SymbolMatch::exact,
       .inlined = true,
       .function = "open",
       .file = "/usr/include/x86_64-linux-gnu/bits/fcntl2.h",
       .line = 53},
      {.match = SymbolMatch::exact, .function = "load_settings", .file = "/src/settings.c", .line = 20}};
  const CodePath found = path({frame});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "load_settings");
  EXPECT_EQ(found.culprit->line, 20U);
}

TEST_F(CodePathTest, PathsThatDifferOnlyOutsideTheCulpritAreTheSameUpToIt) {
  const model::Frame open = recording.frame(libc, "open64");
  const model::Frame culprit = recording.frame(plugin, "fetch");
  const model::Frame other_line = recording.frame(plugin, "fetch");
  const CodePath a = path({open, culprit, recording.frame(program, "a")});
  const CodePath b = path({open, culprit, recording.frame(program, "b")});
  const CodePath c = path({open, other_line, recording.frame(program, "a")});
  CodePaths paths(recording.world, system);
  EXPECT_EQ(a.up_to_culprit, b.up_to_culprit);
  EXPECT_NE(a.up_to_culprit, c.up_to_culprit);
}

TEST_F(CodePathTest, WhereTheCallIsNotKnownTheWaysThroughTheSystemsLibrariesAreTheSame) {
  const model::Frame culprit = recording.frame(plugin, "fetch");
  const CodePath a = path({recording.frame(libc, "one way"), culprit});
  const CodePath b = path({recording.frame(libc, "another way"), culprit});
  const CodePath c = path({recording.frame(libc, "one way"), recording.frame(plugin, "fetch")});
  EXPECT_EQ(a.key(false), b.key(false));
  EXPECT_NE(a.key(true), b.key(true));
  EXPECT_NE(a.key(false), c.key(false));
}

TEST_F(CodePathTest, CopiesThatTheCompilerMadeOfTheSameLinesAreTheSameCode) {
  const auto copy = [&](std::uint64_t offset, std::uint32_t inner_line) {
    recording.world.symbols["path:/opt/shop/shop-server"][offset - 1] = {
        {.match = SymbolMatch::exact,
         .inlined = true,
         .function = "fetch",
         .file = "a.cpp",
         .line = inner_line},
        {.match = SymbolMatch::exact, .function = "caller", .file = "a.cpp", .line = 9}};
    return FakeRecording::native(program, offset);
  };
  const model::Frame open = recording.frame(libc, "open64");
  const CodePath one = path({open, copy(0x500, 3)});
  const CodePath other = path({open, copy(0x600, 3)});
  const CodePath another_line = path({open, copy(0x700, 4)});
  EXPECT_EQ(one.up_to_culprit, other.up_to_culprit);
  EXPECT_NE(one.up_to_culprit, another_line.up_to_culprit);
}

TEST_F(CodePathTest, AModuleThatIsLoadedAgainIsTheSameCode) {
  const model::ModuleId again = recording.module("/opt/shop/libpricing.so");
  CodePaths paths(recording.world, system);
  const auto first = paths.of(recording.stack({FakeRecording::native(plugin, 0x10)}));
  const auto second = paths.of(recording.stack({FakeRecording::native(again, 0x10)}));
  EXPECT_EQ(first.up_to_culprit, second.up_to_culprit);
}

TEST_F(CodePathTest, WhatIsMissingIsSaidAndNotInvented) {
  const CodePath none = path({});
  ASSERT_EQ(none.frames.size(), 1U);
  EXPECT_EQ(none.frames[0].marker, "the stack was not seen");
  EXPECT_FALSE(none.culprit.has_value());
  const CodePath nowhere = path({FakeRecording::native({}, 0x7f0012345678)});
  EXPECT_FALSE(nowhere.culprit.has_value());
  EXPECT_EQ(nowhere.frames[0].module, "");
}

TEST_F(CodePathTest, CodeOfARuntimeIsTheSameFunctionWhereverItWasCompiledTo) {
  const model::Frame first = recording.managed("leak", "/srv/app.js", 0x1000);
  model::Frame moved = first;
  moved.offset = 0x2000;
  EXPECT_EQ(path({first}).up_to_culprit, path({moved}).up_to_culprit);
  EXPECT_NE(path({first}).up_to_culprit,
            path({recording.managed("other", "/srv/app.js", 0x1000)}).up_to_culprit);
  EXPECT_EQ(path({first}).culprit->function, "leak");
}

TEST_F(CodePathTest, ARuntimeIsNotTheCulpritOfWhatItsScriptsOpen) {
  const model::ModuleId node = recording.module("/usr/bin/node");
  const CodePath found =
      path({recording.frame(libc, "open64"), recording.frame(node, "uv__fs_open"),
            recording.managed("openSync", "node:fs", 0x1000),
            recording.managed("leak", "/srv/app.js", 0x2000), recording.frame(node, "main")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "leak");
  EXPECT_EQ(found.culprit->file, "/srv/app.js");
}

TEST_F(CodePathTest, AScriptsFunctionIsOneCulpritHoweverTheRuntimeWasLeftFromIt) {
  const model::ModuleId node = recording.module("/usr/bin/node");
  const model::Frame leak = recording.managed("leak", "/srv/app.js", 0x2000);
  const model::Frame main = recording.frame(node, "main");
  const model::Frame open = recording.frame(node, "uv__fs_open");
  EXPECT_EQ(path({open, recording.frame(node, "interpreted"), leak, main}).up_to_culprit,
            path({open, recording.frame(node, "compiled"), leak, main}).up_to_culprit);
}

TEST_F(CodePathTest, LibrariesOfARuntimesPackageAreTheRuntime) {
  const model::ModuleId java = recording.module("/usr/lib/jvm/lib/libjava.so");
  const model::ModuleId jvm = recording.module("/usr/lib/jvm/lib/server/libjvm.so");
  for (const model::ModuleId id : {java, jvm}) recording.world.modules.find(id)->package = "openjdk";
  const CodePath found =
      path({recording.frame(java, "handleOpen"),
            recording.managed("void java.io.FileInputStream.open0(java.lang.String)", "", 1),
            recording.managed("void Leak.leakOne()", "", 2), recording.frame(jvm, "call")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "void Leak.leakOne()");
}

TEST_F(CodePathTest, ALibraryThatScriptsCallIsTheCulpritOfWhatItOpens) {
  const model::ModuleId node = recording.module("/usr/bin/node");
  const CodePath found =
      path({recording.frame(plugin, "fetch"), recording.managed("run", "/srv/app.js", 0x1000),
            recording.frame(node, "main")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "fetch");
}

// Cython's functions call Python's without the interpreter, whose loop is left by a jump.
TEST_F(CodePathTest, AnExtensionThatCallsScriptsDirectlyIsNotTheRuntime) {
  const model::ModuleId python = recording.module("/usr/bin/python3.12");
  const CodePath found =
      path({recording.frame(libc, "open64"), recording.frame(plugin, "keep_log"),
            recording.managed("on_row", "/srv/app.py", 0), recording.frame(plugin, "each_row"),
            recording.managed("main", "/srv/app.py", 0), recording.frame(python, "Py_RunMain")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "keep_log");
  EXPECT_FALSE(found.frames[1].runtime);
  EXPECT_FALSE(found.frames[3].runtime);
  EXPECT_TRUE(found.frames[5].runtime);
}

TEST_F(CodePathTest, AProgramThatHasAnInterpreterAsALibraryIsNotTheRuntime) {
  const model::ModuleId python = recording.module("/usr/lib/libpython3.11.so.1.0");
  const CodePath found =
      path({recording.frame(libc, "open64"), recording.frame(program, "open_log"),
            recording.frame(python, "_PyEval_EvalFrameDefault"), recording.managed("run", "/srv/app.py", 0),
            recording.frame(python, "PyObject_Call"), recording.frame(program, "main")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "open_log");
  EXPECT_TRUE(found.frames[2].runtime);
  EXPECT_TRUE(found.frames[4].runtime);
  EXPECT_FALSE(found.frames[5].runtime);
}

TEST_F(CodePathTest, TheRuntimeIsKnownWhereScriptsFramesWereCut) {
  const model::ModuleId python = recording.module("/usr/bin/python3.12");
  const CodePath found =
      path({recording.frame(python, "os_open_impl"), recording.managed("leak", "/srv/app.py", 0), cut,
            recording.frame(python, "Py_RunMain")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "leak");
}

// The same file, loaded again, is the same runtime.
TEST_F(CodePathTest, ARuntimeThatIsLoadedAgainIsTheRuntime) {
  const model::ModuleId one = recording.module("/usr/lib/libpython3.11.so.1.0");
  const model::ModuleId again = recording.module("/usr/lib/libpython3.11.so.1.0");
  const CodePath found =
      path({recording.frame(one, "_io_FileIO___init__"), recording.managed("run", "/srv/app.py", 0),
            recording.frame(again, "PyObject_Call")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "run");
}

// Python's compiled parts come with it, and are often in another package.
TEST_F(CodePathTest, ExtensionsThatComeWithPythonAreTheRuntimeWhereScriptsAreSeen) {
  const model::ModuleId python = recording.module("/usr/bin/python3.11");
  const model::ModuleId socket =
      recording.module("/usr/lib/python3.11/lib-dynload/_socket.cpython-311-x86_64-linux-gnu.so");
  const model::Frame make = recording.frame(socket, "sock_initobj");
  const CodePath found =
      path({recording.frame(libc, "socket"), make, recording.managed("fetch", "/srv/app.py", 0),
            recording.frame(python, "main")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "fetch");
  EXPECT_TRUE(found.frames[1].runtime);

  const CodePath scriptless = path({recording.frame(libc, "socket"), make, recording.frame(python, "main")});
  ASSERT_TRUE(scriptless.culprit.has_value());
  EXPECT_EQ(scriptless.culprit->function, "sock_initobj");
}

TEST_F(CodePathTest, WhereFramesWereCutIsSaid) {
  const CodePath found = path({recording.frame(plugin, "fetch"), cut, recording.frame(program, "main"), cut});
  ASSERT_EQ(found.frames.size(), 4U);
  EXPECT_EQ(found.frames[1].marker, "frames between were cut");
  EXPECT_EQ(found.frames[3].marker, "deeper frames were cut");
}

TEST_F(CodePathTest, WithoutAModuleASourceFileIsThePathWhereItIsOne) {
  const auto path_of = [&](const std::string& file) {
    return path({recording.managed("leak", file, 0)}).culprit.value().path;
  };
  EXPECT_EQ(path_of("/srv/app.py"), "/srv/app.py");
  EXPECT_EQ(path_of("app.py"), "") << "nobody knows in which folder";
  EXPECT_EQ(path_of("<string>"), "");
  EXPECT_EQ(path_of("node:fs"), "");
}

TEST_F(CodePathTest, ARuntimeIsTheCulpritWhereNoScriptIsSeen) {
  const model::ModuleId node = recording.module("/usr/bin/node");
  const CodePath found = path({recording.frame(node, "uv__fs_open"), recording.frame(node, "main")});
  ASSERT_TRUE(found.culprit.has_value());
  EXPECT_EQ(found.culprit->function, "uv__fs_open");
}

}  // namespace
}  // namespace ajar::analyze
