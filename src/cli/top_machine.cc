#include "cli/top_machine.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <future>
#include <map>
#include <system_error>
#include <utility>

#include "analyze/code_path.h"
#include "analyze/tables/describe.h"
#include "cli/recording_file.h"
#include "cli/recording_report.h"
#include "platform/procfs.h"
#include "session/live_tables.h"
#include "watch/separate_attach.h"

namespace ajar::cli {
namespace {

using Clock = std::chrono::steady_clock;

// What is known of a process as long as the watch knows it.
struct Known {
  model::ProcessId row;  // others may get it later
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;
  std::string name;
  std::optional<std::uint64_t> soft_limit;
  bool limit_was_asked = false;
};

// A pid and a start: a process's own, whatever comes after it.
std::uint64_t id_of(std::int64_t pid, std::uint64_t start_ticks) {
  constexpr unsigned kPidBits = 22;  // PID_MAX_LIMIT (include/linux/threads.h)
  return start_ticks << kPidBits | static_cast<std::uint64_t>(pid);
}

// Says when it is time for something dear again: after ten times as long as it took.
class Seldom {
 public:
  [[nodiscard]] bool is_due() const { return Clock::now() >= next_; }
  void took(Clock::duration time) { next_ = Clock::now() + 10 * time; }

 private:
  Clock::time_point next_;
};

// What a recording that grows says by now.
struct Reading {
  std::string path;
  std::shared_ptr<const report::Report> report;  // nullptr: it is too young to say anything
  Clock::duration took{};
};

Reading read_by_now(const std::string& path) {
  const Clock::time_point begin = Clock::now();
  Reading reading{.path = path, .report = nullptr};
  if (auto file = RecordingFile::open(path, recording::File::growing); file.ok()) {
    if (auto report = report_on(file.value(), {}, std::nullopt))
      reading.report = std::make_shared<const report::Report>(std::move(*report));
  }
  reading.took = Clock::now() - begin;
  return reading;
}

// Reads recordings beside what goes on: a large one takes its time.
class ReportReader {
 public:
  [[nodiscard]] bool is_reading() const { return reading_.valid(); }

  // What was read of this recording since it was asked last, if anything.
  std::shared_ptr<const report::Report> take(const std::string& path) {
    constexpr std::chrono::milliseconds kPatience(50);  // a small one is read by then
    if (!reading_.valid() && times_.is_due()) reading_ = std::async(std::launch::async, read_by_now, path);
    if (!reading_.valid() || reading_.wait_for(kPatience) != std::future_status::ready) return nullptr;
    const Reading reading = reading_.get();
    times_.took(reading.took);
    return reading.path == path ? reading.report : nullptr;
  }

 private:
  std::future<Reading> reading_;
  Seldom times_;
};

class ThisMachine final : public top::Machine {
 public:
  explicit ThisMachine(std::unique_ptr<watch::Watch> watch) : watch_(std::move(watch)) {
    // A process is known by the second look at it only.
    watch_->look();
  }

  top::Processes look() override;
  top::Judged judge(std::uint64_t process, std::size_t last_counts) override;
  std::optional<std::uint64_t> soft_limit(std::uint64_t process) override;
  base::Result<report::HandleTable> table(std::uint64_t process) override;
  void attach(std::uint64_t process) override;
  top::Attached attached() override;
  void detach() override;

 private:
  Known& known(const model::Process& row);
  Known* find(std::uint64_t process);
  [[nodiscard]] bool has_its_row(const Known& process) const;
  base::Result<report::HandleTable> read_table(std::int64_t pid);
  [[nodiscard]] bool is_there(const Known* process) const;

  std::unique_ptr<watch::Watch> watch_;
  std::map<std::uint64_t, Known> known_;  // by pid and start
  platform::ProcFs proc_;

  session::LiveTables tables_;
  std::uint64_t table_of_ = 0;
  base::Result<report::HandleTable> table_{report::HandleTable()};
  Seldom table_reads_;

