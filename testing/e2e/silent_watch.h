#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/temp_dir.h"

// `ajar watch` on servers that are right, under load.
namespace ajar::e2e {

// The process and its children, in words.
std::vector<std::string> family_of(int pid);

// Expects that no process of these is said to grow, now or at the end, while `load` is under way, which has
// to last some seconds.
void expect_that_nothing_grows(const harness::TempDir& directory, const std::vector<std::string>& processes,
                               const std::function<void()>& load);

}  // namespace ajar::e2e
