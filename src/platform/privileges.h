#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace ajar::platform {

// Those that decide what ajar can do; numbers of capabilities(7).
enum class Capability : unsigned {
  dac_read_search = 2,
  sys_ptrace = 19,
  sys_admin = 21,
  sys_nice = 23,
  perfmon = 38,
  bpf = 39,
};

struct Privileges {
  std::uint32_t user = 0, effective_user = 0;
  std::uint32_t group = 0, effective_group = 0;
  std::uint64_t capabilities = 0;  // effective; bit N is number N
  bool no_new_privileges = false;  // programs started from here gain none, whatever their files say

  [[nodiscard]] bool has(Capability capability) const {
    return (capabilities >> static_cast<unsigned>(capability) & 1U) != 0;
  }
};

// Of this process.
base::Result<Privileges> own_privileges(const std::string& proc_root = "/proc");

// Who may trace whom, 0 (same user) to 3 (nobody); nothing where the kernel has no such rule, which is as 0.
std::optional<int> yama_scope(const std::string& proc_root = "/proc");

// What a file gives to whoever executes it.
struct FilePrivileges {
  std::uint32_t owner = 0, group = 0;
  bool setuid = false, setgid = false;
  bool capabilities = false;
  bool mounted_nosuid = false;  // then none of these counts

  // Whether the kernel runs the program in secure mode for a process of such privileges: then the loader
  // honours no LD_PRELOAD from elsewhere than the system's own folders.
  [[nodiscard]] bool secure_for(const Privileges& who) const;
};

// Links are followed; the error begins with the path.
base::Result<FilePrivileges> file_privileges(const std::string& path);

}  // namespace ajar::platform
