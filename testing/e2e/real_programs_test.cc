#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "e2e/behaviour.h"
#include "e2e/traced.h"
#include "harness/needs.h"

// Programs that start others, as people run them: all that comes of it is traced, nothing is accused, and
// what they print is what they print without ajar.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::ReportedProcess;
using harness::TempDir;
using testing::IsSupersetOf;

std::set<std::string> names(const Traced& seen) {
  std::set<std::string> names;
  for (const ReportedProcess& process : seen.reported.processes) names.insert(process.name);
  return names;
}

// A script that works in a directory of its own, with ajar and without.
Traced expect_no_harm(const std::string& script) {
  const std::vector<std::string> words = {"/bin/sh", "-euc", script};
  const TempDir alone;
  const TempDir directory;
  const Outcome bare = harness::run(Command{.words = words, .directory = alone.path()});
  Traced seen = trace(directory, words);
  EXPECT_EQ(bare.exit_status, 0) << bare.err;
  EXPECT_EQ(seen.run.out, bare.out);
  EXPECT_EQ(seen.run.exit_status, bare.exit_status) << seen.run.err;
  for (const ReportedProcess& process : seen.reported.processes) {
    EXPECT_EQ(process.not_traced, "") << process.name;
    for (const harness::ReportedGroup& group : process.groups) {
      EXPECT_NE(group.verdict, "leak") << process.name << ": " << group.summary() << ": " << group.reason;
    }
    EXPECT_EQ(process.coverage.unseen, 0U) << process.name << " (pid " << process.pid << ")";
  }
  return seen;
}

TEST(RealPrograms, GitMakesAndClonesARepository) {
  AJAR_NEEDS("git", "git");
  const Traced seen = expect_no_harm(
      "git init -q a; cd a; git config user.name x; git config user.email x@localhost\n"
      "for i in 1 2 3 4 5; do echo $i > f$i; git add f$i; git commit -qm $i; done\n"
      "git gc -q; cd ..; git clone -q a b; cd b; git log --format=%s");
  EXPECT_THAT(names(seen), IsSupersetOf({"git"}));
}

TEST(RealPrograms, MakeCompilesWithTwoJobs) {
  AJAR_NEEDS("make", "make");
  AJAR_NEEDS("gcc", "gcc");
  const Traced seen = expect_no_harm(
      "for i in 1 2 3 4; do echo \"int f$i(void) { return $i; }\" > f$i.c; done\n"
      "echo 'int main(void) { return 0; }' > main.c\n"
      "printf 'all: p\\np: main.o f1.o f2.o f3.o f4.o\\n\\tgcc -o p $^\\n%%.o: %%.c\\n\\tgcc -O2 -c $<\\n' > "
      "Makefile\n"
      "make -j2 | sort; ./p; echo built");
  EXPECT_THAT(names(seen), IsSupersetOf({"make", "cc1", "p"}));
}

TEST(RealPrograms, PythonMapsOverAPoolOfProcesses) {
  AJAR_NEEDS("python3", "python3");
  const Traced seen = expect_no_harm(
      "cat > pool.py <<'END'\n"
      "import multiprocessing\n"
      "def square(x): return x * x\n"
      "if __name__ == '__main__':\n"
      "    with multiprocessing.Pool(3) as pool: print(sum(pool.map(square, range(1000))))\n"
      "END\n"
      "python3 pool.py");
  EXPECT_GE(seen.reported.processes.size(), 4U);
}

TEST(RealPrograms, NodeReadsFilesAndStartsPrograms) {
  if (harness::find_program("node").empty()) GTEST_SKIP() << "no node (package nodejs)";
  const Traced seen = expect_no_harm(
      "cat > x.js <<'END'\n"
      "const fs = require('fs'), child = require('child_process');\n"
      "for (let i = 0; i < 50; ++i) fs.readFileSync('/etc/passwd');\n"
      "Promise.all([...Array(20)].map(() => fs.promises.readFile('/etc/group'))).then(\n"
      "    () => console.log(child.execSync('echo from node').toString().trim()));\n"
      "END\n"
      "node x.js");
  EXPECT_THAT(names(seen), IsSupersetOf({"node"}));
}

TEST(RealPrograms, JavaReadsFilesAndStartsPrograms) {
  if (harness::find_program("javac").empty()) GTEST_SKIP() << "no java (package default-jdk-headless)";
  const Traced seen = expect_no_harm(
      "cat > X.java <<'END'\n"
      "import java.nio.file.*;\n"
      "public class X { public static void main(String[] unused) throws Exception {\n"
      "  for (int i = 0; i < 50; ++i) Files.readAllBytes(Path.of(\"/etc/passwd\"));\n"
      "  new ProcessBuilder(\"echo\", \"from java\").inheritIO().start().waitFor(); } }\n"
      "END\n"
      "java X.java");
  EXPECT_THAT(names(seen), IsSupersetOf({"java"}));
}

}  // namespace
}  // namespace ajar::e2e
