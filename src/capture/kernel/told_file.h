#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.h"
#include "wire/kernel_call.h"

namespace ajar::capture::kernel {

// "/usr/lib/x.so": of a payload that has a path's components, the last one first, each with a NUL.
std::string told_path(std::string_view components);

// What a process has become (AJAR_CALL_EXECED), in the kernel's words.
struct ToldProgram {
  std::string path;
  std::vector<std::string> command;
};
ToldProgram told_program(const ajar_execed& told, std::string_view payload);

// What the kernel told of a number that is open: its type, and its name as /proc/PID/fd would have it.
model::Handle told_handle(const ajar_call& call, std::string_view payload);

}  // namespace ajar::capture::kernel
