#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/command.h"

namespace ajar::kernels {

// Tests on another kernel. They are skipped, with the reason, where it or qemu is missing.
class OnKernel : public testing::Test {
 protected:
  // A name that testing/kernels/fetch knows: "6.1".
  explicit OnKernel(std::string kernel) : kernel_(std::move(kernel)) {}

  void SetUp() override;

  // How the command ended that was run as root on that kernel. What it needs besides its own words, its
  // libraries, ajar and a shell, `options` name: {"--with", "cat"}, as `run_on --help` says.
  [[nodiscard]] harness::Outcome run(std::vector<std::string> words,
                                     std::vector<std::string> options = {}) const;

 private:
  std::string kernel_;
};

}  // namespace ajar::kernels
