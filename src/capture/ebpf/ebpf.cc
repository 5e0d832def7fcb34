#include "capture/ebpf/ebpf.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/clock.h"
#include "capture/kernel/call_record.h"
#include "platform/procfs.h"

namespace ajar::capture::ebpf {
namespace {

// What is loaded later, by dlopen and by the programs of children.
constexpr std::uint32_t kSpareChunks = 512;  // 12 MiB
constexpr std::uint32_t kCodes = 64;         // 6 MiB

constexpr std::uint32_t kRingBytes = 1U << 25U;  // some 150,000 records

}  // namespace

base::Result<void> Ebpf::load() {
  std::uint32_t chunks = kSpareChunks;
  for (const auto& [pid, process] : processes().all())
    chunks += CodeMaps::chunks_for(process.code->mappings());
  auto program = Program::load({.chunks = chunks, .codes = kCodes, .ring_bytes = kRingBytes});
  if (!program.ok()) return std::move(program).error();
  program_ = std::move(program).value();
  codes_ = std::make_unique<CodeMaps>(*program_);
  return {};
}

base::Result<std::unique_ptr<Ebpf>> Ebpf::attach(Recorder& recorder, const std::vector<std::int64_t>& pids,
                                                 bool children) {
  std::unique_ptr<Ebpf> way(new Ebpf(recorder));
  for (const std::int64_t pid : pids) {
    if (auto process = way->processes().attach(pid); !process) return process.error().error;
  }
  if (children) {
    const auto followed = way->follow(platform::ProcFs().descendants(pids));
    if (!followed.ok()) return followed.error();
  }
  if (auto loaded = way->load(); !loaded.ok()) return std::move(loaded).error();
  for (auto& [pid, process] : way->processes().all()) {
    if (auto watched = way->watch(process, children); !watched.ok()) return std::move(watched).error();
  }
  if (auto started = way->program_->start(); !started.ok()) return std::move(started).error();
  if (children) {
    if (auto watched = way->watch_more_children(); !watched.ok()) return std::move(watched).error();
  }
  if (auto missed = way->miss_ended(); !missed.ok()) return std::move(missed).error();
  way->snapshot(model::Snapshot::Taken::periodic);
  return way;
}

// Gives those that were not followed yet, and live.
base::Result<std::vector<std::int64_t>> Ebpf::follow(const std::vector<std::int64_t>& pids) {
  std::vector<std::int64_t> added;
  for (const std::int64_t pid : pids) {
    if (processes().find(pid) != nullptr) continue;
    const auto process = processes().attach(pid);
    if (process) {
      added.push_back(pid);
    } else if (process.error().problem != platform::ProcProblem::gone) {
      return process.error().error;
    }
  }
  return added;
}

// Those that were made while their makers were not watched yet.
base::Result<void> Ebpf::watch_more_children() {
  for (;;) {
    std::vector<std::int64_t> makers;
    for (const auto& [pid, process] : processes().all()) makers.push_back(pid);
    const std::vector<std::int64_t> children = platform::ProcFs().descendants(makers);
    poll();  // those that were made since are followed then
    const auto added = follow(children);
    if (!added.ok()) return added.error();
    if (added.value().empty()) return {};
    for (const std::int64_t pid : added.value()) {
      if (auto watched = watch(*processes().find(pid), true); !watched.ok()) return watched;
    }
  }
}

// The kernel takes most of a second to verify the programs: some may have ended meanwhile. Those whose end
// was seen have a record that says so.
base::Result<void> Ebpf::miss_ended() {
  const std::vector<std::int64_t> gone = processes().gone();
  poll();
  bool missed = false;
  for (const std::int64_t pid : gone) {
    if (!processes().miss(pid)) continue;
    program_->unwatch(static_cast<std::uint32_t>(pid));
    missed = true;
  }
  if (!missed || processes().any_alive()) return {};
  return base::Error("process " + std::to_string(gone.front()) + " ended before it could be watched");
}

base::Result<void> Ebpf::watch(kernel::Process& process, bool children) {
  const std::uint32_t code = codes_->put(*process.code);
  code_of_[process.pid] = {.number = code, .version = process.code->version(), .changes = 0};
  return program_->watch(static_cast<std::uint32_t>(process.pid),
                         {.flags = children ? std::uint32_t{AJAR_WATCH_CHILDREN} : 0U,
                          .code = code,
                          .changes = 0,
                          .unmapped = 0,
                          .image = 0,
                          .life = base::monotonic_ns()});
}

// While ajar itself is watched, what it makes is, from its first call on.
base::Result<std::unique_ptr<Ebpf>> Ebpf::launch(Recorder& recorder,
                                                 const std::function<std::int64_t()>& start) {
  std::unique_ptr<Ebpf> way(new Ebpf(recorder));
  if (auto loaded = way->load(); !loaded.ok()) return std::move(loaded).error();
  if (auto started = way->program_->start(); !started.ok()) return std::move(started).error();
  const auto self = static_cast<std::uint32_t>(::getpid());
  ajar_watched how{};
  how.flags = AJAR_WATCH_CHILDREN;
  how.code = AJAR_NO_CODE;
  if (auto watched = way->program_->watch(self, how); !watched.ok()) return std::move(watched).error();
  const std::int64_t pid = start();
  way->program_->unwatch(self);
  if (pid <= 0) return way;
  if (auto followed = way->processes().start(pid); !followed) return followed.error().error;
  return way;
}

base::Result<std::unique_ptr<Ebpf>> Ebpf::await(Recorder& recorder, Wanted wanted, bool children) {
  std::unique_ptr<Ebpf> way(new Ebpf(recorder));
  way->wanted_ = std::move(wanted);
  way->awaits_children_ = children;
  if (auto loaded = way->load(); !loaded.ok()) return std::move(loaded).error();
  if (auto started = way->program_->start(); !started.ok()) return std::move(started).error();
  way->program_->await(true, children ? std::uint32_t{AJAR_WATCH_CHILDREN} : 0U);
  return way;
}

// Who begins a program and is not the one that is waited for is watched no more, once all is read that there
// is: it may have become another program meanwhile.
void Ebpf::look_whether_awaited(const kernel::CallRecord& record, std::span<const std::byte> bytes) {
  const ajar_call& call = record.call;
  if (processes().find(call.pid) != nullptr) return;
  if (call.kind == AJAR_CALL_FORKED) refused_.insert(static_cast<std::int64_t>(call.other));
  if (call.kind == AJAR_CALL_ENDED && (call.other & AJAR_ENDS_PROCESS) != 0) files_before_.erase(call.pid);
  if (call.kind == AJAR_CALL_FILE && awaited_ == 0)
    files_before_[call.pid].emplace_back(bytes.begin(), bytes.end());
  if (call.kind != AJAR_CALL_EXECED) return;
  refused_.insert(call.pid);
  const auto files = files_before_.extract(call.pid);
  ajar_execed told{};
  std::memcpy(&told, call.arguments, sizeof(told));
  if (awaited_ != 0 || !wanted_(kernel::told_program(told, record.payload))) return;
  awaited_ = call.pid;
  program_->await(false);
  refused_.erase(call.pid);
  files_before_.clear();
  processes().begins(call.pid, call.time);
  if (files.empty()) return;
  for (const std::vector<std::byte>& file : files.mapped()) {
    if (const auto parts = kernel::parse_record(file)) events().take(*parts);
  }
}

// It may have been let go of just when it became the program, of which what came since is not known then.
void Ebpf::watch_again(const ajar_call& call) {
  ajar_watched how{};
  if (call.kind != AJAR_CALL_EXECED || call.pid != awaited_ || program_->watched(call.pid, how)) return;
  how = {.flags = awaits_children_ ? std::uint32_t{AJAR_WATCH_CHILDREN} : 0U,
         .code = AJAR_NO_CODE,
         .changes = call.changes,
         .unmapped = 0,
         .image = call.other,
         .life = call.time};
  if (program_->watch(call.pid, how).ok()) processes().lost(1);
  missed_ = std::chrono::nanoseconds(base::monotonic_ns() - call.time);
}

void Ebpf::let_go_of_refused() {
  for (const std::int64_t pid : refused_) {
    if (processes().find(pid) == nullptr) program_->unwatch(static_cast<std::uint32_t>(pid));
  }
  refused_.clear();
}

void Ebpf::use_code(std::int64_t pid, const Put& code) {
  let_go_of_code(pid);
  code_of_[pid] = code;
}

void Ebpf::let_go_of_code(std::int64_t pid) {
  const auto found = code_of_.find(pid);
  if (found == code_of_.end()) return;
  const std::uint32_t code = found->second.number;
  code_of_.erase(found);
  const bool is_shared =
      std::ranges::any_of(code_of_, [&](const auto& row) { return row.second.number == code; });
  if (!is_shared) codes_->free(code);
}

void Ebpf::let_go_of_code_of_ended() {
  std::vector<std::int64_t> ended;
  for (const auto& [pid, code] : code_of_) {
    if (!processes().all().contains(pid)) ended.push_back(pid);
  }
  for (const std::int64_t pid : ended) let_go_of_code(pid);
}

// A child begins with the code that its parent had in the kernel at that moment, and may have other code by
// now.
void Ebpf::forked(const ajar_call& call) {
  ajar_watched how{};
  if (call.other == call.pid || !program_->watched(static_cast<std::uint32_t>(call.other), how)) return;
  if (how.code == AJAR_NO_CODE) return;
  const auto parents = code_of_.find(call.pid);
  const bool is_known = parents != code_of_.end() && parents->second.number == how.code;
  use_code(static_cast<std::int64_t>(call.other),
           is_known ? parents->second : Put{.number = how.code, .version = UINT64_MAX, .changes = 0});
  codes_->keep(how.code);
}

// Those that came with the record, or under the same name before.
std::span<const std::uint64_t> Ebpf::frames_of(ajar_call& call, std::span<const std::uint64_t> told) {
  if (call.stack == 0) return told;
  Named& named = named_[static_cast<std::uint32_t>(AJAR_STACK_PLACE(call.stack))];
  if (call.frames != 0) {
    named.name = call.stack;
    named.walked = call.frames;
    named.frames.assign(told.begin(), told.end());
    return told;
  }
  if (named.name != call.stack) return {};
  call.frames = named.walked;
  return named.frames;
}

void Ebpf::take(std::span<const std::byte> bytes) {
  auto record = kernel::parse_record(bytes);
  if (!record) return;
  bytes_read_ += bytes.size();
  ajar_call& call = record->call;
  if (wanted_) look_whether_awaited(*record, bytes);
  record->frames = frames_of(call, record->frames);
  events().take(*record);
  if (wanted_) watch_again(call);
  if (call.kind == AJAR_CALL_FORKED) forked(call);
  if (call.kind == AJAR_CALL_EXECED) let_go_of_code(call.pid);
}

void Ebpf::put_code(kernel::Process& process) {
  // What came with the records may have had it looked at already.
  const auto known = code_of_.find(process.pid);
  const bool has_it = known != code_of_.end() && known->second.version == process.code->version() &&
                      known->second.changes == process.code->changes();
  if (has_it && !process.code->is_stale()) return;
  ajar_watched how{};
  const auto pid = static_cast<std::uint32_t>(process.pid);
  if (!program_->watched(pid, how)) return;
  process.code->refresh(how.changes);
  const std::uint32_t code = codes_->put(*process.code);
  if (code == AJAR_NO_CODE) return;
  program_->use_code(pid, code);
  use_code(process.pid,
           {.number = code, .version = process.code->version(), .changes = process.code->changes()});
}

LiveWay::Progress Ebpf::read() {
  Progress progress;
  bytes_read_ = 0;
  progress.records = program_->read([this](std::span<const std::byte> record) { take(record); });
  progress.fullest_percent = static_cast<std::uint32_t>(bytes_read_ * 100 / kRingBytes);
  let_go_of_refused();
  for (auto& [pid, process] : processes().all()) put_code(process);
  let_go_of_code_of_ended();
  return progress;
}

}  // namespace ajar::capture::ebpf
