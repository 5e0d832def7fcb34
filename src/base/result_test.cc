#include "base/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>

namespace ajar::base {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return Error("odd");
  return n / 2;
}

TEST(Result, HoldsTheValueOfASuccess) {
  const Result<int> r = half(8);
  ASSERT_TRUE(r.ok());
  EXPECT_EQ(r.value(), 4);
}

TEST(Result, ChainsContextInFrontOfAnError) {
  const Result<int> r = half(7).in("half").in("arithmetic");
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().message(), "arithmetic: half: odd");
}

TEST(Result, MovesOutWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> r = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = std::move(r).value();
  EXPECT_EQ(*taken, 5);
}

TEST(Result, OfVoidIsASuccessUnlessGivenAnError) {
  EXPECT_TRUE(Result<void>().ok());
  EXPECT_EQ(Result<void>(Error("full")).in("disk").error().message(), "disk: full");
}

TEST(SystemError, NamesTheThingAndTheReason) {
  EXPECT_EQ(system_error("/no/such", ENOENT).message(), "/no/such: No such file or directory");
}

}  // namespace
}  // namespace ajar::base
