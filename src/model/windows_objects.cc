#include "model/windows_objects.h"

#include <utility>

#include "base/number.h"

namespace ajar::model {
namespace {

void add(std::vector<Fact>& facts, FactKey key, std::uint64_t number) {
  if (find_fact(facts, key) == nullptr) facts.push_back({.key = key, .number = number, .text = {}});
}

void add(std::vector<Fact>& facts, FactKey key, std::string text) {
  if (key == FactKey::told || find_fact(facts, key) == nullptr)
    facts.push_back({.key = key, .number = 0, .text = std::move(text)});
}

std::string process_words(std::uint64_t pid) {
  return "pid " + std::to_string(pid);
}

void add_end(std::vector<Fact>& facts, FactKey gone, std::uint32_t exit_status) {
  if (exit_status == kStillRunning) return;
  add(facts, gone, 1);
  add(facts, FactKey::exit_status, exit_status);
}

// One for each kind of object.
struct Telling {
  std::vector<Fact>& facts;

  void operator()(const ThreadObject& thread) const {
    add(facts, FactKey::thread, thread.tid);
    add(facts, FactKey::process, process_words(thread.pid));
    add_end(facts, FactKey::thread_gone, thread.exit_status);
    add(facts, FactKey::priority, thread.priority);
    add(facts, FactKey::base_priority, thread.base_priority);
  }
  void operator()(const ProcessObject& process) const {
    add(facts, FactKey::process, process_words(process.pid));
    add_end(facts, FactKey::process_gone, process.exit_status);
    add(facts, FactKey::base_priority, process.base_priority);
  }
  void operator()(const MutantObject& mutant) const {
    add(facts, FactKey::signaled, mutant.count > 0 ? 1U : 0U);
    if (mutant.abandoned)
      add(facts, FactKey::told, std::string("abandoned: its owner ended without freeing it"));
  }
  void operator()(const MutantOwner& owner) const {
    if (owner.tid == 0) return;
    add(facts, FactKey::owner, "thread " + std::to_string(owner.tid) + " of " + process_words(owner.pid));
  }
  void operator()(const EventObject& event) const {
    add(facts, FactKey::kind, std::string(event.kind == 0 ? "manual reset" : "auto reset"));
    add(facts, FactKey::signaled, event.state != 0 ? 1U : 0U);
  }
  void operator()(const SemaphoreObject& semaphore) const {
    add(facts, FactKey::count, semaphore.count);
    add(facts, FactKey::most, semaphore.limit);
  }
  void operator()(const SectionObject& section) const {
    add(facts, FactKey::size, section.size);
    add(facts, FactKey::told, "section attributes: " + base::in_hex(section.attributes));
  }
};

}  // namespace

void add_facts(const WindowsObject& object, std::vector<Fact>& facts) {
  std::visit(Telling{facts}, object);
}

Handle as_handle(WindowsHandle handle) {
  Handle told;
  told.value = handle.value;
  told.type = std::move(handle.type);
  told.name = std::move(handle.name);
  add(told.facts, FactKey::granted_access, handle.access);
  add(told.facts, FactKey::attributes, handle.attributes);
  if (handle.counts.has_value()) {
    add(told.facts, FactKey::handle_count, handle.counts->handles);
    add(told.facts, FactKey::pointer_count, handle.counts->pointers);
  }
  for (const WindowsObject& object : handle.objects) add_facts(object, told.facts);
  for (Fact& fact : handle.more) told.facts.push_back(std::move(fact));
  return told;
}

}  // namespace ajar::model
