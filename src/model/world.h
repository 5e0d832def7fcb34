#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/ids.h"
#include "model/mark.h"
#include "model/process.h"
#include "model/stack.h"
#include "model/symbol.h"

namespace ajar::model {

// Where a recording comes from.
struct Origin {
  // Kinds of foreign files.
  static constexpr std::string_view kMinidump = "minidump";
  static constexpr std::string_view kWindbgLog = "windbg log";
  static constexpr std::string_view kPerfmon = "perfmon log";
  static constexpr std::string_view kEventLog = "event log";
  static constexpr std::string_view kWindbgDiff = "windbg diff";  // !htrace -diff, or samples of leaks

  static constexpr std::string_view kLsof = "lsof";
  static constexpr std::string_view kStrace = "strace log";
  static constexpr std::string_view kStraceUntimed = "strace log without times";
  static constexpr std::string_view kWatch = "watch";  // ajar's own counts
  static constexpr std::string_view kAgent = "agent";  // ajar's, on Windows

  std::string recorded_by;  // "ajar 0.1.0"
  std::string way;          // the way in, or the kind of a foreign file: "preload", "minidump"
  std::string system;       // "Linux 6.1.0 x86_64"
  std::string host;
  std::vector<std::string> command;  // what was run
  std::int64_t started_unix_ns = 0;  // the wall clock at Time 0
  // What a foreign file leaves open, a sentence each, for whoever reads what is made of it.
  std::vector<std::string> notes = {};

  // Whether the times of events are moments. Else they are places in a row, which mean nothing but an order
  // and are shown to nobody: no debugger keeps times of the operations on handles.
  [[nodiscard]] bool events_have_times() const {
    return way != kMinidump && way != kWindbgLog && way != kWindbgDiff && way != kLsof &&
           way != kStraceUntimed;
  }

  // Whether events are only the opens of what is open still: nobody told what else was opened, and closed.
  [[nodiscard]] bool shows_only_outstanding() const { return way == kWindbgDiff; }

  // Whether its tables are no more than what its events come to, where another source has the kernel's own.
  [[nodiscard]] bool is_strace() const { return way == kStrace || way == kStraceUntimed; }

  // Whether it says how many handles processes had at many moments; and whether it never says which.
  [[nodiscard]] bool shows_counts() const { return way == kPerfmon || way == kWatch; }
  [[nodiscard]] bool shows_only_counts() const { return way == kPerfmon; }

  // Whether it only says what the system noted in its own log.
  [[nodiscard]] bool shows_only_system_events() const { return way == kEventLog; }

  // Whether numbers are Windows HANDLEs, which people write in hexadecimal.
  [[nodiscard]] bool is_windows() const { return system.starts_with("Windows"); }

  // Whether a bad reference may be any use of a handle that is not open, and no close: the kernel of Windows
  // notes both in one way.
  [[nodiscard]] bool tells_bad_uses() const { return is_windows() && way != kAgent; }

  bool operator==(const Origin&) const = default;
};

// A row per id: id 1 is row 0. Rows are only ever added or made more complete.
template <typename Row, typename RowId>
class Rows {
 public:
  [[nodiscard]] const Row* find(RowId id) const {
    return id.none() || id.value > rows_.size() ? nullptr : &rows_[id.value - 1];
  }
  [[nodiscard]] Row* find(RowId id) { return const_cast<Row*>(std::as_const(*this).find(id)); }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] auto begin() const { return rows_.begin(); }
  [[nodiscard]] auto end() const { return rows_.end(); }

  // The id that the next add() gives.
  [[nodiscard]] RowId next_id() const { return RowId{static_cast<std::uint32_t>(rows_.size() + 1)}; }

  RowId add(Row row) {
    rows_.push_back(std::move(row));
    return RowId{static_cast<std::uint32_t>(rows_.size())};
  }

  // Puts a row at its id, for readers: rows that were lost on the way stay empty.
  void put(RowId id, Row row) {
    if (id.none()) return;
    if (rows_.size() < id.value) rows_.resize(id.value);
    rows_[id.value - 1] = std::move(row);
  }

 private:
  std::vector<Row> rows_;
};

// Everything a recording tells that is not a moment: who, where, which code; and which moments have names.
// Events and snapshots refer to it by id.
struct World {
  Origin origin;
  Rows<Process, ProcessId> processes;
  Rows<Image, ImageId> images;
  Rows<Table, TableId> tables;
  Rows<Thread, ThreadId> threads;
  Rows<Module, ModuleId> modules;
  Rows<StackNode, StackId> stacks;
  Rows<std::string, StringId> strings;
  Rows<Mark, MarkId> marks;                      // each label once; by time
  std::map<std::string, ModuleSymbols> symbols;  // by Module::identity()

  // "" for none and for what was lost.
  [[nodiscard]] std::string_view text(StringId id) const;

  // A stack's frames, innermost first. A stack whose nodes were lost ends with a marker frame `unseen`.
  [[nodiscard]] std::vector<Frame> frames(StackId stack) const;

  // The address to look up for a frame: the call, not the instruction after it.
  [[nodiscard]] static std::uint64_t lookup_offset(const Frame& frame) {
    return frame.after_call && frame.offset > 0 ? frame.offset - 1 : frame.offset;
  }

  // nullptr where nothing was found out (yet).
  [[nodiscard]] const SymbolChain* symbol(const Frame& frame) const;
};

}  // namespace ajar::model
