#include "capture/kernel/processes.h"

#include <algorithm>
#include <utility>

#include "tables/same_file.h"

namespace ajar::capture::kernel {
namespace {

// Why there is nothing to be seen of it.
std::optional<platform::ProcError> refuse(const platform::ProcessInfo& info) {
  const std::string process = "process " + std::to_string(info.pid);
  if (info.leaves())
    return platform::ProcError{platform::ProcProblem::gone, base::Error(process + " has ended")};
  if (info.main_ended())
    return platform::ProcError{platform::ProcProblem::unreadable,
                               base::Error(process + " (" + info.name + "): " + platform::kMainThreadEnded)};
  const auto code = platform::code_mapped_by(info.pid);
  if (code && code->empty())
    return platform::ProcError{
        platform::ProcProblem::unreadable,
        base::Error(process + " (" + info.name + ") is a kernel thread: it runs no program")};
  return std::nullopt;
}

// As wait() tells it.
struct Ended {
  std::optional<int> exit_status, signal;
};
Ended decode_status(std::int64_t status) {
  const auto code = static_cast<unsigned>(status);
  const unsigned signal = code & 0x7fU;
  if (signal == 0) return {.exit_status = static_cast<int>(code >> 8U & 0xffU), .signal = {}};
  return {.exit_status = {}, .signal = static_cast<int>(signal)};
}

}  // namespace

platform::ProcResult<Process*> Processes::add(std::int64_t pid, model::Image::Started how) {
  const auto info = procfs_.process(pid);
  if (!info) return std::unexpected(info.error());
  // One that was just started may have come to its end already.
  if (how == model::Image::Started::attached) {
    if (auto reason = refuse(*info)) return std::unexpected(*std::move(reason));
  }
  model::Process row;
  row.pid = pid;
  row.start_ticks = info->start_ticks;
  row.parent_pid = info->parent_pid;
  model::Image image;
  image.how = how;
  describe(image, pid);
  const model::Time now = recorder_.now();
  Process& added = begin(std::move(row), std::move(image), add_table({}, now), now);
  find_tables_of_threads(added);
  return &added;
}

// What is known of it when it is met.
Process& Processes::begin(model::Process row, model::Image image, model::TableId table, model::Time time) {
  if (const Process* before = find(row.pid)) end(*before, time);
  model::World& world = recorder_.world();
  Process process;
  process.pid = row.pid;
  process.start_ticks = row.start_ticks;
  process.table = table;
  row.id = world.processes.next_id();
  row.started = time;
  process.id = world.processes.add(std::move(row));
  image.id = world.images.next_id();
  image.process = process.id;
  image.table = table;
  image.started = time;
  process.image = last_images_[process.pid] = world.images.add(std::move(image));
  process.code =
      std::make_unique<ImageCode>(recorder_, files_, process.image, process.pid, process.start_ticks);
  return processes_[process.pid] = std::move(process);
}

platform::ProcResult<Process*> Processes::attach(std::int64_t pid) {
  auto process = add(pid, model::Image::Started::attached);
  if (process) process.value()->code->refresh();
  return process;
}

platform::ProcResult<Process*> Processes::start(std::int64_t pid) {
  auto process = add(pid, model::Image::Started::exec);
  if (process) process.value()->becomes_program = true;
  return process;
}

void Processes::begins(std::int64_t pid, std::uint64_t time) {
  model::Process row;
  row.pid = pid;
  if (const auto info = procfs_.process(pid)) {
    row.start_ticks = info->start_ticks;
    row.parent_pid = info->parent_pid;
  }
  model::Image image;
  image.how = model::Image::Started::exec;
  const model::Time began = recorder_.time_of(time);
  begin(std::move(row), std::move(image), add_table({}, began), began).becomes_program = true;
}

Process* Processes::find(std::int64_t pid) {
  const auto found = processes_.find(pid);
  return found == processes_.end() ? nullptr : &found->second;
}

// Threads that have a table of their own already: the first record of one tells its name.
void Processes::find_tables_of_threads(Process& process) {
  const auto threads = procfs_.threads(process.pid);
  if (!threads) return;
  for (const platform::ThreadInfo& thread : *threads) {
    const auto tid = static_cast<std::uint32_t>(thread.tid);
    const bool own = thread.tid != process.pid && tables::share_table(thread.tid, process.pid) == false;
    process.threads[tid].table = own ? add_table({}, recorder_.now()) : process.table;
    add_thread(process, tid, thread.name);
  }
}

void Processes::add_thread(Process& process, std::uint32_t tid, std::string name) {
  model::World& world = recorder_.world();
  model::Thread row;
  row.id = world.threads.next_id();
  row.process = process.id;
  row.tid = tid;
  row.name = std::move(name);
  process.threads[tid].id = world.threads.add(std::move(row));
}

model::ThreadId Processes::thread_of(Process& process, std::uint32_t tid) {
  Process::Thread& thread = process.threads[tid];
  if (thread.id.none()) add_thread(process, tid, procfs_.thread_name(process.pid, tid).value_or(""));
  if (thread.table.none()) thread.table = process.table;
  return thread.id;
}

model::TableId Processes::add_table(model::TableId copied_from, model::Time created) {
  model::World& world = recorder_.world();
  return world.tables.add(
      {.id = world.tables.next_id(), .copied_from = copied_from, .created = created, .died = {}});
}

// The first record that names a table tells whose it is: of its thread, if that one's has no name yet.
model::TableId Processes::table_named(std::uint64_t key, model::TableId before, model::Time time) {
  if (key == 0) return before;
  const auto known = tables_.find(key);
  if (known != tables_.end()) return known->second;
  const bool has_name = std::ranges::any_of(tables_, [&](const auto& row) { return row.second == before; });
  return tables_[key] = has_name ? add_table(before, time) : before;
}

// A process's table is its main thread's. Where that one leaves a table that it shares with other threads, it
// takes its table along, and those that stay have the copy.
void Processes::main_leaves(Process& process, std::uint64_t table, model::Time time) {
  const auto shared = std::ranges::find(tables_, process.table, [](const auto& row) { return row.second; });
  if (shared == tables_.end() || tables_.contains(table)) return;
  const auto has_it = [&](const auto& row) {
    return row.second.table == process.table && row.first != process.pid;
  };
  if (std::ranges::any_of(processes_, has_it)) return;
  const model::TableId copy = add_table(process.table, time);
  shared->second = copy;
  tables_[table] = process.table;
  contents_[copy].last = contents_[process.table].last;
  for (auto& [tid, thread] : process.threads) {
    if (tid != process.pid && thread.table == process.table) thread.table = copy;
  }
}

model::TableId Processes::table_of(Process& process, const ajar_call& call) {
  Process::Thread& thread = process.threads[call.tid];
  const model::Time time = recorder_.time_of(call.time);
  if (thread.id.none()) thread_of(process, call.tid);
  if (call.tid == call.pid && call.table != 0 && process.threads.size() > 1)
    main_leaves(process, call.table, time);
  thread.table = table_named(call.table, thread.table, time);
  if (call.tid == call.pid && process.table != thread.table) process.table = thread.table;
  return thread.table;
}

void Processes::forked(Process& parent, const ajar_call& call, std::string_view open) {
  const model::Time time = recorder_.time_of(call.time);
  const model::TableId table = table_of(parent, call);
  const auto [named, is_new] = tables_.try_emplace(call.arguments[0]);
  if (is_new) named->second = add_table(table, time);
  const model::TableId made = named->second;
  const auto tid = static_cast<std::uint32_t>(call.result);
  if (call.other == call.pid) {
    parent.threads[tid].table = made;
    return;
  }
  model::Process row;
  row.pid = static_cast<std::int64_t>(call.other);
  if (const auto info = procfs_.process(row.pid)) row.start_ticks = info->start_ticks;
  row.parent_pid = parent.pid;
  model::Image image;
  image.how = model::Image::Started::fork;
  if (const model::Image* from = recorder_.world().images.find(parent.image)) {
    image.path = from->path;
    image.command = from->command;
  }
  Process& child = begin(std::move(row), std::move(image), made, time);
  child.code->begin_as_copy_of(*parent.code);
  // A thread of the parent's may have changed it just then, which is told only of the parent.
  if (call.changes != parent.code->changes()) child.code->look_again();
  child.threads[tid].table = made;
  if (!is_new) return;
  contents_[made].last = contents_[table].last;
  numbers_open(child, made, open, time, model::Snapshot::Taken::at_start);
}

void Processes::ended(Process& process, const ajar_call& call, std::string_view open) {
  model::World& world = recorder_.world();
  const model::Time time = recorder_.time_of(call.time);
  const model::TableId table = table_of(process, call);
  process.threads.erase(call.tid);
  if ((call.other & AJAR_ENDS_PROCESS) != 0) {
    if (call.payload == AJAR_CALL_NUMBERS_OPEN)
      numbers_open(process, table, open, time, model::Snapshot::Taken::at_exit);
    const Ended how = decode_status(call.result);
    if (model::Process* row = world.processes.find(process.id)) {
      row->exit_status = how.exit_status;
      row->killed_by_signal = how.signal;
    }
    end(process, time);
  }
  if ((call.other & AJAR_ENDS_TABLE) == 0) return;
  if (model::Table* row = world.tables.find(table)) row->died = time;
  recorder_.changed(table);
  tables_.erase(call.table);
  contents_.erase(table);
}

void Processes::end(const Process& process, model::Time time) {
  model::World& world = recorder_.world();
  if (model::Image* image = world.images.find(process.image)) image->ended = time;
  if (model::Process* row = world.processes.find(process.id)) row->ended = time;
  recorder_.changed(process.image);
  recorder_.changed(process.id);
  processes_.erase(process.pid);
}

std::vector<std::int64_t> Processes::gone() const {
  std::vector<std::int64_t> pids;
  for (const auto& [pid, process] : processes_) {
    const auto info = procfs_.process(pid);
    if (!info || info->start_ticks != process.start_ticks || info->leaves()) pids.push_back(pid);
  }
  return pids;
}

bool Processes::miss(std::int64_t pid) {
  const Process* process = find(pid);
  if (process == nullptr) return false;
  model::World& world = recorder_.world();
  if (model::Process* row = world.processes.find(process->id))
    row->not_traced = "it ended before it could be watched";
  if (model::Image* image = world.images.find(process->image)) image->table = {};
  end(*process, recorder_.now());
  return true;
}

void Processes::lost(std::int64_t pid, std::uint64_t records) {
  const auto known = last_images_.find(pid);
  if (known == last_images_.end()) return lost(records);
  have_lost_.insert(pid);
  for (const auto& [other, process] : processes_) process.code->look_again();
  recorder_.loss({.image = known->second, .time = recorder_.now(), .events = records});
}

void Processes::lost(std::uint64_t records) {
  for (const auto& [pid, process] : processes_) {
    process.code->look_again();
    recorder_.loss({.image = process.image, .time = recorder_.now(), .events = records});
  }
  if (processes_.empty() && !last_images_.empty())
    recorder_.loss({.image = last_images_.rbegin()->second, .time = recorder_.now(), .events = records});
}

void Processes::ended_unsaid(std::int64_t pid, std::optional<int> exit_status, std::optional<int> signal) {
  const Process* process = find(pid);
  if (process == nullptr) return;
  if (!have_lost_.contains(pid))
    recorder_.loss({.image = process->image, .time = recorder_.now(), .events = 1, .at_least = true});
  if (model::Process* row = recorder_.world().processes.find(process->id)) {
    row->exit_status = exit_status;
    row->killed_by_signal = signal;
  }
  end(*process, recorder_.now());
}

std::vector<std::int64_t> Processes::dead() const {
  std::vector<std::int64_t> pids;
  for (const auto& [pid, process] : processes_) {
    if (process.start_ticks != 0 && !procfs_.alive(pid, process.start_ticks)) pids.push_back(pid);
  }
  return pids;
}

}  // namespace ajar::capture::kernel
