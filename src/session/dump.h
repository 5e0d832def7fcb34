#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "objfile/minidump.h"

// Windows alone has it.
namespace ajar::session {

// What a dump holds.
struct Dumped {
  std::string program;  // its file's name
  std::string path;     // of the dump
  std::uint64_t handles = 0, threads = 0, modules = 0;
  std::uint64_t operations = 0;       // on handles
  std::vector<std::string> troubles;  // what is not in it, and why
};

// Writes a minidump of the process: its handles with all that is known of them, its modules and threads, the
// operations on handles (these, the latest first; where there are none, those that the kernel has noted), and
// nothing of its memory. `path` empty: NAME.PID.dmp in the working directory. The process is neither stopped
// nor changed.
base::Result<Dumped> dump_process(std::int64_t pid, std::string path,
                                  std::vector<objfile::MinidumpOperation> operations = {});

}  // namespace ajar::session
