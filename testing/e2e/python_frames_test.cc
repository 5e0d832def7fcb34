#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "e2e/ajar_command.h"
#include "e2e/stating_victim.h"
#include "e2e/ways.h"
#include "harness/needs.h"
#include "harness/victims.h"

// Frames of Python programs: which function of which file, and where in it. The truth is what Python itself
// says of its stack.
namespace ajar::e2e {
namespace {

using namespace std::string_literals;
using harness::TempDir;
using Json = nlohmann::json;

constexpr const char* kStated = "stated: ";
constexpr int kOldestMinor = 8;
constexpr int kNewestMinor = 13;  // of Python 3, of those whose frames are read

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

// `way`: empty, the one that ajar takes by itself.
void expect_frames_as_stated(const std::string& python, const std::string& way = "") {
  const TempDir directory;
  const harness::Outcome run =
      harness::run(ajar_run(directory, {python, harness::victim("python_frames.py")},
                            way.empty() ? std::vector<std::string>() : std::vector{"--via"s, way}));
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

// The program that python3.MINOR in PATH is in truth: it may be a script that looks for one. Empty where
// there is none, where it doesn't run, and where it is a debug or free-threaded build.
std::filesystem::path python_in_path(int minor) {
  const std::string version = "3." + std::to_string(minor);
  const std::filesystem::path found = harness::find_program("python" + version);
  if (found.empty()) return {};
  const harness::Outcome said = harness::run(
      {.words = {found, "-c",
                 "import sys; print('%d.%d' % sys.version_info[:2] + sys.abiflags, sys.executable)"}});
  const std::string expected = version + " ";
  if (said.exit_status != 0 || !said.out.starts_with(expected) || !said.out.ends_with('\n')) return {};
  const std::filesystem::path program =
      said.out.substr(expected.size(), said.out.find('\n') - expected.size());
  return std::filesystem::exists(program) ? std::filesystem::canonical(program) : std::filesystem::path();
}

// Those that the environment names, separated by colons:
// AJAR_TEST_PYTHONS=/opt/a/bin/python3:/opt/b/bin/python3,
// and those in PATH, but for the system's, which has a test of its own.
std::set<std::filesystem::path> other_pythons() {
  std::set<std::filesystem::path> found;
  for (int minor = kOldestMinor; minor <= kNewestMinor; ++minor) found.insert(python_in_path(minor));
  found.erase(std::filesystem::weakly_canonical("/usr/bin/python3"));
  found.erase(std::filesystem::path());
  const char* named = std::getenv("AJAR_TEST_PYTHONS");
  std::istringstream programs(named == nullptr ? "" : named);
  for (std::string python; std::getline(programs, python, ':');) found.insert(python);
  return found;
}

TEST(PythonFrames, AreTheSameInOtherVersions) {
  const std::set<std::filesystem::path> pythons = other_pythons();
  if (pythons.empty())
    GTEST_SKIP() << "no python3.8 to python3.13 in PATH but the system's; AJAR_TEST_PYTHONS names none";
  for (const std::filesystem::path& python : pythons) {
    SCOPED_TRACE(python);
    expect_frames_as_stated(python);
  }
}

class PythonFramesFromOutside : public ByWay {};

TEST_P(PythonFramesFromOutside, AreThoseThatPythonItselfTells) {
  AJAR_NEEDS("/usr/bin/python3", "python3");
  expect_frames_as_stated("/usr/bin/python3", GetParam());
}

TEST_P(PythonFramesFromOutside, AreTheSameInOtherVersions) {
  for (const std::filesystem::path& python : other_pythons()) {
    SCOPED_TRACE(python);
    expect_frames_as_stated(python, GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(By, PythonFramesFromOutside, testing::Values("ebpf", "ptrace"), name_of_way);

}  // namespace
}  // namespace ajar::e2e
