#include "symbolize/managed_name.h"

#include <gtest/gtest.h>

namespace ajar::symbolize {
namespace {

ManagedName name(std::string function, std::string file = "", std::uint32_t line = 0) {
  return {.function = std::move(function), .file = std::move(file), .line = line};
}

TEST(ManagedName, FunctionsOfScriptsHaveFileAndLine) {
  EXPECT_EQ(managed_name("JS:*openSync node:fs:570:18"), name("openSync", "node:fs", 570));
  EXPECT_EQ(managed_name("JS:~leak /srv/a b.js:2:17"), name("leak", "/srv/a b.js", 2));
  EXPECT_EQ(managed_name("JS:^leak file:///srv/a.mjs:2:17"), name("leak", "/srv/a.mjs", 2));
  EXPECT_EQ(managed_name("LazyCompile:*leak /srv/app.js:12"), name("leak", "/srv/app.js", 12));
  EXPECT_EQ(managed_name("Function:leak /srv/app.js:12:1"), name("leak", "/srv/app.js", 12));
  EXPECT_EQ(managed_name("JS:*get size /srv/app.js:12:1"), name("get size", "/srv/app.js", 12));
}

TEST(ManagedName, FunctionsWithoutANameAreAnonymous) {
  EXPECT_EQ(managed_name("JS:~ /srv/app.js:1:1"), name("(anonymous)", "/srv/app.js", 1));
  EXPECT_EQ(managed_name("Eval:~ :1:1"), name("(anonymous)"));
  EXPECT_EQ(managed_name("JS:"), name("(anonymous)"));
}

TEST(ManagedName, FunctionsOfPythonHaveAFile) {
  EXPECT_EQ(managed_name("py::leak:/srv/app.py"), name("leak", "/srv/app.py"));
  EXPECT_EQ(managed_name("py::Pool.get:<frozen importlib>"), name("Pool.get", "<frozen importlib>"));
  EXPECT_EQ(managed_name("py::leak"), name("leak"));
  EXPECT_EQ(managed_name("py::"), name("py::"));
}

TEST(ManagedName, OtherNamesStayAsTheyAre) {
  for (const char* text : {"void java.io.FileInputStream.open0(java.lang.String)", "Builtin:CallApiCallback",
                           "Interpreter", "foo", "a b c", ":1:2", ""}) {
    EXPECT_EQ(managed_name(text), name(text));
  }
}

TEST(ManagedName, NumbersThatAreNoneBelongToTheFile) {
  EXPECT_EQ(managed_name("JS:f a.js:"), name("f", "a.js:"));
  EXPECT_EQ(managed_name("JS:f a.js:99999999999"), name("f", "a.js:99999999999"));
  EXPECT_EQ(managed_name("JS:f a.js:1x:3"), name("f", "a.js:1x", 3));
}

}  // namespace
}  // namespace ajar::symbolize
