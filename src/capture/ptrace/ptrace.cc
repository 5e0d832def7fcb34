#include "capture/ptrace/ptrace.h"

#include <utility>

#include "capture/kernel/call_record.h"
#include "capture/kernel/trace_refusal.h"
#include "capture/ptrace/call_filter.h"
#include "platform/procfs.h"

namespace ajar::capture::ptrace {
namespace {

constexpr std::size_t kRingBytes = 1U << 22U;  // some 250 records with whole stacks; it is soon warm

}  // namespace

base::Result<std::unique_ptr<Ptrace>> Ptrace::start(Recorder& recorder, Tracer::Stops stops, bool children) {
  auto ring = RecordRing::make(kRingBytes);
  if (!ring.ok()) return std::move(ring).error();
  auto pythons = PythonTable::make();
  if (!pythons.ok()) return std::move(pythons).error();
  std::unique_ptr<Ptrace> way(new Ptrace(recorder, std::move(ring).value(), std::move(pythons).value()));
  auto tracer = TracerProcess::start(way->ring_, way->pythons_, stops, children);
  if (!tracer.ok()) return std::move(tracer).error();
  way->tracer_ = std::make_unique<TracerProcess>(std::move(tracer).value());
  return way;
}

base::Result<std::unique_ptr<Ptrace>> Ptrace::launch(Recorder& recorder, const Start& start) {
  const CallFilter filter;
  auto way = Ptrace::start(recorder, Tracer::Stops::by_filter, true);
  if (!way.ok()) return way;
  Ptrace& started = *way.value();
  const std::int64_t pid = start([&] {
    const int failed = started.tracer_->trace_me();
    return failed != 0 ? failed : filter.install();
  });
  started.tracer_->leave();
  if (pid <= 0) return way;
  if (const auto process = started.processes().start(pid); !process) return process.error().error;
  return way;
}

base::Result<std::unique_ptr<Ptrace>> Ptrace::attach(Recorder& recorder,
                                                     const std::vector<std::int64_t>& pids, bool children) {
  auto way = Ptrace::start(recorder, Tracer::Stops::at_all, children);
  if (!way.ok()) return way;
  Ptrace& started = *way.value();
  started.attached_ = true;
  for (const std::int64_t pid : pids) {
    if (auto process = started.processes().attach(pid); !process) return process.error().error;
  }
  // Those that come later are traced as they begin.
  const auto descendants = children ? platform::ProcFs().descendants(pids) : std::vector<std::int64_t>();
  const TracerProcess::Refused refused = started.tracer_->attach(pids);
  if (refused.error != 0) return kernel::why_not_traced(refused.pid, refused.error);
  if (auto followed = started.follow(descendants); !followed.ok()) return std::move(followed).error();
  started.tracer_->leave();
  // Code that came before its calls were seen.
  for (auto& [pid, process] : started.processes().all()) process.code->look_again();
  started.snapshot(model::Snapshot::Taken::periodic);
  return way;
}

// Where they live still.
base::Result<void> Ptrace::follow(const std::vector<std::int64_t>& pids) {
  for (const std::int64_t pid : pids) {
    const auto process = processes().attach(pid);
    if (!process && process.error().problem == platform::ProcProblem::gone) continue;
    if (!process) return process.error().error;
    const TracerProcess::Refused refused = tracer_->attach({pid});
    if (refused.error == ESRCH) {
      processes().miss(pid);
    } else if (refused.error != 0) {
      return kernel::why_not_traced(pid, refused.error);
    }
  }
  return {};
}

// Once for each code that the image has.
void Ptrace::put_python(kernel::Process& process) {
  process.code->refresh();
  const std::pair now(process.image, process.code->version());
  const auto known = looked_at_.find(process.pid);
  if (known != looked_at_.end() && known->second == now) return;
  if (pythons_.put(process.pid, process.code->python())) looked_at_[process.pid] = now;
}

void Ptrace::forget_pythons_of_ended() {
  std::erase_if(looked_at_, [&](const auto& row) {
    if (processes().all().contains(row.first)) return false;
    pythons_.put(row.first, {});
    return true;
  });
}

LiveWay::Progress Ptrace::read() {
  const RecordRing::Read read = ring_.read([this](std::span<const std::byte> record) {
    const auto parts = kernel::parse_record(record);
    if (parts) events().take(*parts);
  });
  for (auto& [pid, process] : processes().all()) put_python(process);
  forget_pythons_of_ended();
  return {.records = read.records, .fullest_percent = read.fill_percent};
}

// It ends with the last process, and has said so of each by then.
std::optional<std::string> Ptrace::failure() {
  if (failed_ || tracer_ == nullptr || !tracer_->has_ended()) return std::nullopt;
  poll();
  notice_ends();
  if (settled()) return std::nullopt;
  failed_ = true;
  processes().lost(1);  // at the least
  return "the tracer (process " + std::to_string(tracer_->pid()) +
         ") has ended, killed perhaps: nothing is seen from there on; attach again to go on";
}

void Ptrace::let_go() {
  if (tracer_ == nullptr) return;
  ring_.abandon();
  tracer_->leave();
  if (attached_) {
    tracer_->wait_until_it_lets_go();
  } else if (settled()) {
    tracer_->collect();
  }
  tracer_.reset();
}

Ptrace::~Ptrace() {
  let_go();
}

}  // namespace ajar::capture::ptrace
