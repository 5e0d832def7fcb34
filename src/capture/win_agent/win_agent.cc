#include "capture/win_agent/win_agent.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/words.h"
#include "catalog/windows_calls.h"
#include "platform/win_processes.h"
#include "ring/consumer.h"
#include "tables/windows/live_process.h"

namespace ajar::capture::win_agent {
namespace {

using model::Snapshot;

// Names of so many handles are asked for when a running process is entered; of more it takes seconds.
constexpr std::size_t kMostNamed = 2000;

// What they are called; one that came or went meanwhile has no name.
void name_handles(std::int64_t pid, std::vector<model::Handle>& handles) {
  const auto named = tables::windows::read_snapshot(pid, tables::windows::Depth::names);
  if (!named.ok()) return;
  for (model::Handle& handle : handles) {
    const model::Handle* same = named.value().snapshot.find(handle.value);
    if (same != nullptr && same->type == handle.type) handle.name = same->name;
  }
}

}  // namespace

segment::Identity WinAgent::add_process(std::int64_t pid, bool is_new, model::TableId parent) {
  model::World& world = recorder_.world();
  platform::win::ProcessRow row;
  row.pid = pid;
  if (auto found = platform::win::find_process(pid); found.ok()) row = std::move(found).value();
  const model::ImageId id = tables::windows::image_of(world, row);
  model::Image& image = *world.images.find(id);
  if (is_new) {
    image.how = model::Image::Started::exec;
    image.started = recorder_.now();
    model::Table& table = *world.tables.find(image.table);
    table.copied_from = parent;  // as far as handles are marked for that
    table.created = world.processes.find(image.process)->started;
    recorder_.changed(table.id);
  }
  recorder_.changed(id);
  return {image.process, id, image.table};
}

base::Result<void> WinAgent::enter(std::int64_t pid, bool is_new, model::TableId parent) {
  auto entered = EnteredProcess::enter(pid, agent_);
  if (!entered.ok()) return std::move(entered).error();
  auto consumer = ring::Consumer::open(entered.value().memory());
  if (!consumer.ok()) {
    entered.value().leave();
    return std::move(consumer).error();
  }
  auto reader = std::make_unique<WindowsSegment>(std::move(consumer).value(), recorder_, counter_);
  reader->belongs_to(add_process(pid, is_new, parent));
  auto traced = std::make_unique<Traced>(std::move(entered).value(), std::move(reader), pid);
  read_first_table(*traced);
  tell_what_is_not_seen(*traced);
  traced_.push_back(std::move(traced));
  return {};
}

void WinAgent::read_first_table(Traced& traced) {
  const model::Time begin = recorder_.now();
  auto seen = tables::windows::glance({traced.pid});
  if (!seen.ok() || !seen.value().contains(traced.pid)) return;
  Snapshot snapshot = std::move(seen.value().at(traced.pid));
  open_at_start_ += snapshot.handles.size();
  snapshot.table = traced.reader->identity().table;
  snapshot.image = traced.reader->identity().image;
  snapshot.taken = Snapshot::Taken::at_start;
  snapshot.begin = begin;
  snapshot.end = recorder_.now();
  if (snapshot.handles.size() <= kMostNamed) name_handles(traced.pid, snapshot.handles);
  traced.reader->was_open(snapshot);
  recorder_.snapshot(snapshot);
}

// Rows beyond the catalog's are the agent's own.
void WinAgent::tell_what_is_not_seen(const Traced& traced) {
  std::vector<std::string> calls;
  const ajar_segment& segment = traced.entered.segment();
  for (std::size_t row = 0; row < catalog::kWindowsCalls.size(); ++row) {
    if ((segment.not_seen[row / 32] >> (row % 32) & 1U) != 0)
      calls.emplace_back(catalog::kWindowsCalls[row].name);
  }
  if (calls.empty() || !on_message_) return;
  on_message_(
      fmt::format("process {}: other software has changed {} there (security software does that): what comes "
                  "through {} is not seen",
                  traced.pid, base::joined(calls, ", "), calls.size() == 1 ? "it" : "them"));
}

LiveWay::Progress WinAgent::poll() {
  constexpr unsigned kLookForEndsEvery = 8;
  Progress progress;
  for (std::size_t i = 0; i < traced_.size(); ++i) {  // more may come
    Traced& traced = *traced_[i];
    if (traced.over) continue;
    __atomic_fetch_add(&traced.entered.segment().looks, 1U, __ATOMIC_RELAXED);
    progress.records += traced.reader->read(false);
    progress.fullest_percent = std::max(progress.fullest_percent, traced.reader->fill_percent());
    answer_requests(traced);
  }
  if (++polls_ % kLookForEndsEvery == 0) notice_ends();
  return progress;
}

// A victim may write anything into them at any time: they are read once.
void WinAgent::answer_requests(Traced& traced) {
  for (ajar_request& request : traced.entered.segment().requests) {
    if (__atomic_load_n(&request.state, __ATOMIC_ACQUIRE) != AJAR_REQUEST_ASKED) continue;
    const ajar_u32 number = __atomic_load_n(&request.number, __ATOMIC_RELAXED);
    if (__atomic_load_n(&request.answered, __ATOMIC_RELAXED) == number) continue;
    const ajar_u32 kind = __atomic_load_n(&request.kind, __ATOMIC_RELAXED);
    if (kind == AJAR_REQUEST_ENTER) enter_child(__atomic_load_n(&request.pid, __ATOMIC_RELAXED), traced);
    if (kind == AJAR_REQUEST_LOOK) look_at_last(traced);
    __atomic_store_n(&request.answered, number, __ATOMIC_RELEASE);
  }
}

void WinAgent::tell_who_was_not_entered(const Traced& traced) {
  const ajar_u32 count = traced.entered.segment().not_entered;
  if (count == 0 || !children_ || !on_message_) return;
  on_message_(fmt::format("process {}: {} ran on before ajar could enter {}, and {} not recorded", traced.pid,
                          count == 1 ? "a child of it" : fmt::format("{} children of it", count),
                          count == 1 ? "it" : "them", count == 1 ? "is" : "are"));
}

// Only its own child: ajar may have the right to enter others, which the process that asks has not.
void WinAgent::enter_child(std::int64_t pid, const Traced& by) {
  const bool is_known =
      std::ranges::any_of(traced_, [&](const auto& traced) { return traced->pid == pid && !traced->over; });
  if (!children_ || is_known) return;
  const auto row = platform::win::find_process(pid);
  if (!row.ok()) return;
  const model::TableId parent = by.reader->identity().table;
  if (row.value().parent != by.pid) {
    if (on_message_)
      on_message_(fmt::format(
          "process {} was made by process {}, but is the child of another one: it is not followed", pid,
          by.pid));
    return;
  }
  auto done = enter(pid, true, parent);
  if (done.ok()) return;
  const segment::Identity identity = add_process(pid, true, parent);
  model::World& world = recorder_.world();
  world.processes.find(identity.process)->not_traced = done.error().message();
  recorder_.changed(identity.process);
  if (on_message_) on_message_(done.error().message());
}

void WinAgent::look_at_last(Traced& traced) {
  traced.reader->read(false);
  traced.looked = recorder_.now();
  look_at({&traced}, Snapshot::Taken::at_exit);
}

void WinAgent::look_at(const std::vector<Traced*>& those, Snapshot::Taken taken) {
  std::vector<std::int64_t> pids;
  for (const Traced* traced : those) pids.push_back(traced->pid);
  const model::Time begin = recorder_.now();
  auto seen = tables::windows::glance(pids);
  const model::Time end = recorder_.now();
  if (!seen.ok()) return;
  for (Traced* traced : those) {
    const auto found = seen.value().find(traced->pid);
    if (found == seen.value().end()) continue;
    Snapshot snapshot = std::move(found->second);
    snapshot.table = traced->reader->identity().table;
    snapshot.image = traced->reader->identity().image;
    snapshot.taken = taken;
    snapshot.begin = begin;
    snapshot.end = end;
    // What happened before it must be known before it.
    traced->reader->read(false);
    recorder_.snapshot(snapshot);
  }
}

void WinAgent::snapshot(Snapshot::Taken taken) {
  std::vector<Traced*> living;
  for (const auto& traced : traced_) {
    if (!traced->over && !traced->looked && !traced->entered.process().exit_status())
      living.push_back(traced.get());
  }
  if (!living.empty()) look_at(living, taken);
}

// What was written is all there, however the process ended. It ended when it asked for its end, and waited
// for ajar from then on.
void WinAgent::close(Traced& traced, std::uint32_t exit_status) {
  traced.reader->read(true);
  tell_who_was_not_entered(traced);
  traced.entered.let_go();
  traced.over = true;
  const model::Time at = traced.looked.value_or(recorder_.now());
  const segment::Identity& identity = traced.reader->identity();
  model::World& world = recorder_.world();
  world.images.find(identity.image)->ended = at;
  world.tables.find(identity.table)->died = at;
  model::Process& process = *world.processes.find(identity.process);
  process.ended = at;
  process.exit_status = static_cast<std::int32_t>(exit_status);
  recorder_.changed(identity.image);
  recorder_.changed(identity.table);
  recorder_.changed(identity.process);
}

void WinAgent::notice_ends() {
  for (const auto& traced : traced_) {
    if (traced->over) continue;
    if (const auto status = traced->entered.process().exit_status()) close(*traced, *status);
  }
}

// Its exit status its own handle tells.
void WinAgent::ended(std::int64_t /*pid*/, std::optional<int> /*exit_status*/,
                     std::optional<int> /*signal*/) {
  notice_ends();
}

bool WinAgent::settled() const {
  return std::ranges::all_of(traced_, [](const auto& traced) { return traced->over; });
}

void WinAgent::finish() {
  notice_ends();
  for (const auto& traced : traced_) {
    if (traced->over) continue;
    traced->reader->detach();
    // Nobody writes any more, once the agent has left.
    const bool has_left = traced->entered.leave();
    traced->reader->read(has_left);
    tell_who_was_not_entered(*traced);
  }
}

}  // namespace ajar::capture::win_agent
