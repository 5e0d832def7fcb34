#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

// Only for Linux.
namespace ajar::platform {

// The process whose perf map is wanted.
struct CodeMaker {
  std::int64_t pid = 0;           // as this process sees it
  std::uint64_t start_ticks = 0;  // ProcessInfo's; 0 where the process was gone before anybody saw it
  std::int64_t own_pid = 0;       // as it sees itself, by which it names the file
  std::uint32_t user = 0;
};

// The perf map of a process, "/tmp/perf-PID.map" in the file system that the process sees, for as long as
// that can be seen: while the process lives, and after that if it is ours too. As anybody may make such a
// file, it is believed only if it is a regular file of the process's user or of root, and was written to
// since the process began.
class PerfMapFile {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{64} << 20U;

  // `most_bytes`: of a longer file only its end is read.
  explicit PerfMapFile(const CodeMaker& maker, std::size_t most_bytes = kMostBytes);

  struct Text {
    std::string bytes;
    std::size_t fresh = 0;  // where what was not there the last time begins, at the beginning of a line
  };

  // The text; nothing where there is none that is believed. `changed_only`: nothing, too, if it is as it was
  // the last time.
  std::optional<Text> read(bool changed_only);

 private:
  struct State {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t modified_ns = 0;
    bool operator==(const State&) const = default;
  };

  [[nodiscard]] std::string path() const;

  CodeMaker maker_;
  std::size_t most_bytes_;
  bool has_own_root_;          // it sees another file system than we do
  std::int64_t began_ns_ = 0;  // of the process, on the clock of files; 0: not known
  State seen_;
  std::uint64_t seen_lines_end_ = 0;  // in the file, of the whole lines that were there
};

}  // namespace ajar::platform
