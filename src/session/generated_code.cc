#include "session/generated_code.h"

#include <unistd.h>

#include <string_view>
#include <utility>

#include "symbolize/perf_map.h"

namespace ajar::session {
namespace {

// A process that is gone already is taken for one of our own user and pid namespace.
platform::CodeMaker describe(const model::World& world, model::ImageId id, const platform::ProcFs& procfs) {
  platform::CodeMaker maker;
  maker.user = geteuid();
  const model::Image* image = world.images.find(id);
  const model::Process* process = image == nullptr ? nullptr : world.processes.find(image->process);
  if (process == nullptr) return maker;
  maker.pid = process->pid;
  maker.own_pid = process->pid;
  maker.start_ticks = process->start_ticks;
  const auto now = procfs.process(process->pid);
  if (!now || now->start_ticks != process->start_ticks) return maker;
  maker.user = now->user;
  if (!now->namespace_pids.empty()) maker.own_pid = now->namespace_pids.back();
  return maker;
}

}  // namespace

void GeneratedCode::met(const model::World& world, model::ImageId image, model::StackId node) {
  const model::StackNode* row = world.stacks.find(node);
  if (row == nullptr) return;
  auto maker = makers_.find(image);
  if (maker == makers_.end()) maker = makers_.emplace(image, Maker(describe(world, image, procfs_))).first;
  const std::uint64_t address = model::World::lookup_offset(row->frame);
  const auto [at, is_new] = maker->second.unnamed.try_emplace(address);
  at->second.push_back(node);
  if (is_new) maker->second.never_sought.insert(address);
}

std::vector<GeneratedCode::Name> GeneratedCode::find() {
  std::vector<Name> names;
  for (auto& [image, maker] : makers_) {
    if (!maker.unnamed.empty()) find(maker, names);
  }
  return names;
}

// What was sought in vain before is sought in what is new.
void GeneratedCode::find(Maker& maker, std::vector<Name>& names) {
  const auto text = maker.file.read(/*changed_only=*/maker.never_sought.empty());
  if (!text) return;
  std::set<std::uint64_t> addresses;
  for (const auto& [address, nodes] : maker.unnamed) addresses.insert(address);
  const std::string_view all = text->bytes;
  auto found = symbolize::find_in_perf_map(all.substr(text->fresh), std::move(addresses));
  for (const auto& [address, name] : found) maker.never_sought.erase(address);
  found.merge(symbolize::find_in_perf_map(all.substr(0, text->fresh), std::move(maker.never_sought)));
  maker.never_sought.clear();
  for (const auto& [address, text_of_name] : found) {
    const symbolize::ManagedName name = symbolize::managed_name(text_of_name);
    const auto named = maker.unnamed.extract(address);
    for (const model::StackId node : named.mapped()) names.push_back({node, name});
  }
}

}  // namespace ajar::session