  std::unique_ptr<watch::SeparateAttach> session_;
  std::vector<std::unique_ptr<watch::SeparateAttach>> detaching_;
  top::Attached attached_;
  ReportReader reader_;
  bool has_last_report_ = false;  // of a session that has ended
};

// A session's recording is in a temporary folder, which is often in memory.
bool is_large(const std::string& recording) {
  constexpr std::uintmax_t kMost = std::uintmax_t{1} << 30U;
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(recording, failed);
  return !failed && size > kMost;
}

Known& ThisMachine::known(const model::Process& row) {
  const auto [at, is_new] = known_.try_emplace(id_of(row.pid, row.start_ticks));
  if (is_new) {
    at->second.pid = row.pid;
    at->second.start_ticks = row.start_ticks;
    at->second.name = session::process_name(row.pid);
  }
  at->second.row = row.id;
  return at->second;
}

// nullptr: nothing is known of it any more.
Known* ThisMachine::find(std::uint64_t process) {
  const auto at = known_.find(process);
  return at == known_.end() || !has_its_row(at->second) ? nullptr : &at->second;
}

bool ThisMachine::has_its_row(const Known& process) const {
  const model::Process* row = watch_->world().processes.find(process.row);
  return row != nullptr && row->pid == process.pid && row->start_ticks == process.start_ticks;
}

top::Processes ThisMachine::look() {
  top::Processes told;
  told.sweep = watch_->look();
  told.clock = fmt::format("{:%H:%M:%S}", fmt::localtime(static_cast<std::time_t>(told.sweep.unix_s)));
  told.all_ended = watch_->all_ended();
  for (const model::ProcessId id : watch_->history().counted_last()) {
    const auto samples = watch_->history().samples(id);
    const model::Process* counted = watch_->world().processes.find(id);
    if (counted == nullptr) continue;
    const Known& process = known(*counted);
    top::Process& row = told.processes.emplace_back();
    row.id = id_of(process.pid, process.start_ticks);
    row.pid = process.pid;
    row.name = process.name;
    row.handles = static_cast<std::uint64_t>(samples.back().value);
    if (watch_->growing().contains(id)) row.rate_per_second = watch_->trend(id).rate_per_second;
  }
  std::erase_if(known_, [&](const auto& row) { return !has_its_row(row.second); });
  using State = watch::SeparateAttach::State;
  std::erase_if(detaching_, [](const auto& session) { return session->look() == State::ended; });
  return told;
}

std::optional<std::uint64_t> ThisMachine::soft_limit(std::uint64_t process) {
  Known* row = find(process);
  if (row == nullptr) return std::nullopt;
  if (!std::exchange(row->limit_was_asked, true)) row->soft_limit = session::soft_limit_of(row->pid);
  return row->soft_limit;
}

// It may be another program by now.
top::Judged ThisMachine::judge(std::uint64_t process, std::size_t last_counts) {
  Known* row = find(process);
  if (row == nullptr) return {};
  if (is_there(row)) {
    row->limit_was_asked = true;
    row->soft_limit = session::soft_limit_of(row->pid);
    row->name = session::process_name(row->pid);
  }
  top::Judged judged{.trend = watch_->trend(row->row), .last_counts = {}};
  judged.trend.pid = row->pid;
  judged.trend.name = row->name;
  judged.trend.soft_limit = row->soft_limit;
  const auto samples = watch_->history().samples(row->row);
  for (const analyze::Point& point : samples.last(std::min(samples.size(), last_counts)))
    judged.last_counts.push_back(static_cast<std::uint64_t>(point.value));
  return judged;
}

base::Result<report::HandleTable> ThisMachine::read_table(std::int64_t pid) {
  const auto found = tables_.read({pid}, session::TableDepth::names);
  if (found.empty()) return base::Error(tables_.troubles().front());
  const analyze::SystemModules system({});
  analyze::CodePaths paths(tables_.world(), system);
  analyze::TableOptions options;
  options.handles = true;
  report::HandleTable told = analyze::describe(tables_.world(), found.front().table, options, paths);
  told.limits = found.front().limits;
  return told;
}

base::Result<report::HandleTable> ThisMachine::table(std::uint64_t process) {
  if (process == table_of_ && !table_reads_.is_due()) return table_;
  table_of_ = process;
  if (const Known* row = find(process); is_there(row)) {
    const Clock::time_point begin = Clock::now();
    table_ = read_table(row->pid);
    table_reads_.took(Clock::now() - begin);
  } else {
    table_ = base::Error("the process has ended");
  }
  return table_;
}

// It, and not another process that got its number.
bool ThisMachine::is_there(const Known* process) const {
  if (process == nullptr) return false;
  const auto info = proc_.process(process->pid);
  return info && info->start_ticks == process->start_ticks && !info->ended();
}

void ThisMachine::attach(std::uint64_t process) {
  constexpr std::size_t kMostDetaching = 4;
  detach();
  attached_ = {};
  has_last_report_ = false;
  if (detaching_.size() >= kMostDetaching) {
    attached_.state = top::Attached::State::ended;
    attached_.words = "it is still being detached from; again in a moment";
    return;
  }
  const Known* row = find(process);
  if (!is_there(row)) {
    attached_.state = top::Attached::State::ended;
    attached_.words = "the process has ended";
    return;
  }
  auto started = watch::SeparateAttach::start(row->pid);
  if (started.ok()) {
    session_ = std::move(started).value();
  } else {
    attached_.state = top::Attached::State::ended;
    attached_.words = started.error().message();
  }
}

top::Attached ThisMachine::attached() {
  using State = watch::SeparateAttach::State;
  if (session_ == nullptr) return attached_;
  const State state = session_->look();
  attached_.state = state == State::starting   ? top::Attached::State::starting
                    : state == State::watching ? top::Attached::State::watching
                                               : top::Attached::State::ended;
  attached_.words = session_->words();
  if (state == State::watching && is_large(session_->recording())) session_->detach();
  if (state != State::starting && !has_last_report_) {
    const bool was_ended = state == State::ended && !reader_.is_reading();
    auto report = reader_.take(session_->recording());
    has_last_report_ = was_ended && report != nullptr;  // nothing more will come
    if (report != nullptr) attached_.report = std::move(report);
  }
  return attached_;
}

void ThisMachine::detach() {
  if (session_ == nullptr) return;
  session_->detach();
  detaching_.push_back(std::move(session_));
}

}  // namespace

std::unique_ptr<top::Machine> this_machine(std::unique_ptr<watch::Watch> watch) {
  return std::make_unique<ThisMachine>(std::move(watch));
}

}  // namespace ajar::cli
