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
  std::uint64_t memory = 0;           // bytes
  std::vector<std::string> troubles;  // what is not in it, and why
};

struct DumpOptions {
  std::string path = {};  // empty: NAME.PID.dmp in the working directory
  // On handles, the latest first; none: those that the kernel has noted.
  std::vector<objfile::MinidumpOperation> operations = {};
  bool memory = false;  // all that the process can read itself
};

// Writes a minidump of the process: its handles with all that is known of them, its modules and threads, the
// operations on handles, and its memory if that is wanted. The process is neither stopped nor changed, so
// that its memory is not that of one moment. After an error there is no file.
base::Result<Dumped> dump_process(std::int64_t pid, DumpOptions options);

}  // namespace ajar::session
