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

TEST(FunctionName, OperatorsKeepWhatIsPartOfTheirNames) {
  EXPECT_EQ(qualified_name("shop::Order::operator unsigned long() const"),
            "shop::Order::operator unsigned long");
  EXPECT_EQ(qualified_name("shop::cooperator()"), "shop::cooperator");
  EXPECT_EQ(qualified_name("operator new(unsigned long)"), "operator new");
}

TEST(FunctionName, TheTagOfAnAbiIsCutAway) {
  EXPECT_EQ(qualified_name("shop::Order::name[abi:cxx11]() const"), "shop::Order::name");
  EXPECT_EQ(qualified_name("shop::name[abi:cxx11]"), "shop::name");
  EXPECT_EQ(qualified_name("[abi:cxx11]"), "[abi:cxx11]");
}

TEST(FunctionName, NamesOfOtherLanguagesComeOutWhole) {
  for (const char* name :
       {"<alloc::string::String as core::fmt::Debug>::fmt", "<shop::Order>::total::{closure#0}",
        "shop::apply::<shop::main::{closure#3}>", "main.(*Server).open-fm", "main.(*List[...]).Push",
        "main.serve.func1", "gopkg.in/yaml.v3.(*Decoder).Decode", "openSync", "<anonymous>",
        "?open@shop@@YAHH@Z", "shop::(anonymous namespace)::open::{lambda}::operator()"}) {
    EXPECT_EQ(qualified_name(name), name);
  }
  EXPECT_EQ(qualified_name("void java.io.FileInputStream.open0(java.lang.String)"),
            "java.io.FileInputStream.open0");
  EXPECT_EQ(qualified_name("StubRoutines (1)"), "StubRoutines (1)");
}

TEST(FunctionName, RustsLibraryIsKnownByTheTypeThatItImplements) {
  EXPECT_TRUE(is_standard_library("<std::fs::File>::open::<&str>"));
  EXPECT_TRUE(is_standard_library("std::fs::File::open"));
  EXPECT_FALSE(is_standard_library("<std::fs::File as shop::Journal>::open"));
  EXPECT_FALSE(is_standard_library("<shop::Order as core::fmt::Debug>::fmt"));
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
