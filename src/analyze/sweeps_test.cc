#include "analyze/sweeps.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

constexpr model::StackId stack{7};

TEST(Sweep, GoesUpOrDown) {
  Sweeps sweeps;
  for (std::uint64_t fd = 3; fd < 20; ++fd) sweeps.on_bad_close(stack, fd);
  EXPECT_TRUE(sweeps.has(stack));
  Sweeps down;
  for (std::uint64_t fd = 20; fd > 2; --fd) down.on_bad_close(stack, fd);
  EXPECT_TRUE(down.has(stack));
}

TEST(Sweep, GoesOnOverWhatIsOpen) {
  Sweeps sweeps;
  for (std::uint64_t fd = 3; fd < 15; ++fd) {
    fd % 4 == 0 ? sweeps.on_close(stack, fd) : sweeps.on_bad_close(stack, fd);
  }
  EXPECT_TRUE(sweeps.has(stack));
}

TEST(Sweep, IsNotCloseAfterCloseOfTheSameNumber) {
  Sweeps sweeps;
  for (int i = 0; i < 100; ++i) sweeps.on_bad_close(stack, 5);
  for (std::uint64_t i = 0; i < 100; ++i) sweeps.on_bad_close(stack, 5 + 4 * (i % 2));
  EXPECT_FALSE(sweeps.has(stack));
}

TEST(Sweep, IsNotMadeOfClosesThatAllSucceed) {
  Sweeps sweeps;
  for (std::uint64_t fd = 3; fd < 20; ++fd) sweeps.on_close(stack, fd);
  EXPECT_FALSE(sweeps.has(stack));
}

TEST(Sweep, IsOfOneStack) {
  Sweeps sweeps;
  for (std::uint64_t fd = 3; fd < 20; ++fd)
    sweeps.on_bad_close(model::StackId{static_cast<std::uint32_t>(1 + fd % 3)}, fd);
  EXPECT_FALSE(sweeps.has(model::StackId{1}));
}

}  // namespace
}  // namespace ajar::analyze
