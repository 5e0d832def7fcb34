#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ajar::cli {

// What of this machine decides how well ajar can watch, as far as it can be read without privileges.
struct Machine {
  bool proc_readable = false;
  std::string hidepid;  // the option of /proc's mount: "" (none), "1", "2", "invisible", …
  std::string open_files_soft, open_files_hard;  // "1024", "unlimited"; empty where unknown
  std::optional<std::uintmax_t> shm_free;        // bytes in /dev/shm
};

// `root` is "/" but in tests.
Machine read_machine(const std::filesystem::path& root);

// "7.8 GiB"
std::string in_bytes(std::uintmax_t bytes);

}  // namespace ajar::cli
