#include "session/session_file.h"

#include <unistd.h>

#include <filesystem>
#include <utility>

#include "base/path.h"

namespace ajar::session {

std::string unused_name(std::string_view program, std::int64_t pid) {
  const std::string name = std::string(base::program_name(program)) + "." + std::to_string(pid);
  std::error_code failed;
  std::string unused = name;
  for (int number = 2; std::filesystem::exists(unused + ".ajar", failed); ++number)
    unused = name + "." + std::to_string(number);
  return unused;
}

SessionFile::SessionFile(std::string path, const std::string& program) : path_(std::move(path)) {
  if (!path_.empty()) return;
  final_prefix_ = base::program_name(program);
  path_ = "." + final_prefix_ + "." + std::to_string(::getpid()) + ".ajar.part";
}

base::Result<platform::FileSink> SessionFile::create() {
  auto sink = platform::FileSink::create(path_);
  if (sink.ok() || final_prefix_.empty()) return sink;
  return base::Error("no recording can be made in the working directory (" + sink.error().message() +
                     "); name a file with -o FILE");
}

void SessionFile::name_after(std::int64_t pid) {
  if (final_prefix_.empty()) return;
  const std::string wanted = unused_name(final_prefix_, pid) + ".ajar";
  std::error_code failed;
  std::filesystem::rename(path_, wanted, failed);
  if (!failed) path_ = wanted;
}

void SessionFile::remove() const {
  std::error_code ignored;
  if (!final_prefix_.empty()) std::filesystem::remove(path_, ignored);
}

}  // namespace ajar::session
