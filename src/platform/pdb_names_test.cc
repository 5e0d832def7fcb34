#include "platform/pdb_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <filesystem>

#include "platform/llvm_symbolizer.h"
#include "platform/testing/temp_tree.h"
#include "platform/testing/variable.h"

namespace ajar::platform {
namespace {

using model::SymbolMatch;
using testing::HasSubstr;

constexpr std::array<std::uint64_t, 2> kTwo = {0x1000, 0x1020};
const std::string kNothingThere = R"({"Address":"0x1000","Symbol":[]})"
                                  "\n";

TEST(LlvmSymbolizer, InlinedFunctionsComeFirstAndOnlyTheLastIsTheFunction) {
  const auto symbols = read_llvm_symbolizer(
      kNothingThere +
          R"j({"Address":"0x1020","Symbol":[{"FileName":"C:\\a.cc","FunctionName":"in","Line":4},)j"
          R"j({"FileName":"C:\\b.cc","FunctionName":"out(int)","Line":11}]})j",
      kTwo);
  ASSERT_TRUE(symbols.ok()) << symbols.error().message();
  ASSERT_EQ(symbols.value().size(), 1U);
  const model::SymbolChain& chain = symbols.value().at(0x1020);
  ASSERT_EQ(chain.size(), 2U);
  EXPECT_EQ(chain[0].function, "in");
  EXPECT_EQ(chain[0].file, "C:\\a.cc");
  EXPECT_TRUE(chain[0].inlined);
  EXPECT_EQ(chain[1].function, "out(int)");
  EXPECT_EQ(chain[1].line, 11U);
  EXPECT_FALSE(chain[1].inlined);
  EXPECT_EQ(chain[1].match, SymbolMatch::exact);
}

TEST(LlvmSymbolizer, AFunctionWithoutALineIsOnlyNear) {
  const auto symbols = read_llvm_symbolizer(
      kNothingThere + R"({"Address":"0x1020","Symbol":[{"FileName":"","FunctionName":"f","Line":0}]})", kTwo);
  ASSERT_TRUE(symbols.ok());
  EXPECT_EQ(symbols.value().at(0x1020).front().match, SymbolMatch::nearest);
}

TEST(LlvmSymbolizer, ItsErrorIsSaidWhereItAnswersNothingElse) {
  const std::string error = R"({"Address":"0x0","Error":{"Message":"no such thing"}})"
                            "\n";
  EXPECT_THAT(read_llvm_symbolizer(error + error, kTwo).error().message(), HasSubstr("no such thing"));
  EXPECT_TRUE(read_llvm_symbolizer(kNothingThere + error, kTwo).ok());
}

TEST(LlvmSymbolizer, WhatIsNotTheAnswerIsNotTaken) {
  const std::string other = R"({"Address":"0x9","Symbol":[]})"
                            "\n";
  for (const std::string& output :
       {std::string(), std::string("nonsense\n"), kNothingThere, kNothingThere + other, other + kNothingThere,
        kNothingThere + kNothingThere, kNothingThere + "[]\n", std::string("{}\n{}\n"),
        std::string(100'000, '['), kNothingThere + R"({"Address":"0x1020","Symbol":7})",
        kNothingThere + R"({"Address":"0x1020","Symbol":[]})" + "\n" + other}) {
    EXPECT_FALSE(read_llvm_symbolizer(output, kTwo).ok()) << output.substr(0, 100);
  }
}

TEST(LlvmSymbolizer, FieldsOfOtherKindsAreAsIfTheyWereNotThere) {
  const auto symbols = read_llvm_symbolizer(
      kNothingThere +
          R"({"Address":"0x1020","Symbol":[7,{"FileName":3,"FunctionName":"f","Line":-1},{"Line":1e99}]})",
      kTwo);
  ASSERT_TRUE(symbols.ok());
  ASSERT_EQ(symbols.value().at(0x1020).size(), 1U);
  EXPECT_EQ(symbols.value().at(0x1020)[0].line, 0U);
}

// What PdbNames says when `script` is all that PATH has as llvm-symbolizer.
struct Asked {
  explicit Asked(const std::string& script, std::chrono::milliseconds limit = std::chrono::seconds(20))
      : names(limit) {
    if (!script.empty()) write("llvm-symbolizer-19", "19.1.7", script);
  }

  void write(const std::string& name, const std::string& version, const std::string& script) const {
    const std::string head =
        "#!/bin/sh\n[ $1 = --version ] && echo Debian LLVM version " + version + " && exit\n";
    tree.write("bin/" + name, head + script, true);
  }

  base::Result<model::ModuleSymbols> find() {
    const Variable path("PATH", tree.path("bin"));
    return names.find(
        {.image = tree.path("till.dll"), .name = "till.pdb", .pdb = tree.path("x.pdb"), .addresses = kTwo});
  }

  TempTree tree{{"till.dll", "image"}, {"x.pdb", "its PDB"}};
  PdbNames names;
};

TEST(PdbNames, TheImageAndItsPdbLieSideBySideForLlvmSymbolizer) {
  Asked asked(R"sh(image=${1#--obj=}
read first; read second; read third && exit 1
[ "$(/bin/cat "$image") $first $second" = "image 0x1000 0x1020" ] || exit 1
[ "$(/bin/cat "${image%/*}/till.pdb")" = "its PDB" ] || exit 1
echo '{"Address":"0x1000","Symbol":[]}'
echo '{"Address":"0x1020","Symbol":[{"FunctionName":"f","FileName":"a.c","Line":3}]}'
)sh");
  const auto symbols = asked.find();
  ASSERT_TRUE(symbols.ok()) << symbols.error().message();
  EXPECT_EQ(symbols.value().at(0x1020).front().file, "a.c");
}

TEST(PdbNames, SaysHowToGetLlvmSymbolizer) {
  EXPECT_THAT(Asked("").find().error().message(), HasSubstr("apt-get install llvm"));
}

// That of LLVM 14 says wrong lines of inlined functions.
TEST(PdbNames, WhatIsTooOldIsNotAsked) {
  Asked asked("");
  asked.write("llvm-symbolizer", "14.0.6", "echo nonsense");
  EXPECT_THAT(asked.find().error().message(), HasSubstr("LLVM 15 or later"));
  asked.write("llvm-symbolizer", "15.0.6", "echo nonsense");
  EXPECT_THAT(asked.find().error().message(), HasSubstr("does not understand"));
}

TEST(PdbNames, NonsenseIsAnError) {
  EXPECT_THAT(Asked("echo nonsense").find().error().message(), HasSubstr("does not understand"));
  EXPECT_FALSE(Asked("exit 3").find().ok());
}

TEST(PdbNames, WhoDoesNotAnswerInTimeIsAskedOnlyOnce) {
  Asked asked(R"sh(echo x >>"${0%/*}/asked"; exec /bin/sleep 30)sh", std::chrono::milliseconds(500));
  const auto before = std::chrono::steady_clock::now();
  EXPECT_THAT(asked.find().error().message(), HasSubstr("did not answer in time"));
  EXPECT_THAT(asked.find().error().message(), HasSubstr("did not answer in time"));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  EXPECT_EQ(std::filesystem::file_size(asked.tree.path("bin/asked")), 2U);
}

}  // namespace
}  // namespace ajar::platform
