#include "model/process_rows.h"

namespace ajar::model {

ProcessRows add_process(World& world, std::uint64_t pid, std::string path) {
  const ProcessRows rows{.pid = pid,
                         .process = world.processes.next_id(),
                         .image = world.images.next_id(),
                         .table = world.tables.next_id()};
  put_process(world, rows, std::move(path));
  return rows;
}

void put_process(World& world, const ProcessRows& rows, std::string path) {
  Process process;
  process.id = rows.process;
  process.pid = static_cast<std::int64_t>(rows.pid);
  world.processes.put(rows.process, std::move(process));
  Table table;
  table.id = rows.table;
  world.tables.put(rows.table, table);
  Image image;
  image.id = rows.image;
  image.process = rows.process;
  image.table = rows.table;
  image.how = Image::Started::attached;
  image.path = std::move(path);
  world.images.put(rows.image, std::move(image));
}

void end_process(World& world, const ProcessRows& rows, Time at) {
  if (Process* process = world.processes.find(rows.process)) process->ended = at;
  if (Image* image = world.images.find(rows.image)) image->ended = at;
  if (Table* table = world.tables.find(rows.table)) table->died = at;
}

ThreadRows::ThreadRows(const ProcessRows& of, World& world) : of_(of), world_(world) {
  for (const Thread& thread : world.threads) {
    if (thread.process == of.process)
      known_.emplace(std::pair(of.pid, static_cast<std::uint64_t>(thread.tid)), thread.id);
  }
}

ThreadId ThreadRows::of(std::uint64_t pid, std::uint64_t tid) {
  const auto [known, is_new] = known_.try_emplace({is_own(pid) ? of_.pid : pid, tid});
  if (is_new) {
    known->second = world_.threads.add({.id = world_.threads.next_id(),
                                        .process = is_own(pid) ? of_.process : other(pid),
                                        .tid = static_cast<std::int64_t>(tid),
                                        .name = {}});
  }
  return known->second;
}

ProcessId ThreadRows::other(std::uint64_t pid) {
  const auto [known, is_new] = others_.try_emplace(pid);
  if (is_new) {
    Process process;
    process.id = world_.processes.next_id();
    process.pid = static_cast<std::int64_t>(pid);
    process.not_traced = "another process, which opened or closed handles in this one";
    known->second = world_.processes.add(std::move(process));
  }
  return known->second;
}

}  // namespace ajar::model
