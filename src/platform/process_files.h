#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ajar::platform {

// Code that a process has mapped. The process is the one with this pid and start time (ProcessInfo).
struct MappedCode {
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;
  std::string path;                  // as the process knows it
  std::uint64_t begin = 0, end = 0;  // in its memory
  std::int64_t since_unix_ns = 0;    // nanoseconds since 1970; 0 where this is not known
  // The path is as the kernel has it (in /proc/PID/maps): what lies there by now is told from it by its path.
  bool named_by_kernel = false;
};

// Other paths at which the very file can be opened while the process lives, even if it was deleted or
// replaced, or the process sees other file systems than we do; those to be tried first stand first. Empty
// where the process is gone, may not be looked into, and on Windows. The one for a file that has no name any
// more (/proc/PID/map_files) can be opened with CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN only.
std::vector<std::string> paths_through_process(const MappedCode& code);

// The folder through which the process's root is seen ("/proc/7/root"), without a slash at its end; empty
// where it sees the same root as we do, and in all the cases above.
std::string root_of_process(std::int64_t pid, std::uint64_t start_ticks);

// A range of a process's memory.
struct MappedRange {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t offset = 0;  // in the file
  std::string path;  // of the file, as the process knows it; empty for memory of no file, "[vdso]" for the
                     // kernel's code
  std::string file;  // names the file among all that are there: device and inode; empty for memory of no file
};

// What the process has mapped at the address, as code. Nothing where that is not code or can't be seen, and
// on Windows.
std::optional<MappedRange> code_mapped_at(std::int64_t pid, std::uint64_t start_ticks, std::uint64_t address);

// All code that the process has mapped, in ascending order: none, where it has ended or is a kernel thread.
// Nothing where it can't be seen, and on Windows.
std::optional<std::vector<MappedRange>> code_mapped_by(std::int64_t pid);

// Whether the path means another file for each process that opens it (/proc/self/fd/3).
bool means_another_file_for_each(const std::string& path);

// The code that the kernel maps into every process (the vDSO): a whole ELF file, for as long as this process
// lives. Empty where there is none, and on Windows.
std::span<const std::byte> own_vdso();

}  // namespace ajar::platform
