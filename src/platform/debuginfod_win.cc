#include "platform/debuginfod.h"

namespace ajar::platform {

bool debuginfod_is_configured() {
  return false;
}

bool debuginfod_is_there() {
  return false;
}

std::string debuginfod_cached(const std::string& /*build_id*/, DebuginfodFile /*file*/) {
  return {};
}

DebuginfodAnswer debuginfod_fetch(const std::string& /*build_id*/, DebuginfodFile /*file*/,
                                  std::chrono::milliseconds /*limit*/) {
  return {.kind = DebuginfodAnswer::Kind::unavailable,
          .path = {},
          .words = "ajar for Windows does not ask debuginfod; name folders with --symbol-path"};
}

}  // namespace ajar::platform
