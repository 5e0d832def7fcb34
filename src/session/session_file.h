#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/file_sink.h"

namespace ajar::session {

// A name in the working directory for what is recorded of a process, and for what belongs to it: NAME.PID,
// or, where there is NAME.PID.ajar already, NAME.PID.2 and so on.
std::string unused_name(std::string_view program, std::int64_t pid);

// The file that a session writes. One that is named after a process has to be made before the process is
// known, or can be: it gets its name in the end.
class SessionFile {
 public:
  // `path`: the user's own name for it; empty: unused_name() and .ajar.
  SessionFile(std::string path, const std::string& program);

  // The error says that another name can be given.
  base::Result<platform::FileSink> create();

  void name_after(std::int64_t pid);

  // Where nothing was recorded after all: what has no name yet goes.
  void remove() const;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string final_prefix_;  // empty: the path is the user's own
};

}  // namespace ajar::session
