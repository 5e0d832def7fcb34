#include "capture/preload/preload.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "capture/preload/environment.h"
#include "capture/preload/host_pid.h"

namespace ajar::capture::preload {
namespace {

struct Found {
  std::string name;
  SharedMemory memory;
  ring::Consumer consumer;
};

model::Image::Started how_started(std::uint32_t started) {
  if (started == AJAR_STARTED_FORK) return model::Image::Started::fork;
  return started == AJAR_STARTED_INJECTED ? model::Image::Started::attached : model::Image::Started::exec;
}

}  // namespace

base::Result<std::unique_ptr<Preload>> Preload::create(std::string agent, Recorder& recorder) {
  auto folder = SessionFolder::create();
  if (!folder.ok()) return std::move(folder).error();
  return std::unique_ptr<Preload>(new Preload(std::move(agent), std::move(folder).value(), recorder));
}

std::vector<std::string> Preload::environment(std::vector<std::string> inherited) const {
  return with_agent(std::move(inherited), agent_, folder_.path());
}

void Preload::discover() {
  std::vector<Found> found;
  for (std::string& name : folder_.list()) {
    if (std::ranges::find(refused_, name) != refused_.end()) continue;
    auto memory = folder_.map(name);
    if (!memory.ok()) continue;
    auto consumer = ring::Consumer::open(memory.value().bytes());
    if (consumer.ok()) {
      found.push_back({std::move(name), std::move(memory).value(), std::move(consumer).value()});
    } else if (!consumer.error().message().empty()) {
      refused_.push_back(std::move(name));
    }
  }
  // Parents before their children.
  std::ranges::sort(found, {}, [](const Found& f) { return f.consumer.header().created; });
  for (Found& f : found) {
    folder_.forget(f.name);
    adopt(std::move(f.memory), std::move(f.consumer));
  }
}

void Preload::adopt(SharedMemory memory, ring::Consumer consumer) {
  const ajar_segment& header = consumer.header();
  const bool forked = header.parent_key != 0;
  Traced* parent = forked ? by_key(header.parent_key) : living(header.parent_pid);
  // What the parent wrote before the fork, or the vfork: it says what is in the table that the child's begins
  // as a copy of, and names the stacks that a forked child goes on from.
  if (parent != nullptr && !parent->over) read(*parent, false);
  const LinuxSegment* forked_from = forked && parent != nullptr ? parent->reader.get() : nullptr;
  // One that is gone already keeps the number that it gave itself.
  const SelfDescription self{header.pid, header.parent_pid, header.created,
                             header.pid_namespace != 0 && header.pid_namespace == pid_namespace_};
  const HostProcess host =
      find_host_process(procfs_, self, folder_.path()).value_or(HostProcess{self.pid, 0});
  const segment::Identity identity = identify(header, host, forked_from);
  Traced traced;
  traced.pid = host.pid;
  traced.own_pid = header.pid;
  traced.start_ticks = host.start_ticks;
  traced.reader = std::make_unique<LinuxSegment>(std::move(memory), std::move(consumer), forked_from,
                                                 recorder_, counter_);
  traced.reader->belongs_to(identity);
  children_.reported_in(traced.own_pid, traced.pid, header.created);
  traced_.push_back(std::move(traced));
}

model::ProcessId Preload::add_process(const ajar_segment& header, const HostProcess& host,
                                      model::Time started) {
  model::World& world = recorder_.world();
  model::Process process;
  process.id = world.processes.next_id();
  process.pid = host.pid;
  process.parent_pid = header.parent_pid;
  process.started = started;
  process.start_ticks = host.start_ticks;
  return world.processes.add(std::move(process));
}

model::ImageId Preload::add_image(model::ProcessId process, model::TableId table, const ajar_segment& header,
                                  model::Time started) {
  model::World& world = recorder_.world();
  model::Image image;
  image.id = world.images.next_id();
  image.process = process;
  image.table = table;
  image.how = how_started(header.started);
  image.started = started;
  return world.images.add(std::move(image));
}

// An exec keeps its process and its table. Everything else is a new process with a copy of the table of the
// one that it comes from.
segment::Identity Preload::identify(const ajar_segment& header, const HostProcess& host,
                                    const LinuxSegment* forked_from) {
  model::World& world = recorder_.world();
  const model::Time started = recorder_.time_of(header.created);
  if (Traced* before = living(host.pid); before != nullptr && header.started == AJAR_STARTED_EXEC) {
    const segment::Identity old = before->reader->identity();
    // One that was on its way into exec when it was looked for was not found as what it had been.
    const bool known = host.start_ticks != 0 && before->start_ticks != 0;
    const bool same = !known || host.start_ticks == before->start_ticks;
    close(*before, started, !same);  // otherwise its number was given again before its end was noticed
    if (same) return {old.process, add_image(old.process, old.table, header, started), old.table};
  }
  const std::optional<model::ProcessId> silent =
      header.started == AJAR_STARTED_EXEC ? silent_.take_back(host) : std::nullopt;
  model::Table table;
  table.id = world.tables.next_id();
  table.created = started;
  if (forked_from != nullptr) {
    table.copied_from = forked_from->identity().table;
  } else if (silent) {
    // What it did to the table meanwhile nobody saw.
  } else if (const Traced* parent = living(header.parent_pid)) {
    table.copied_from = parent->reader->identity().table;
  }
  world.tables.add(table);
  const model::ProcessId process = silent ? *silent : add_process(header, host, started);
  return {process, add_image(process, table.id, header, started), table.id};
}

Preload::Traced* Preload::living(std::int64_t pid) {
  const auto found = std::ranges::find_if(traced_, [&](const Traced& t) { return !t.over && t.pid == pid; });
  return found == traced_.end() ? nullptr : &*found;
}

Preload::Traced* Preload::by_key(std::uint64_t key) {
  const auto found = std::ranges::find_if(traced_, [&](const Traced& t) { return t.reader->key() == key; });
  return found == traced_.end() ? nullptr : &*found;
}

Announcer Preload::announcer(const Traced& traced) {
  const segment::Identity& identity = traced.reader->identity();
  return {traced.own_pid, traced.pid, identity.process, identity.image};
}

std::vector<Announcer> Preload::announcers() const {
  std::vector<Announcer> living;
  for (const Traced& traced : traced_) {
    if (!traced.over) living.push_back(announcer(traced));
  }
  return living;
}

std::size_t Preload::read(Traced& traced, bool writer_gone) {
  const std::size_t records = traced.reader->read(writer_gone);
  for (const Announcement& said : traced.reader->take_announcements()) {
    children_.hear(said, announcer(traced));
  }
  return records;
}

// Reads the last of it. What was written is all there, however the process ended.
void Preload::close(Traced& traced, model::Time at, bool process_ended) {
  read(traced, true);
  traced.reader->let_go();
  traced.over = true;
  model::World& world = recorder_.world();
  const segment::Identity& identity = traced.reader->identity();
  if (model::Image* image = world.images.find(identity.image)) image->ended = at;
  recorder_.changed(identity.image);
  if (!process_ended) return;
  if (model::Process* process = world.processes.find(identity.process)) process->ended = at;
  if (model::Table* table = world.tables.find(identity.table)) table->died = at;
  recorder_.changed(identity.process);
  recorder_.changed(identity.table);
}

// A process may have become another program right before its end: that one's segment is there by now.
void Preload::notice_ends() {
  std::vector<const LinuxSegment*> ended;
  for (const Traced& traced : traced_) {
    if (!traced.over && !procfs_.alive(traced.pid, traced.start_ticks)) ended.push_back(traced.reader.get());
  }
  if (ended.empty()) return;
  discover();
  for (Traced& traced : traced_) {
    const bool has_ended = std::ranges::find(ended, traced.reader.get()) != ended.end();
    if (has_ended && !traced.over) close(traced, recorder_.now(), true);
  }
  silent_.notice_ends(procfs_);
}

void Preload::settle_children(bool at_end) {
  const std::vector<Untraced> found = children_.look(procfs_, at_end);
  if (found.empty()) return;
  discover();  // some may have reported in, and ended, since the last time
  for (const Untraced& untraced : found) {
    if (!children_.give_up(untraced)) continue;
    Traced* before = untraced.itself ? living(untraced.pid) : nullptr;
    if (before != nullptr) close(*before, recorder_.time_of(untraced.since), untraced.ended);
    set_end(silent_.list(untraced, procfs_));
  }
}

Preload::Progress Preload::poll() {
  discover();
  Progress progress;
  for (Traced& traced : traced_) {
    if (traced.over) continue;
    progress.records += read(traced, false);
    progress.fullest_percent = std::max(progress.fullest_percent, traced.reader->fill_percent());
  }
  constexpr unsigned kLookAtEndsEvery = 16;
  if (++polls_ % kLookAtEndsEvery == 0) notice_ends();
  settle_children(false);
  return progress;
}

void Preload::started(std::int64_t pid, const std::string& path, std::chrono::nanoseconds before) {
  Announcement said;
  said.kind = Announcement::Kind::spawned;
  said.pid = pid;
  said.time = static_cast<std::uint64_t>(before.count());
  said.user = geteuid();
  said.path = path;
  said.environment = AJAR_ENVIRONMENT_AGENT | AJAR_ENVIRONMENT_SESSION;
  children_.hear(said, {});
}

void Preload::ended(std::int64_t pid, std::optional<int> exit_status, std::optional<int> signal) {
  end_ = {.pid = pid, .exit_status = exit_status, .signal = signal};
  discover();
  // The last image of that pid; its end may have been noticed already, but not how it ended.
  const auto last = std::ranges::find(traced_.rbegin(), traced_.rend(), pid, &Traced::pid);
  if (last == traced_.rend()) return;
  if (!last->over) close(*last, recorder_.now(), true);
  set_end(last->reader->identity().process);
}

void Preload::set_end(model::ProcessId id) {
  model::Process* process = recorder_.world().processes.find(id);
  if (process == nullptr || !end_ || process->pid != end_->pid) return;
  process->exit_status = end_->exit_status;
  process->killed_by_signal = end_->signal;
  recorder_.changed(id);
}

std::vector<std::int64_t> Preload::running() const {
  std::vector<std::int64_t> pids;
  for (const Traced& traced : traced_) {
    if (!traced.over) pids.push_back(traced.pid);
  }
  return pids;
}

void Preload::finish() {
  poll();
  notice_ends();
  settle_children(true);
  if (!running().empty()) snapshot(model::Snapshot::Taken::periodic);
  for (Traced& traced : traced_) {
    if (traced.over) continue;
    traced.reader->detach();
    read(traced, false);
  }
}

}  // namespace ajar::capture::preload
