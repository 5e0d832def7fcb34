#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "capture/kernel/image_code.h"
#include "capture/recorder.h"
#include "model/snapshot.h"
#include "platform/procfs.h"
#include "tables/proc_fd.h"
#include "wire/kernel_call.h"

namespace ajar::capture::kernel {

// A process as it is followed from outside.
struct Process {
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;
  model::ProcessId id;
  model::ImageId image;
  model::TableId table;          // the main thread's
  bool becomes_program = false;  // ajar's own child, before exec: what it does is ajar's own doing
  struct Thread {
    model::ThreadId id;
    model::TableId table;
  };
  std::unordered_map<std::uint32_t, Thread> threads;
  std::unique_ptr<ImageCode> code;
  std::vector<model::Handle> told;  // by number
};

// The processes that are followed, their images, threads and handle tables, as the recording has them. The
// kernel's name of a table (ajar_call::table) is told from the records: threads share tables, processes may,
// and a thread may get one of its own. One thread at a time.
class Processes {
 public:
  explicit Processes(Recorder& recorder) : recorder_(recorder) {}

  // A process that runs already, with all that it has open. Nothing where it is gone or may not be looked
  // into.
  platform::ProcResult<Process*> attach(std::int64_t pid);

  // One that ajar itself has started, and that has not become its program yet.
  platform::ProcResult<Process*> start(std::int64_t pid);

  // One that began a program at that time (CLOCK_MONOTONIC), as the next record of it says; it may be gone
  // already.
  void begins(std::int64_t pid, std::uint64_t time);

  // nullptr for one that is not followed, or has ended.
  Process* find(std::int64_t pid);

  model::ThreadId thread_of(Process& process, std::uint32_t tid);
  // The table that the thread which made the call has.
  model::TableId table_of(Process& process, const ajar_call& call);
  // The number was opened or closed.
  void touched(model::TableId table, std::uint64_t handle) { contents_[table].touched.insert(handle); }

  // What one of the numbers stands for that the next record says are open.
  void told(Process& process, model::Handle handle) { process.told.push_back(std::move(handle)); }

  void forked(Process& parent, const ajar_call& call, std::string_view open);
  void execed(Process& process, const ajar_call& call, std::string_view payload);
  void ended(Process& process, const ajar_call& call, std::string_view open);

  // Reads the tables of those that live; the first ones of those that were attached to are at_start. What
  // happened before that has to be taken before they are recorded.
  std::vector<model::TableId> read_tables(model::Snapshot::Taken taken);
  void record_tables(std::span<const model::TableId> read);
  // How many handles were open when it was attached to.
  [[nodiscard]] std::size_t open_at_start() const { return open_at_start_; }

  // So many records of the process had no room; of one that nobody knows they are somebody's.
  void lost(std::int64_t pid, std::uint64_t records);
  // Nobody knows whose they were: they may be of each that lives.
  void lost(std::uint64_t records);

  // That it has ended is known from elsewhere. If no record said so, that one and perhaps more were lost.
  void ended_unsaid(std::int64_t pid, std::optional<int> exit_status, std::optional<int> signal);

  // Those that /proc says have ended.
  [[nodiscard]] std::vector<std::int64_t> dead() const;
  // Those that /proc says have ended, or are about to and have no table any more.
  [[nodiscard]] std::vector<std::int64_t> gone() const;
  // It ended before anything could be seen of it, and is listed as not traced. False where it is not followed
  // (any more).
  bool miss(std::int64_t pid);
  [[nodiscard]] bool any_alive() const { return !processes_.empty(); }
  // Those that have not ended.
  [[nodiscard]] std::map<std::int64_t, Process>& all() { return processes_; }

 private:
  // What /proc told last of a table, and which of its numbers were opened or closed since.
  struct Contents {
    model::Snapshot last;
    std::set<std::uint64_t> touched;
  };

  platform::ProcResult<Process*> add(std::int64_t pid, model::Image::Started how);
  Process& begin(model::Process row, model::Image image, model::TableId table, model::Time time);
  void add_thread(Process& process, std::uint32_t tid, std::string name);
  void describe(model::Image& image, std::int64_t pid);
  model::TableId add_table(model::TableId copied_from, model::Time created);
  void main_leaves(Process& process, std::uint64_t table, model::Time time);
  model::TableId table_named(std::uint64_t key, model::TableId otherwise_copied_from, model::Time time);
  void find_tables_of_threads(Process& process);
  bool read_table(model::Snapshot snapshot, std::int64_t pid, std::int64_t reader,
                  tables::SocketTables& sockets);
  model::ImageId next_image(Process& process, const ajar_execed& told, std::string_view payload,
                            model::Time time);
  void describe_program(model::Image& image, const Process& process, const ajar_execed& told,
                        std::string_view payload);
  void numbers_open(Process& process, model::TableId table, std::string_view open, model::Time time,
                    model::Snapshot::Taken taken);
  void end(const Process& process, model::Time time);

  Recorder& recorder_;
  platform::ProcFs procfs_;
  CodeFiles files_;
  std::map<std::int64_t, Process> processes_;           // those that live, by pid
  std::set<std::int64_t> have_lost_;                    // processes
  std::map<std::int64_t, model::ImageId> last_images_;  // by process, also of those that have ended
  std::map<std::uint64_t, model::TableId> tables_;      // by the kernel's names of those that are alive
  std::map<model::TableId, Contents> contents_;         // of those
  std::size_t open_at_start_ = 0;
};

}  // namespace ajar::capture::kernel
