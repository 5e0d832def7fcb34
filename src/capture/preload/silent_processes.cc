#include "capture/preload/silent_processes.h"

#include <algorithm>
#include <utility>

namespace ajar::capture::preload {

model::Time SilentProcesses::since(const Untraced& untraced) const {
  return untraced.since == 0 ? recorder_.now() : recorder_.time_of(untraced.since);
}

model::ProcessId SilentProcesses::add_process(const Untraced& untraced) {
  model::World& world = recorder_.world();
  model::Process process;
  process.id = world.processes.next_id();
  process.pid = untraced.pid;
  process.start_ticks = untraced.start_ticks;
  process.parent_pid = untraced.announcer.pid;
  process.started = since(untraced);
  return world.processes.add(std::move(process));
}

// It has no table: none is known.
void SilentProcesses::add_image(const Untraced& untraced, model::ProcessId process,
                                const platform::ProcFs& proc) {
  model::World& world = recorder_.world();
  model::Image image;
  image.id = world.images.next_id();
  image.process = process;
  image.how = untraced.executed ? model::Image::Started::exec : model::Image::Started::fork;
  image.started = since(untraced);
  if (untraced.ended) image.ended = recorder_.now();
  const model::Image* parent = world.images.find(untraced.announcer.image);
  image.path = untraced.executed || parent == nullptr ? untraced.path : parent->path;
  if (!untraced.ended) image.command = proc.command_line(untraced.pid).value_or(std::vector<std::string>());
  world.images.add(std::move(image));
}

model::ProcessId SilentProcesses::list(const Untraced& untraced, const platform::ProcFs& proc) {
  const model::ProcessId id = untraced.itself ? untraced.announcer.process : add_process(untraced);
  model::Process* process = recorder_.world().processes.find(id);
  if (process == nullptr) return id;
  process->not_traced = untraced.reason;
  if (untraced.ended && !process->ended) process->ended = recorder_.now();
  if (!untraced.ended) living_.push_back({id, {untraced.pid, untraced.start_ticks}});
  recorder_.changed(id);
  add_image(untraced, id, proc);
  return id;
}

void SilentProcesses::notice_ends(const platform::ProcFs& proc) {
  std::erase_if(living_, [&](const Silent& silent) {
    if (proc.alive(silent.host.pid, silent.host.start_ticks)) return false;
    if (model::Process* process = recorder_.world().processes.find(silent.process)) {
      process->ended = recorder_.now();
      recorder_.changed(silent.process);
    }
    return true;
  });
}

std::optional<model::ProcessId> SilentProcesses::take_back(const HostProcess& host) {
  const auto found = std::ranges::find_if(living_, [&](const Silent& silent) {
    const bool same_start = host.start_ticks == 0 || host.start_ticks == silent.host.start_ticks;
    return silent.host.pid == host.pid && same_start;
  });
  if (found == living_.end()) return std::nullopt;
  const model::ProcessId id = found->process;
  living_.erase(found);
  if (model::Process* process = recorder_.world().processes.find(id)) process->not_traced.clear();
  recorder_.changed(id);
  return id;
}

}  // namespace ajar::capture::preload
