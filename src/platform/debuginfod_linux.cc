#include "platform/debuginfod.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

#include "platform/own_executable.h"
#include "platform/run_program.h"

namespace ajar::platform {
namespace {

using Kind = DebuginfodAnswer::Kind;

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

bool is_build_id(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  return !text.empty() && text.find_first_not_of(digits) == std::string::npos;
}

std::string cache_folder() {
  if (std::string path = variable("DEBUGINFOD_CACHE_PATH"); !path.empty()) return path;
  const std::string home = variable("HOME");
  std::error_code ignored;
  if (!home.empty() && std::filesystem::exists(home + "/.debuginfod_client_cache", ignored))
    return home + "/.debuginfod_client_cache";
  if (const std::string cache = variable("XDG_CACHE_HOME"); !cache.empty())
    return cache + "/debuginfod_client";
  return home.empty() ? std::string() : home + "/.cache/debuginfod_client";
}

ProgramAnswer ask(const std::string& program, std::vector<std::string> words,
                  std::chrono::milliseconds limit) {
  ProgramAnswer asked =
      run_program({.path = program, .arguments = std::move(words), .input = {}, .limit = limit});
  while (asked.output.ends_with('\n')) asked.output.pop_back();
  return asked;
}

// It comes with ajar, as the agent does. Where it can't run, on a system with an older C library, elfutils'
// own program does as well.
std::string helper() {
  const auto self = own_executable();
  if (!self.ok()) return {};
  const std::filesystem::path folder = std::filesystem::path(self.value()).parent_path().parent_path();
  return (folder / "lib/ajar/ajar-debuginfod").string();
}

constexpr const char* kFinder = "debuginfod-find";

// Exit statuses of the helper.
constexpr int kNoServerHasIt = 1;
constexpr int kTrouble = 2;

DebuginfodAnswer answer_of(const ProgramAnswer& asked) {
  if (!asked.in_time)
    return {.kind = Kind::trouble, .path = {}, .words = "debuginfod: the servers did not answer in time"};
  if (asked.status == 0 && asked.output.starts_with('/'))
    return {.kind = Kind::found, .path = asked.output, .words = {}};
  if (asked.status == kNoServerHasIt) return {};
  return {.kind = Kind::trouble, .path = {}, .words = "debuginfod: " + asked.output};
}

}  // namespace

bool debuginfod_is_configured() {
  return variable("DEBUGINFOD_URLS").find_first_not_of(' ') != std::string::npos;
}

bool debuginfod_is_there() {
  constexpr std::chrono::seconds kLimit{10};
  const std::string own = helper();
  if (!own.empty() && ask(own, {own, "--check"}, kLimit).status == 0) return true;
  return ask(kFinder, {kFinder, "--version"}, kLimit).status == 0;
}

std::string debuginfod_cached(const std::string& build_id, DebuginfodFile file) {
  const std::string folder = cache_folder();
  if (folder.empty() || !is_build_id(build_id)) return {};
  const std::string path =
      folder + "/" + build_id + "/" + (file == DebuginfodFile::executable ? "executable" : "debuginfo");
  struct stat about{};
  // An empty file stands for "no server has it".
  const bool there = ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0;
  return there ? path : std::string();
}

DebuginfodAnswer debuginfod_fetch(const std::string& build_id, DebuginfodFile file,
                                  std::chrono::milliseconds limit) {
  if (!is_build_id(build_id)) return {};
  const std::string kind = file == DebuginfodFile::executable ? "executable" : "debuginfo";
  const std::string own = helper();
  const ProgramAnswer asked = own.empty() ? ProgramAnswer() : ask(own, {own, kind, build_id}, limit);
  const bool answered = asked.started && (!asked.in_time || (asked.status >= 0 && asked.status <= kTrouble));
  if (answered) return answer_of(asked);
  const ProgramAnswer other = ask(kFinder, {kFinder, kind, build_id}, limit);
  if (other.started) return answer_of(other);
  return {.kind = Kind::no_library,
          .path = {},
          .words =
              "there is no libdebuginfod here, which DEBUGINFOD_URLS is for; on Debian: apt-get install "
              "libdebuginfod1"};
}

}  // namespace ajar::platform
