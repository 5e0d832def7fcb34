#include "capture/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "objfile/testing/fake_elf.h"
#include "platform/testing/temp_tree.h"

namespace ajar::capture {
namespace {

using objfile::FakeElf;
using platform::TempTree;
using testing::HasSubstr;
using testing::StartsWith;
using Kind = Program::Kind;

constexpr const char* kRealLoader = "/lib64/ld-linux-x86-64.so.2";

FakeElf with_loader(const std::string& loader) {
  FakeElf fake;
  fake.segments.push_back({.kind = 3, .contents = loader + '\0'});
  return fake;
}

FakeElf fixed() {
  FakeElf fake;
  fake.type = 2;
  return fake;
}

// What an executable file with these contents is.
Program inspect_text(const std::string& contents) {
  const TempTree tree{};
  tree.write("program", contents, true);
  Program program = inspect_program(tree.path("program"));
  EXPECT_EQ(program.path, tree.path("program"));
  if (!program.agent_can_enter()) {
    EXPECT_THAT(program.words, StartsWith(program.path + ": "));
  }
  return program;
}

TEST(InspectProgram, ADynamicProgramCanBeEntered) {
  const Program shell = inspect_program("/bin/sh");
  EXPECT_EQ(shell.kind, Kind::dynamic) << shell.words;
  EXPECT_EQ(shell.exit_status, 0);
  EXPECT_EQ(shell.words, "");
  EXPECT_EQ(refuse_preload("/bin/sh"), std::nullopt);
}

TEST(InspectProgram, AStaticProgramCannot) {
  const Program program = inspect_text(fixed().build());
  EXPECT_EQ(program.kind, Kind::static_program);
  EXPECT_EQ(program.exit_status, 2);
  EXPECT_THAT(program.words, HasSubstr("statically linked"));
  EXPECT_EQ(inspect_text(FakeElf{}.build()).kind, Kind::static_program) << "position-independent";
}

TEST(InspectProgram, KnowsOtherMachinesAndBits) {
  FakeElf arm = fixed();
  arm.machine = 183;
  EXPECT_EQ(inspect_text(arm.build()).kind, Kind::not_a_program);
  EXPECT_THAT(inspect_text(arm.build()).words, HasSubstr("AArch64"));
  EXPECT_EQ(inspect_text(arm.build()).exit_status, 126);
  FakeElf small = fixed();
  small.is_64 = false;
  small.machine = 3;
  EXPECT_EQ(inspect_text(small.build()).kind, Kind::other_bits);
  EXPECT_EQ(inspect_text(small.build()).exit_status, 2);
}

TEST(InspectProgram, AProgramOfMuslCanBeEnteredAsWell) {
  const TempTree tree{{"lib/ld-musl-x86_64.so.1", ""}};
  EXPECT_EQ(inspect_text(with_loader(tree.path("lib/ld-musl-x86_64.so.1")).build()).kind, Kind::dynamic);
}

TEST(InspectProgram, SaysWhenTheLoaderIsMissing) {
  const Program program = inspect_text(with_loader("/nowhere/ld.so").build());
  EXPECT_EQ(program.kind, Kind::missing);
  EXPECT_EQ(program.exit_status, 127);
  EXPECT_THAT(program.words, HasSubstr("/nowhere/ld.so does not exist"));
}

TEST(InspectProgram, ALibraryOrObjectFileIsNone) {
  FakeElf library;
  library.segments.push_back({.kind = 2, .contents = std::string(16, '\0')});
  EXPECT_EQ(inspect_text(library.build()).kind, Kind::not_a_program);
  FakeElf object;
  object.type = 1;
  EXPECT_EQ(inspect_text(object.build()).kind, Kind::not_a_program);
  EXPECT_EQ(inspect_text(FakeElf{}.build().substr(0, 30)).kind, Kind::not_a_program);
}

TEST(InspectProgram, TheLoaderItselfMayBeRun) {
  if (::access(kRealLoader, X_OK) != 0) GTEST_SKIP();
  EXPECT_EQ(inspect_program(kRealLoader).kind, Kind::dynamic);
}

TEST(InspectProgram, AScriptIsWhatItsInterpreterIs) {
  const Program script = inspect_text("#! /bin/sh -e\necho\n");
  EXPECT_EQ(script.kind, Kind::dynamic);
  EXPECT_EQ(script.executed, "/bin/sh");
  EXPECT_EQ(inspect_text("echo without interpreter\n").executed, "/bin/sh");

  const TempTree tree{};
  tree.write("static", fixed().build(), true);
  const Program by_static = inspect_text("#!" + tree.path("static") + "\n");
  EXPECT_EQ(by_static.kind, Kind::static_program);
  EXPECT_THAT(by_static.words, HasSubstr("its interpreter " + tree.path("static") + ": statically linked"));
}

TEST(InspectProgram, FollowsScriptsOfScriptsButNotForEver) {
  const TempTree tree{};
  tree.write("loop", "#!" + tree.path("loop") + "\n", true);
  EXPECT_EQ(inspect_program(tree.path("loop")).kind, Kind::not_a_program);
  tree.write("one", "#!/bin/sh\n", true);
  EXPECT_EQ(inspect_text("#!" + tree.path("one") + "\n").executed, "/bin/sh");
}

TEST(InspectProgram, SaysWhatIsWrongWithAnInterpreter) {
  const Program missing = inspect_text("#!/nowhere/python\r\n");
  EXPECT_EQ(missing.kind, Kind::missing);
  EXPECT_EQ(missing.exit_status, 127);
  EXPECT_THAT(missing.words, HasSubstr("its interpreter /nowhere/python"));
  EXPECT_THAT(missing.words, HasSubstr("Windows line ends"));
}

TEST(InspectProgram, OtherBinaryFilesAreNoPrograms) {
  const Program program = inspect_text(std::string("MZ\x90\0\3", 5));
  EXPECT_EQ(program.kind, Kind::not_a_program);
  EXPECT_EQ(program.exit_status, 126);
}

TEST(InspectProgram, TellsMissingFoldersAndUnexecutableFilesApart) {
  const TempTree tree{{"plain", "text"}};
  EXPECT_EQ(inspect_program(tree.path("none")).kind, Kind::missing);
  EXPECT_EQ(inspect_program(tree.path("none")).exit_status, 127);
  EXPECT_EQ(inspect_program(tree.path("none")).words, tree.path("none") + ": No such file or directory");
  EXPECT_EQ(inspect_program(tree.root()).kind, Kind::directory);
  EXPECT_EQ(inspect_program(tree.root()).exit_status, 126);
  EXPECT_EQ(inspect_program(tree.path("plain")).kind, Kind::not_executable);
  EXPECT_EQ(inspect_program(tree.path("plain")).exit_status, 126);
}

// A file of someone else's with the setuid bit takes root to make, and the other user to look at.
TEST(InspectProgram, AProgramThatGainsPrivilegesCannotBeEntered) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const TempTree tree{};
  const std::string path = tree.path("program");
  tree.write("program", with_loader(kRealLoader).build(), true);
  ASSERT_EQ(::chmod(tree.root().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(path.c_str(), 04755), 0);
  EXPECT_EQ(inspect_program(path).kind, Kind::dynamic) << "root gains nothing";
  const pid_t child = ::fork();
  if (child == 0) {
    const bool other = ::setgid(65534) == 0 && ::setuid(65534) == 0;
    const Program program = inspect_program(path);
    const bool told = program.kind == Kind::privileged && program.exit_status == 2 &&
                      program.words.find("setuid") != std::string::npos;
    ::_exit(!other ? 2 : told ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "cannot become another user";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace ajar::capture
