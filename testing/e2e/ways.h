#pragma once

#include <gtest/gtest.h>

#include <string>

// Tests of a way in, and what they need of the machine.
namespace ajar::e2e {

// Why the way in can't be taken here, as `ajar check` says it; empty where it can.
std::string why_not_by(const std::string& way);

// For a suite with the name of a way in as its parameter.
class ByWay : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (const std::string why = why_not_by(GetParam()); !why.empty())
      GTEST_SKIP() << "there is no way in by " << GetParam() << " here: " << why;
  }
};

inline std::string name_of_way(const testing::TestParamInfo<std::string>& each) {
  return each.param;
}

}  // namespace ajar::e2e
