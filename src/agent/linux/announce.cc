#include "agent/linux/announce.h"

#include "agent/core/clock.h"
#include "agent/core/emit.h"
#include "agent/core/state.h"
#include "agent/linux/environment.h"
#include "agent/linux/program_path.h"
#include "agent/linux/raw.h"

extern "C" {
extern char** environ;
}

namespace ajar::agent {
namespace {

uint32_t user() {
  return sandboxed() ? 0 : raw::geteuid();
}

uint32_t own_pid() {
  return sandboxed() ? state.pid : raw::getpid();
}

bool announce_program(ajar_exec_how how, int64_t pid, uint64_t before, const NewProgram& program) {
  ring::Producer producer(state.segment, thread_state.lane);
  ajar_record* record =
      reserve(producer, sizeof(ajar_exec) + kLongestPath, AJAR_RECORD_EXEC, before, Patience::brief);
  if (record == nullptr) return false;
  CheckedMemory memory;
  auto* exec = reinterpret_cast<ajar_exec*>(record);
  exec->pid = static_cast<ajar_s32>(pid);
  exec->how = how;
  exec->user = user();
  exec->path_length = static_cast<ajar_u16>(write_path(program, memory, reinterpret_cast<char*>(exec + 1)));
  exec->environment = agent_in(program.environment, memory);
  exec->sandboxed = sandboxed() ? 1 : 0;
  producer.commit(record);
  return true;
}

void announce_failure(ajar_segment* segment, ajar_record_kind kind, int error) {
  ring::Producer producer(segment, thread_state.lane);
  ajar_record* record = producer.reserve(sizeof(ajar_failure), kind, now());
  if (record == nullptr) return;
  auto* failure = reinterpret_cast<ajar_failure*>(record);
  failure->pid = static_cast<ajar_s32>(own_pid());
  failure->error = error;
  failure->user = user();
  failure->reserved = 0;
  producer.commit(record);
}

}  // namespace

void announce_image() {
  char path[2048];
  char command[4096];
  const int64_t path_length = raw::readlink(raw::kAtCwd, "/proc/self/exe", path, sizeof(path));
  int64_t command_length = 0;
  const int fd = raw::open("/proc/self/cmdline", raw::kReadOnly | raw::kCloseOnExec);
  if (fd >= 0) {
    // In pieces of at most a page, as the kernel gives them.
    while (command_length < static_cast<int64_t>(sizeof(command) / 2)) {
      const int64_t got = raw::read(fd, command + command_length,
                                    sizeof(command) / 2 - static_cast<uint64_t>(command_length));
      if (got <= 0) break;
      command_length += got;
    }
    raw::close(fd);
  }
  const auto path_bytes = static_cast<uint32_t>(path_length > 0 ? path_length : 0);
  const auto command_bytes = static_cast<uint32_t>(command_length);
  ring::Producer producer(state.segment, AJAR_IMAGE_LANE);
  ajar_record* record =
      reserve(producer, static_cast<uint32_t>(sizeof(ajar_image)) + path_bytes + command_bytes,
              AJAR_RECORD_IMAGE, now(), Patience::brief);
  if (record == nullptr) return;
  auto* image = reinterpret_cast<ajar_image*>(record);
  image->path_length = static_cast<ajar_u16>(path_bytes);
  image->command_length = static_cast<ajar_u16>(command_bytes);
  image->reserved = 0;
  auto* after = reinterpret_cast<uint8_t*>(image + 1);
  __builtin_memcpy(after, path, path_bytes);
  __builtin_memcpy(after + path_bytes, command, command_bytes);
  producer.commit(record);
}

bool announcing() {
  if (thread_state.in_vfork == 0 && !recording()) return false;
  return *state.gate == Gate::on && __atomic_load_n(&state.segment->detached, __ATOMIC_RELAXED) == 0;
}

void announce_child(ajar_child_how how, int64_t pid, uint64_t before) {
  ring::Producer producer(state.segment, thread_state.lane);
  ajar_record* record = reserve(producer, sizeof(ajar_child), AJAR_RECORD_CHILD, before, Patience::brief);
  if (record == nullptr) return;
  auto* child = reinterpret_cast<ajar_child*>(record);
  child->pid = static_cast<ajar_s32>(pid);
  child->how = how;
  child->user = user();
  child->sandboxed = sandboxed() ? 1 : 0;
  producer.commit(record);
}

bool announce_exec(const NewProgram& program) {
  if (!announcing()) return false;
  // A vfork child in a sandbox can't say its number; its parent says it later.
  if (sandboxed() && thread_state.in_vfork != 0) return false;
  return announce_program(AJAR_EXEC_ITSELF, own_pid(), now(), program);
}

void announce_exec_failed(int error) {
  announce_failure(state.segment, AJAR_RECORD_EXEC_FAILED, error);
}

void announce_spawned(int64_t pid, uint64_t before, const NewProgram& program) {
  announce_program(AJAR_EXEC_SPAWNED, pid, before, program);
}

void announce_shell() {
  if (announcing()) announce_spawned(0, now(), {.path = "/bin/sh", .environment = environ});
}

void announce_refusal(ajar_segment* parent, int error) {
  announce_failure(parent, AJAR_RECORD_REFUSED, error);
}

}  // namespace ajar::agent
