#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/ids.h"

namespace ajar::model {

struct Process {
  ProcessId id;
  std::int64_t pid = 0;  // as the recorder saw it
  std::uint64_t start_ticks =
      0;  // the system's own start time: with pid, the process's identity on its machine
  std::int64_t parent_pid = 0;
  Time started{};
  std::optional<Time> ended;
  // How it ended: an exit status, or the number of the signal that killed it. Neither while it runs, or where
  // nobody saw it end.
  std::optional<std::int32_t> exit_status;
  std::optional<std::int32_t> killed_by_signal;
  // Why no way in could see its events, or those of its last image where an earlier one has a table, in words
  // ("statically linked …"); empty for a process that was traced.
  std::string not_traced;

  bool operator==(const Process&) const = default;
};

// What a process executes from its start, or from one exec, to the next exec or its end. Its modules are its
// own.
struct Image {
  enum class Started : std::uint8_t { unknown = 0, exec = 1, fork = 2, attached = 3 };

  ImageId id;
  ProcessId process;
  TableId table;
  Started how = Started::unknown;
  std::string path;                  // of the executable
  std::vector<std::string> command;  // argv
  Time started{};
  std::optional<Time> ended;

  // What people call it: the last component of `path`.
  [[nodiscard]] std::string name() const;
  // The same, or the name that its first thread gave itself (a script's, a worker's) where that is another.
  [[nodiscard]] std::string name_with(const std::string& first_thread) const;

  bool operator==(const Image&) const = default;
};

// A kernel handle table. On Linux that is a files_struct, which threads and sometimes processes share.
struct Table {
  TableId id;
  TableId copied_from;  // none, unless it was made as a copy (fork)
  Time created{};       // for a copy: the moment of the copy
  std::optional<Time> died;

  bool operator==(const Table&) const = default;
};

struct Thread {
  ThreadId id;
  ProcessId process;
  std::int64_t tid = 0;
  std::string name;  // the last one seen

  bool operator==(const Thread&) const = default;
};

// A file mapped as code, for as long as it was: the same address after dlclose is another module's.
struct Module {
  ModuleId id;
  ImageId image;
  std::string path;
  std::string build_id;              // lower-case hex; empty where the module has none
  std::uint64_t bias = 0;            // address in memory = address in the file + bias
  std::uint64_t begin = 0, end = 0;  // in memory, end excluded
  Time loaded{};
  std::optional<Time> unloaded;
  // Whom to call: what the system's package database says of the file. Empty where it is in no package.
  std::string package;
  std::string version;

  // Names the same file on every machine and in every run: by build-id, else by path. An image of Windows
  // that has no more than its time and size is named by these and its file's name.
  [[nodiscard]] std::string identity() const;

  bool operator==(const Module&) const = default;
};

}  // namespace ajar::model
