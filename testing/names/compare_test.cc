#include "names/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::names {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

const Chain kInlined = {{.function = "_ZN1a1fEv", .file = "/a.h", .line = 3},
                        {.function = "_ZN1a1gEi", .file = "/a.cc", .line = 10}};

// All say the same.
Answers agreed(const Chain& chain) {
  return {.address = 0x1000, .ours = chain, .llvm = chain, .llvm_linkage = chain, .libdw = {chain}};
}

Comparison compared(const Answers& answers, Asked asked = {}) {
  Comparison comparison(asked);
  comparison.add(answers);
  return comparison;
}

TEST(Comparison, FindsEqualAnswersEqual) {
  const Comparison comparison = compared(agreed(kInlined));
  EXPECT_EQ(comparison.equal(), 1U);
  EXPECT_EQ(comparison.wrong(), 0U);
  EXPECT_EQ(comparison.frames(), 2U);
  EXPECT_EQ(comparison.known(), 1U);
}

TEST(Comparison, TakesNoAnswerForEqualWhenNobodyKnowsMore) {
  Answers nothing;
  EXPECT_EQ(compared(nothing).equal(), 1U);
  EXPECT_EQ(compared(nothing).known(), 0U);
}

TEST(Comparison, FindsAWrongLineOfAnyFrame) {
  for (const std::size_t frame : {0U, 1U}) {
    Answers answers = agreed(kInlined);
    ++answers.ours[frame].line;
    const Comparison comparison = compared(answers);
    EXPECT_EQ(comparison.wrong(), 1U);
    EXPECT_THAT(comparison.kinds(), ElementsAre(Pair("libdw: line", 1), Pair("llvm: line", 1)));
    EXPECT_THAT(comparison.unexplained().front(),
                HasSubstr("0x1000 llvm: line of frame " + std::to_string(frame)));
  }
}

TEST(Comparison, FindsAWrongFileAndAWrongInlinedName) {
  Answers answers = agreed(kInlined);
  answers.ours[0].file = "a.h";
  answers.ours[0].function = "_ZN1a1hEv";
  EXPECT_THAT(compared(answers).kinds(), ElementsAre(Pair("libdw: file", 1), Pair("libdw: function", 1),
                                                     Pair("llvm: file", 1), Pair("llvm: function", 1)));
}

TEST(Comparison, FindsAMissingFrameAndAMissingAnswer) {
  Answers answers = agreed(kInlined);
  answers.ours.pop_back();
  EXPECT_EQ(compared(answers).wrong(), 1U);
  answers.ours.clear();
  EXPECT_EQ(compared(answers).wrong(), 1U);
}

TEST(Comparison, FindsAnAnswerThatNobodyElseHas) {
  Answers answers;
  answers.ours = kInlined;
  EXPECT_THAT(compared(answers).kinds(), ElementsAre(Pair("libdw: chain", 1), Pair("llvm: chain", 1)));
}

TEST(Comparison, TakesAQualifiedNameForTheShortOne) {
  Answers answers = agreed({{.function = "f", .file = "/a.c", .line = 1}});
  answers.ours[0].function = "a::f";
  EXPECT_EQ(compared(answers).equal(), 1U);
  answers.ours[0].function = "a::of";
  EXPECT_EQ(compared(answers).wrong(), 1U);
}

TEST(Comparison, ExplainsAColdPartOfTheSameFunctionOnly) {
  Answers answers = agreed(kInlined);
  answers.llvm_linkage.back().function = "_ZN1a1gEi.cold";
  EXPECT_THAT(compared(answers).explained(), ElementsAre(Pair("symbol with a suffix", 1)));
  EXPECT_EQ(compared(answers).wrong(), 0U);
  answers.llvm_linkage.back().function = "_ZN1a1xEi.cold";
  answers.libdw.front().back().function = "_ZN1a1xEi";
  EXPECT_EQ(compared(answers).wrong(), 1U);
}

TEST(Comparison, ExplainsALackingLinkageNameOfTheOutermostFunctionOnly) {
  Answers answers = agreed({{.function = "f", .file = "/a.c", .line = 1}});
  answers.llvm_linkage.back().function = "_ZN1a1fEv";
  EXPECT_THAT(compared(answers).explained(), ElementsAre(Pair("no linkage name", 1)));
  answers.llvm.back().function = "g";
  answers.libdw.front().back().function = "g";
  EXPECT_EQ(compared(answers).wrong(), 1U);
}

TEST(Comparison, FindsAWrongNamespaceByTheSymbolsName) {
  Answers answers = agreed({{.function = "f<int>", .file = "/a.c", .line = 1}});
  answers.llvm_linkage.back().function = "_ZN1aL1fIiEEvi.cold";  // void a::f<int>(int)
  answers.ours.back().function = "a::f<int>";
  EXPECT_THAT(compared(answers).explained(), ElementsAre(Pair("no linkage name", 1)));
  answers.ours.back().function = "b::f<int>";
  EXPECT_EQ(compared(answers).wrong(), 1U);
}

TEST(Comparison, ExplainsAnotherSymbolIfLibdwHasOurs) {
  Answers answers = agreed(kInlined);
  answers.llvm.back().function = "g";
  answers.llvm_linkage.back().function = "_ZN1a1zEi";
  EXPECT_THAT(compared(answers).explained(), ElementsAre(Pair("another symbol", 1)));
  answers.libdw.front().back().function = "_ZN1a1zEi";
  EXPECT_EQ(compared(answers).wrong(), 1U);
}

TEST(Comparison, TakesOneOfTheFunctionsThatLibdwFindsInFoldedCode) {
  Answers answers = agreed(kInlined);
  answers.libdw.insert(answers.libdw.begin(), {{.function = "other", .file = "/b.cc", .line = 5}});
  EXPECT_EQ(compared(answers).equal(), 1U);
}

TEST(Comparison, LeavesOutWhomItIsToldTo) {
  Answers answers = agreed(kInlined);
  answers.libdw.clear();
  answers.llvm.front().function = answers.llvm_linkage.front().function = "";
  EXPECT_EQ(compared(answers, {.llvm_names = false, .libdw = false}).equal(), 1U);
  EXPECT_EQ(compared(answers, {.llvm_names = true, .libdw = false}).wrong(), 1U);
}

}  // namespace
}  // namespace ajar::names
