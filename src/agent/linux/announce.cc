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
  return state.sandboxed ? 0 : raw::geteuid();
}

uint32_t own_pid() {
  return state.sandboxed ? state.pid : raw::getpid();
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
  exec->sandboxed = state.sandboxed ? 1 : 0;
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
  child->sandboxed = state.sandboxed ? 1 : 0;
  producer.commit(record);
}

bool announce_exec(const NewProgram& program) {
  if (!announcing()) return false;
  // A vfork child in a sandbox can't say its number; its parent says it later.
  if (state.sandboxed && thread_state.in_vfork != 0) return false;
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
