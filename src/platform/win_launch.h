#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "platform/start_failure.h"
#include "platform/win_nt.h"

// Programs that ajar starts on Windows.
namespace ajar::platform::win {

struct Started {
  OwnedHandle process, thread;  // all rights; the first thread stands still until resume()
  std::int64_t pid = 0;
};

// Starts a program, found as the system finds it, with ajar's environment, directory, console and inheritable
// handles. It has not run anything yet.
std::expected<Started, StartFailure> start_suspended(const std::vector<std::string>& command);

void resume(const Started& started);

// Ends it before it has run anything.
void end(const Started& started);

// Once it has ended.
std::optional<std::uint32_t> exit_status_of(const Started& started);

}  // namespace ajar::platform::win
