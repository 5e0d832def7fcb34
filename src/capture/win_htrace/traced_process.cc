#include "capture/win_htrace/traced_process.h"

#include <algorithm>
#include <set>

#include "platform/win_status.h"

namespace ajar::capture::win_htrace {
namespace {

namespace win = platform::win;
using Kind = HandleTrace::Kind;

std::string name_of(std::int64_t pid) {
  return "process " + std::to_string(pid);
}

model::EventKind event_kind(Kind kind) {
  if (kind == Kind::open) return model::EventKind::open;
  return kind == Kind::close ? model::EventKind::close : model::EventKind::bad_reference;
}

}  // namespace

std::size_t TracedProcess::Hash::operator()(const Addresses& addresses) const {
  std::uint64_t hash = addresses.is_own ? 1 : 0;
  for (const std::uint64_t address : addresses.all) hash = mixed(hash, address);
  return hash;
}

TracedProcess::TracedProcess(Recorder& recorder, System& system, std::int64_t pid,
                             const model::ProcessRows& rows, std::unique_ptr<HandleTracer> tracer,
                             const Tracing& tracing)
    : recorder_(recorder),
      system_(system),
      pid_(pid),
      rows_(rows),
      tracer_(std::move(tracer)),
      tracing_(tracing),
      seen_(tracing.slots),
      stacks_(recorder.world()),
      threads_(rows, recorder.world()),
      last_(recorder.now()) {}

TracedProcess::~TracedProcess() {
  if (!tracing_.was_on && !has_ended_) tracer_->disable();
}

base::Result<std::unique_ptr<TracedProcess>> TracedProcess::start(Recorder& recorder, System& system,
                                                                  std::int64_t pid) {
  auto tracer = system.open(pid);
  if (!tracer.ok()) return std::move(tracer).error();
  const auto image = system.image_of(recorder.world(), pid);
  if (!image.ok()) return image.error();
  const auto tracing = start_tracing(*tracer.value(), name_of(pid));
  if (!tracing.ok()) return tracing.error();
  const model::Image* row = recorder.world().images.find(image.value());
  const model::ProcessRows rows{
      .pid = static_cast<std::uint64_t>(pid), .process = row->process, .image = row->id, .table = row->table};
  std::unique_ptr<TracedProcess> process(
      new TracedProcess(recorder, system, pid, rows, std::move(tracer).value(), tracing.value()));
  // What was kept before is of before.
  if (tracing.value().was_on) {
    if (const auto answer = process->tracer_->query()) {
      if (const auto traces = HandleTraces::read(*answer)) process->seen_.look(*traces);
    }
  }
  process->look_at_modules();
  return process;
}

void TracedProcess::load(model::Module module, ModuleKey key) {
  model::World& world = recorder_.world();
  module.id = world.modules.next_id();
  module.image = rows_.image;
  module.loaded = recorder_.now();
  code_.load(module.begin, module.end, module.id);
  modules_.emplace(std::move(key), module.id);
  world.modules.add(std::move(module));
}

void TracedProcess::look_at_modules() {
  constexpr auto kBetween = std::chrono::milliseconds(200);
  next_modules_ = system_.now() + kBetween;
  auto loaded = system_.modules(pid_);
  if (!loaded.ok()) return;  // it is ending, or just loading something: what is known stays
  std::set<ModuleKey> there;
  bool have_changed = false;
  for (model::Module& module : loaded.value()) {
    ModuleKey key(module.begin, module.identity());
    if (!there.insert(key).second || modules_.contains(key)) continue;
    load(std::move(module), std::move(key));
    have_changed = true;
  }
  for (auto at = modules_.begin(); at != modules_.end();) {
    const auto next = std::next(at);
    if (!there.contains(at->first)) {
      code_.unload(at->second);
      recorder_.world().modules.find(at->second)->unloaded = recorder_.now();
      recorder_.changed(at->second);
      modules_.erase(at);
      have_changed = true;
    }
    at = next;
  }
  if (!have_changed) return;
  stacks_.forget();
  known_stacks_.clear();
}

bool TracedProcess::is_in_modules(const HandleTrace& trace) const {
  return std::ranges::none_of(trace.frames(),
                              [&](std::uint64_t address) { return code_.frame(address).module.none(); });
}

model::StackId TracedProcess::stack_of(const HandleTrace& trace) {
  const bool is_own = threads_.is_own(trace.process);
  const Addresses key{.all = trace.addresses, .is_own = is_own};
  if (const auto known = known_stacks_.find(key); known != known_stacks_.end()) return known->second;
  if (is_own && system_.now() >= next_modules_ && !is_in_modules(trace)) look_at_modules();
  const model::StackId stack = stacks_.add(trace.frames(), is_own ? &code_ : nullptr);
  known_stacks_.emplace(key, stack);
  return stack;
}

void TracedProcess::tell(const HandleTrace& trace, model::Time time) {
  if (trace.kind < Kind::open || trace.kind > Kind::bad_reference) return;
  model::Event event;
  event.kind = event_kind(trace.kind);
  event.table = rows_.table;
  event.image = rows_.image;
  event.thread = threads_.of(trace.process, trace.thread);
  event.time = time;
  event.handle = trace.handle & ~std::uint64_t{3};  // the lowest bits are the program's own
  if (trace.kind == Kind::bad_reference) event.error = model::kInvalidHandle;
  event.stack = stack_of(trace);
  recorder_.event(event);
}

// How many were lost nobody knows: the kernel does not count them.
void TracedProcess::tell_gap() {
  recorder_.loss({.image = rows_.image, .time = recorder_.now(), .events = 1, .at_least = true});
}

void TracedProcess::take(const HandleTraces& traces, const SeenTraces::New& found) {
  if (found.has_gap) tell_gap();
  const model::Time now = recorder_.now();
  for (std::size_t i = found.count; i > 0; --i) {
    last_ = std::max(last_ + model::Time(1), now - model::Time(static_cast<model::Time::rep>(i - 1)));
    tell(traces.trace(i - 1), last_);
  }
  last_ = std::max(last_, now);
}

TracedProcess::Found TracedProcess::look(bool now) {
  const auto begun = system_.now();
  if (has_ended_ || !failure_.empty() || (!now && !pace_.is_due(begun))) return {};
  const auto answer = tracer_->query();
  if (!answer) {
    if (answer.error() != win::kProcessIsEnding && !has_ended()) {
      recorder_.loss({.image = rows_.image, .time = recorder_.now(), .events = 1, .at_least = true});
      failure_ = name_of(pid_) + ": its handles are not traced any more, by whomever that was ended (" +
                 win::status_words(answer.error()) + "); nothing more is seen of it";
    }
    return {};
  }
  const auto traces = HandleTraces::read(*answer);
  if (!traces) return {};
  const SeenTraces::New found = seen_.look(*traces);
  take(*traces, found);
  const std::size_t percent = found.count * 100 / std::max<std::size_t>(seen_.slots(), 1);
  pace_.looked(system_.now(), system_.now() - begun, percent);
  return {.events = found.count, .percent_new = static_cast<std::uint32_t>(percent)};
}

bool TracedProcess::has_ended() {
  if (has_ended_) return true;
  const auto status = tracer_->exit_status();
  if (!status) return false;
  has_ended_ = true;
  model::World& world = recorder_.world();
  const model::Time now = recorder_.now();
  if (model::Image* row = world.images.find(rows_.image)) row->ended = now;
  if (model::Table* row = world.tables.find(rows_.table)) row->died = now;
  recorder_.changed(rows_.image);
  recorder_.changed(rows_.table);
  if (model::Process* row = world.processes.find(rows_.process)) {
    row->ended = now;
    row->exit_status = static_cast<std::int32_t>(*status);
  }
  recorder_.changed(rows_.process);
  return true;
}

}  // namespace ajar::capture::win_htrace
