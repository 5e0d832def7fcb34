#pragma once

#include <cstdint>

#include "capture/ptrace/call_plans.h"
#include "capture/ptrace/python_table.h"
#include "capture/ptrace/record_ring.h"
#include "capture/ptrace/record_writer.h"
#include "capture/ptrace/same_processor.h"
#include "capture/ptrace/threads.h"

namespace ajar::capture::ptrace {

// Answers the stops of the processes that it traces, and writes down what they do to handle tables. It goes
// on when nobody reads the records any more. The only thread of a process of its own, since ptrace speaks to
// threads.
class Tracer {
 public:
  enum class Stops : std::uint8_t {
    by_filter,  // the process has a CallFilter, and its calls fail without a tracer: it ends with the tracer
    at_all,     // at each call; without the tracer it goes on as if nothing had been
  };
  Tracer(RecordRing& ring, const PythonTable& pythons, Stops stops, bool children)
      : ring_(ring),
        writer_(ring, pythons),
        stops_(stops),
        children_(children),
        processor_(stops == Stops::by_filter && children) {}

  // A process of one thread that installs the filter later. 0, or the errno.
  int begin(int pid);
  // All threads of a process that runs already.
  int attach(int pid);

  // Until all that is traced has ended; in processes that stop at all calls also until the ring is abandoned.
  // Then this process has to end, and the kernel lets go of those that are left.
  void run();

 private:
  [[nodiscard]] std::uint64_t options() const;
  [[nodiscard]] bool is_over() const;
  int seize_new_threads(int pid, bool& found);

  void on_status(int tid, int status);
  void on_stop(TracedThread& thread, int signal, int event);
  void on_new_stop(TracedThread& thread, int signal);
  void on_filter(TracedThread& thread);
  void on_call(TracedThread& thread);
  void on_made(TracedThread& maker);
  void on_exec(int pid);
  void on_end(TracedThread& thread);
  void let_orphans_go();

  void enter(TracedThread& thread, const Call& call);
  [[nodiscard]] bool end_matters(TracedThread& thread, const Call& call, const ajar_call_plan& plan);
  void leave(TracedThread& thread);
  void leave_other(TracedThread& thread);
  bool tell_bad_use(const TracedThread& thread, const Call& call);
  void note_effects(TracedThread& thread);
  void tell_end(TracedThread& thread, std::int64_t status, bool has_table);
  Whose whose(const TracedThread& thread);
  void resume(const TracedThread& thread, int signal = 0);

  RecordRing& ring_;
  RecordWriter writer_;
  Stops stops_;
  bool children_;
  CallPlans plans_;
  Threads threads_;
  SameProcessor processor_;
};

}  // namespace ajar::capture::ptrace
