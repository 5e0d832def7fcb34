#pragma once

#include <cstdlib>

#include "harness/command.h"

// In a test: it needs a program of a Debian package. Where that is missing the test fails, and says what to
// install; with AJAR_TEST_ALLOW_MISSING=1 in the environment it is skipped.
#define AJAR_NEEDS(program, package)                                           \
  if (ajar::harness::find_program(program).empty()) {                          \
    if (std::getenv("AJAR_TEST_ALLOW_MISSING") != nullptr)                     \
      GTEST_SKIP() << "no " program " (package " package ")";                  \
    FAIL() << program " is not installed: apt-get install " package            \
                      " (or AJAR_TEST_ALLOW_MISSING=1 to skip what needs it)"; \
  }                                                                            \
  static_assert(true)
