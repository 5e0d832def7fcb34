#include "analyze/suppressions.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

report::Group pipe_group() {
  report::Group group;
  group.type = "pipe";
  group.stack = {
      {.function = "pipe2", .match = report::Match::exact, .file = {}, .module = "libc.so.6", .marker = {}},
      {.function = "void crash::Reporter::start(int)",
       .match = report::Match::exact,
       .file = {},
       .module = "libcrash.so",
       .marker = {}}};
  group.culprit.emplace();
  group.culprit->path = "/opt/crash/libcrash.so";
  group.handles = {{.value = 3, .type = "pipe", .name = "/tmp/a.log", .thread_name = {}},
                   {.value = 4, .type = "pipe", .name = "/tmp/b.log", .thread_name = {}}};
  return group;
}

bool suppresses(const char* line) {
  const auto parsed = parse_suppressions(line);
  return parsed.ok() && parsed.value().size() == 1 && matches(parsed.value()[0], pipe_group());
}

TEST(Suppressions, EveryTermOfALineMustMatch) {
  EXPECT_TRUE(suppresses("module=libcrash.so type=pipe"));
  EXPECT_FALSE(suppresses("module=libcrash.so type=file"));
  EXPECT_TRUE(suppresses("function=crash::Reporter::*"));
  EXPECT_TRUE(suppresses("function=\"void crash::Reporter::start(int)\" # on purpose"));
  EXPECT_FALSE(suppresses("function=start"));
}

TEST(Suppressions, AModuleWithASlashIsTheCulpritsPath) {
  EXPECT_TRUE(suppresses("module=/opt/crash/*"));
  EXPECT_FALSE(suppresses("module=/usr/*"));
}

TEST(Suppressions, APathMustMatchTheNameOfEveryHandle) {
  EXPECT_TRUE(suppresses("path=/tmp/*.log"));
  EXPECT_FALSE(suppresses("path=/tmp/a*"));
}

TEST(Suppressions, CommentsAndEmptyLinesAreSkippedAndLinesCounted) {
  const auto parsed = parse_suppressions("# all of it\n\n  type=pipe  \r\nmodule=\"a b.so\"\n");
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed.value().size(), 2U);
  EXPECT_EQ(parsed.value()[0].line, 3U);
  EXPECT_EQ(parsed.value()[0].text, "type=pipe");
  EXPECT_EQ(parsed.value()[1].terms[0].pattern, "a b.so");
}

TEST(Suppressions, AWrongLineIsNamed) {
  const auto parsed = parse_suppressions("type=pipe\ncolour=red\n");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().message(),
            "line 2: 'colour=red' is not type=…, module=…, function=… or path=… with a pattern");
  EXPECT_FALSE(parse_suppressions("type=").ok());
}

}  // namespace
}  // namespace ajar::analyze
