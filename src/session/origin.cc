#include "session/origin.h"

#include <sys/utsname.h>

#include <chrono>
#include <string>

namespace ajar::session {

model::Origin describe_recorder() {
  model::Origin origin;
  origin.recorded_by = std::string("ajar ") + AJAR_VERSION;
  utsname system{};
  if (uname(&system) == 0) {
    origin.system = std::string(system.sysname) + " " + system.release + " " + system.machine;
    origin.host = system.nodename;
  }
  const auto wall_clock = std::chrono::system_clock::now().time_since_epoch();
  origin.started_unix_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(wall_clock).count();
  return origin;
}

}  // namespace ajar::session
