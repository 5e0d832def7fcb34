#include "analyze/linked_in.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyze/code_path.h"
#include "analyze/fake_recording.h"

namespace ajar::analyze {
namespace {

// A program that has the C library linked into itself: the frames of both are of one module.
struct LinkedIn : testing::Test {
  model::StackId stack(const std::vector<std::string>& functions) {
    model::StackId at;
    for (const std::string& function : functions)
      at = recording.world.stacks.add({.callee = at, .frame = recording.frame(program, function)});
    return at;
  }

  std::string blamed_of(model::StackId stack) { return blamed(CodePaths(recording.world, system).of(stack)); }
  std::string blamed_of(const std::vector<std::string>& functions) { return blamed_of(stack(functions)); }

  FakeRecording recording;
  SystemModules system{{}};
  model::ModuleId program = recording.module("/opt/shop/shop-server");
};

TEST_F(LinkedIn, WhatTheLibrarysFunctionsCallAmongThemselvesIsTheLibrarys) {
  const std::vector<std::string> fopen = {
      "__open64_nocancel", "_IO_file_open", "_IO_file_fopen", "__fopen_internal",
      "fopen64",           "load",          "main",           "__libc_start_call_main"};
  EXPECT_EQ(blamed_of(fopen), "load");
  EXPECT_EQ(blamed_of({"open64", "opendir_tail", "opendir", "list", "main"}), "list");
}

TEST_F(LinkedIn, AThreadsFunctionIsBlamedThoughTheLibraryCallsIt) {
  EXPECT_EQ(blamed_of({"open64", "leak", "start_thread", "__clone3"}), "leak");
  EXPECT_EQ(blamed_of({"open64", "leak", "start_thread", "clone3"}), "leak");
  EXPECT_EQ(blamed_of({"open", "leak", "start", "__clone"}), "leak");
}

TEST_F(LinkedIn, WhatTheLibraryCallsOfTheProgramsIsBlamed) {
  EXPECT_EQ(blamed_of({"open64", "before_fork", "__run_prefork_handlers", "fork", "main"}), "before_fork");
  EXPECT_EQ(blamed_of({"open64", "before_fork", "__run_prefork_handlers", "fork", "daemon", "main"}),
            "before_fork");
  EXPECT_EQ(blamed_of({"close", "close_cookie", "_IO_cookie_close", "_IO_file_close_it", "fclose", "main"}),
            "close_cookie");
  EXPECT_EQ(blamed_of({"open64", "compare", "msort_with_tmp", "qsort", "fts_open", "main"}), "compare");
}

// As clone() does of a pidfd, and the child of posix_spawn(), which begins there.
TEST_F(LinkedIn, WhatTheSameFunctionsDoByThemselvesIsTheLibrarys) {
  EXPECT_EQ(blamed_of({"clone", "watch_child", "main"}), "watch_child");
  EXPECT_EQ(blamed_of({"__close_nocancel", "_IO_file_close_it", "fclose", "finish", "main"}), "finish");
  EXPECT_EQ(blamed_of({"close", "__spawni_child", "clone"}), "");
  EXPECT_EQ(blamed_of({"close", "__spawni_child", "__clone3"}), "");
}

TEST_F(LinkedIn, ASignalsHandlerIsBlamedAndNotWhatItInterrupted) {
  const model::StackId handler = stack({"open64", "on_signal", "__restore_rt"});
  model::Frame interrupted = recording.frame(program, "read");
  auto& symbols = recording.world.symbols["path:/opt/shop/shop-server"];
  symbols[interrupted.offset] = symbols[model::World::lookup_offset(interrupted)];
  interrupted.after_call = false;
  const model::StackId read = recording.world.stacks.add({.callee = handler, .frame = interrupted});
  const model::StackId main =
      recording.world.stacks.add({.callee = read, .frame = recording.frame(program, "main")});
  EXPECT_EQ(blamed_of(main), "on_signal");
}

// The compiler gives it a name as the library's are.
TEST_F(LinkedIn, WhatInitializesAVariableIsTheProgramsOwn) {
  EXPECT_EQ(blamed_of({"open", "_GLOBAL__sub_I_journal", "__libc_start_main", "_start"}),
            "_GLOBAL__sub_I_journal");
  EXPECT_EQ(blamed_of({"open", "__static_initialization_and_destruction_0", "_GLOBAL__sub_I_journal",
                       "__libc_start_main", "_start"}),
            "__static_initialization_and_destruction_0");
  EXPECT_EQ(blamed_of({"open", "__cxx_global_var_init", "_GLOBAL__sub_I_a.cc", "__libc_csu_init"}),
            "__cxx_global_var_init");
}

TEST_F(LinkedIn, OfProgramsThatShareTheLibraryNamesSayNothing) {
  recording.module("/lib/x86_64-linux-gnu/libc.so.6");
  EXPECT_EQ(blamed_of({"opendir", "main"}), "opendir");
}

TEST_F(LinkedIn, ABadCloseInAThreadIsTold) {
  recording.start();
  model::Event bad = recording.event(model::EventKind::bad_reference, 1, 777,
                                     stack({"close", "close_again", "start_thread", "__clone3"}));
  bad.error = 9;
  recording.tell(bad);
  ASSERT_EQ(recording.only_process(2).bad_closes.size(), 1U);
  EXPECT_EQ(recording.only_process(2).bad_closes[0].stack[1].function, "close_again");
}

}  // namespace
}  // namespace ajar::analyze
