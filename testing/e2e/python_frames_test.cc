#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>

#include "e2e/ajar_command.h"
#include "e2e/stating_victim.h"
#include "harness/needs.h"
#include "harness/victims.h"

// Frames of Python programs: which function of which file, and where in it. The truth is what Python itself
// says of its stack.
namespace ajar::e2e {
namespace {

using harness::TempDir;
using Json = nlohmann::json;

constexpr const char* kStated = "stated: ";

std::vector<Json> stated_in(const std::string& printed) {
  std::vector<Json> stated;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kStated)) stated.push_back(Json::parse(line.substr(std::strlen(kStated))));
  }
  return stated;
}

std::string words_of(const Json& frame) {
  return frame.at("function").get<std::string>() + " " + frame.at("file").get<std::string>() + ":" +
         std::to_string(frame.at("line").get<int>());
}

std::string lines_of(const std::vector<std::string>& frames) {
  std::string text;
  for (const std::string& frame : frames) text += frame + "\n";
  return text;
}

bool is_python(const Json& frame) {
  return !frame.contains("marker") && frame.at("module").get<std::string>().empty() &&
         frame.at("symbol") == "exact";
}

std::string reported_frames(const Json& handle) {
  std::vector<std::string> frames;
  for (const Json& frame : handle.at("origin").at("stack")) {
    if (is_python(frame)) frames.push_back(words_of(frame));
  }
  return lines_of(frames);
}

std::string stated_frames(const Json& stack) {
  std::vector<std::string> frames;
  for (const Json& frame : stack.at("frames")) frames.push_back(words_of(frame));
  return lines_of(frames);
}

// Those that still stand for the program's own frames, which should stand in their places.
std::size_t loops(const Json& handle) {
  std::size_t count = 0;
  for (const Json& frame : handle.at("origin").at("stack")) {
    if (frame.contains("function") && frame.at("function") == "_PyEval_EvalFrameDefault") ++count;
  }
  return count;
}

Json tables_of(const TempDir& directory) {
  const harness::Outcome told = harness::run(ajar(directory, {"handles", "x.ajar", "-v", "--json"}));
  EXPECT_EQ(told.exit_status, 0) << told.err;
  return Json::parse(told.out);
}

Json process_of(const Json& told, const Json& pid) {
  for (const Json& process : told.at("processes")) {
    if (process.at("pid") == pid) return process;
  }
  return {};
}

void expect_frames_as_stated(const std::string& python) {
  const TempDir directory;
  const harness::Outcome run =
      harness::run(ajar_run(directory, {python, harness::victim("python_frames.py")}));
  EXPECT_EQ(run.exit_status, 0) << run.err;
  const std::vector<Json> stated = stated_in(run.out);
  ASSERT_EQ(stated.size(), 2U) << run.out;  // it forks
  const Json told = tables_of(directory);
  for (const Json& process : stated) {
    const Json reported = process_of(told, process.at("pid"));
    ASSERT_FALSE(reported.is_null());
    for (const Json& stack : process.at("stacks")) {
      const Json handle = handle_of(reported, stack.at("handle"));
      ASSERT_TRUE(handle.contains("origin")) << handle;
      EXPECT_EQ(reported_frames(handle), stated_frames(stack));
      EXPECT_EQ(loops(handle), 0U) << handle;
    }
  }
}

TEST(PythonFrames, AreThoseThatPythonItselfTells) {
  AJAR_NEEDS("/usr/bin/python3", "python3");
  expect_frames_as_stated("/usr/bin/python3");
}

// Those that the environment names, separated by colons:
// AJAR_TEST_PYTHONS=/opt/a/bin/python3:/opt/b/bin/python3.
TEST(PythonFrames, AreTheSameInOtherVersions) {
  const char* named = std::getenv("AJAR_TEST_PYTHONS");
  if (named == nullptr) GTEST_SKIP() << "AJAR_TEST_PYTHONS names none";
  std::istringstream programs(named);
  for (std::string python; std::getline(programs, python, ':');) {
    SCOPED_TRACE(python);
    expect_frames_as_stated(python);
  }
}

}  // namespace
}  // namespace ajar::e2e
