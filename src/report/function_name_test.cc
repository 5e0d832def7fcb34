#include "report/function_name.h"

#include <gtest/gtest.h>

namespace ajar::report {
namespace {

TEST(FunctionName, ReturnTypeAndParametersAreCutAway) {
  EXPECT_EQ(qualified_name("main"), "main");
  EXPECT_EQ(qualified_name("shop::fetch(int, std::string const&)"), "shop::fetch");
  EXPECT_EQ(qualified_name("void std::__invoke_impl<void, shop::f(int)>(int)"),
            "std::__invoke_impl<void, shop::f(int)>");
  EXPECT_EQ(qualified_name("(anonymous namespace)::open_it(int)"), "(anonymous namespace)::open_it");
  EXPECT_EQ(qualified_name("std::function<void ()>::operator()() const"),
            "std::function<void ()>::operator()");
  EXPECT_EQ(qualified_name("bool ns::operator< <int>(ns::A, ns::A)"), "ns::operator< <int>");
  EXPECT_EQ(qualified_name("main::{lambda(int)#1}::operator()(int) const"),
            "main::{lambda(int)#1}::operator()");
}

TEST(FunctionName, InstantiatedTemplatesOfTheStandardLibraryAreKnown) {
  EXPECT_TRUE(is_standard_library("std::thread::_M_run()"));
  EXPECT_TRUE(is_standard_library("void std::__invoke_impl<void, shop::worker>(std::__invoke_other)"));
  EXPECT_TRUE(is_standard_library("__gnu_cxx::__stoa<long, int>(long (*)(char const*))"));
  EXPECT_FALSE(is_standard_library("shop::run(std::string)"));
  EXPECT_FALSE(is_standard_library("std::string shop::name()"));
  EXPECT_FALSE(is_standard_library("stdio_open"));
}

TEST(FunctionName, AnyTextIsTaken) {
  EXPECT_EQ(qualified_name(""), "");
  EXPECT_EQ(qualified_name("a<(("), "a<((");
  EXPECT_EQ(qualified_name("operator"), "operator");
  EXPECT_EQ(qualified_name(")>"), ")>");
}

}  // namespace
}  // namespace ajar::report
