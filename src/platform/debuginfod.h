#pragma once

#include <chrono>
#include <cstdint>
#include <string>

// Files by build-id from the debuginfod servers that DEBUGINFOD_URLS names, and from the cache that
// libdebuginfod keeps of them (debuginfod_find_debuginfo(3), debuginfod-client-config(7)).
namespace ajar::platform {

enum class DebuginfodFile : std::uint8_t { debug_information, executable };

// Whether servers are named.
bool debuginfod_is_configured();

// Whether there is a libdebuginfod here, or a program that has one, to ask them with.
bool debuginfod_is_there();

// The file in the cache; empty where it is not there. Does not use the network, nor libdebuginfod.
std::string debuginfod_cached(const std::string& build_id, DebuginfodFile file);

struct DebuginfodAnswer {
  enum class Kind : std::uint8_t {
    found,
    not_there,    // no server has the file
    trouble,      // no server could be asked, or it took too long
    no_library,   // there is no libdebuginfod here
    unavailable,  // this ajar can't ask: the one for Windows
  };
  Kind kind = Kind::not_there;
  std::string path;   // found: in the cache
  std::string words;  // trouble and others: one line, with the way out
};

// Asks the servers, for as long as `limit`. A process of its own does it (libdebuginfod and its many
// libraries are not linked, and may be missing), which ends with Ctrl-C as ajar does.
DebuginfodAnswer debuginfod_fetch(const std::string& build_id, DebuginfodFile file,
                                  std::chrono::milliseconds limit);

}  // namespace ajar::platform
