#include "kernels/on_kernel.h"

namespace ajar::kernels {

using harness::Command;
using harness::Outcome;

void OnKernel::SetUp() {
  const Outcome check = harness::run(Command{.words = {AJAR_RUN_ON, kernel_, "--check"}});
  if (check.exit_status != 0) GTEST_SKIP() << check.err;
}

Outcome OnKernel::run(std::vector<std::string> words, std::vector<std::string> options) const {
  options.insert(options.begin(), {AJAR_RUN_ON, kernel_, "--build", AJAR_BUILD});
  options.emplace_back("--");
  options.insert(options.end(), words.begin(), words.end());
  // The limit is run_on's, which says more when it is reached.
  return harness::run(Command{.words = std::move(options), .limit = std::chrono::seconds(380)});
}

}  // namespace ajar::kernels
