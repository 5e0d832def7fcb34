#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "capture/ptrace/call_plans.h"
#include "capture/ptrace/python_reader.h"
#include "capture/ptrace/record_ring.h"
#include "capture/ptrace/stopped_thread.h"
#include "wire/kernel_call.h"

namespace ajar::capture::ptrace {

// A thread as records name it.
struct Whose {
  int pid = 0, tid = 0;
  std::uint64_t table = 0;      // a name of its handle table (ajar_call::table)
  std::uint64_t stack_end = 0;  // where frames end for sure; 0: not known
};

// Makes the records that the BPF program makes, in the tracer, of threads that stand still. One thread at a
// time.
class RecordWriter {
 public:
  RecordWriter(RecordRing& ring, const PythonTable& pythons) : ring_(ring), python_(pythons) {}

  // What `call` is about to close.
  void begins(const Whose& whose, const Call& call);
  // Its payload, as it is in the ring; nothing where there is no room.
  std::optional<std::string_view> made(const Whose& whose, const Call& call, const ajar_call_plan& plan,
                                       const ajar_call_registers& registers);
  // `call` has come to EBADF since that number is not open.
  void used(const Whose& whose, const Call& call, std::uint64_t number);
  // Made a process or thread, with that table.
  void forked(const Whose& whose, int child_pid, int child_tid, std::uint64_t child_table);
  // Has become another program; `registers` are those that it begins with.
  void execed(const Whose& whose, const ajar_call_registers& registers);
  // `ends`: AJAR_ENDS_…; `has_table`: it can still be asked for its handles.
  void ended(const Whose& whose, std::int64_t status, std::uint64_t ends, bool has_table);

 private:
  class Record;

  void with_stack(ajar_call_record kind, const Whose& whose, const Call& call, std::uint64_t other,
                  std::int64_t result);
  void tell_files(const Whose& whose);
  PythonReader::Frames python_of(const Whose& whose);
  void put_stack(Record& record, const Whose& whose, const ajar_call_registers& registers);

  RecordRing& ring_;
  PythonReader python_;
};

}  // namespace ajar::capture::ptrace
