#include "analyze/tables/describe.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "analyze/count_types.h"
#include "analyze/dump.h"
#include "analyze/pattern.h"
#include "analyze/signs.h"
#include "analyze/tables/details.h"
#include "base/words.h"

namespace ajar::analyze {
namespace {

using model::Handle;

bool is_wanted(const TableOptions& options, const Handle& handle) {
  return options.types.empty() || std::ranges::any_of(options.types, [&](const std::string& type) {
           return matches_pattern(type, handle.type);
         });
}

// Why nobody is told to have opened it, in a recording that has events of this table.
std::string no_origin(const model::World& world, const TableAt& table) {
  const model::Image* image = world.images.find(table.snapshot.image);
  const bool attached = image != nullptr && image->how == model::Image::Started::attached;
  return attached ? "open before tracking began, or opened unseen" : "inherited, or opened unseen";
}

report::TableHandle tell(const model::World& world, const TableAt& table, const Handle& handle, Signs signs,
                         bool details, CodePaths& paths) {
  report::TableHandle told;
  told.value = handle.value;
  told.type = handle.type;
  told.name = handle.name;
  told.signs = sign_names(signs);
  told.facts = facts_of(handle);
  if (details) told.details = details_of(handle);
  told.origin = origin_of(world, table, handle.value, paths);
  if (!told.origin.has_value() && table.traced) told.no_origin = no_origin(world, table);
  return told;
}

void sort_handles(std::vector<report::TableHandle>& handles, HandleOrder order) {
  using report::TableHandle;
  if (order == HandleOrder::type) {
    std::ranges::stable_sort(handles, [](const TableHandle& a, const TableHandle& b) {
      return std::tie(a.type, a.value) < std::tie(b.type, b.value);
    });
  } else if (order == HandleOrder::name) {
    std::ranges::stable_sort(handles, [](const TableHandle& a, const TableHandle& b) {
      return std::tie(a.name, a.value) < std::tie(b.name, b.value);
    });
  }
}

// Processes that use the very same table.
std::vector<std::string> sharers(const model::World& world, const model::Snapshot& snapshot) {
  std::vector<std::string> names;
  const model::Image* own = world.images.find(snapshot.image);
  for (const model::Image& image : world.images) {
    if (own == nullptr || image.table != own->table || image.process == own->process) continue;
    const model::Process* process = world.processes.find(image.process);
    const bool over = process == nullptr || image.started > snapshot.end ||
                      (image.ended.has_value() && *image.ended < snapshot.begin) ||
                      (process->ended.has_value() && *process->ended < snapshot.begin);
    if (!over) names.push_back(image.name() + " " + std::to_string(process->pid));
  }
  return names;
}

}  // namespace

const model::Process* process_of(const model::World& world, const model::Snapshot& snapshot) {
  const model::Image* image = world.images.find(snapshot.image);
  return image == nullptr ? nullptr : world.processes.find(image->process);
}

std::string process_name(const model::World& world, const model::Snapshot& snapshot) {
  const model::Image* image = world.images.find(snapshot.image);
  if (image == nullptr) return {};
  const model::Process* process = world.processes.find(image->process);
  if (process == nullptr) return image->name();
  const auto is_first = [&](const model::Thread& thread) {
    return thread.process == process->id && thread.tid == process->pid;
  };
  const auto first = std::ranges::find_if(world.threads, is_first);
  return image->name_with(first == world.threads.end() ? "" : first->name);
}

std::optional<report::Origin> origin_of(const model::World& world, const TableAt& table, std::uint64_t handle,
                                        CodePaths& paths) {
  const auto found = table.openings.find(handle);
  if (found == table.openings.end()) return std::nullopt;
  const Opening& opening = found->second;
  report::Origin origin;
  if (world.origin.events_have_times()) origin.opened_at_s = model::seconds(opening.time);
  origin.call = world.text(opening.call);
  if (const model::Thread* thread = world.threads.find(opening.thread)) {
    origin.thread = thread->tid;
    origin.thread_name = thread->name;
  }
  CodePath path = paths.of(opening.stack);
  origin.culprit = std::move(path.culprit);
  origin.stack = std::move(path.frames);
  return origin;
}

report::HandleTable describe(const model::World& world, const TableAt& table, const TableOptions& options,
                             CodePaths& paths) {
  const model::Snapshot& snapshot = table.snapshot;
  report::HandleTable told;
  told.name = process_name(world, snapshot);
  if (const model::Process* process = process_of(world, snapshot)) {
    told.pid = process->pid;
    told.up_s = up_at(world, *process, snapshot.begin);
  }
  if (const model::Image* image = world.images.find(snapshot.image))
    told.command = base::joined(image->command, " ");
  told.read_at_s = model::seconds(snapshot.begin);
  told.windows = world.origin.is_windows();
  told.open = snapshot.open();
  told.listed = snapshot.handles.size();
  told.soft_limit = snapshot.soft_limit;
  told.hard_limit = snapshot.hard_limit;
  told.complete = snapshot.complete;
  told.shares_table_with = sharers(world, snapshot);
  const std::vector<Signs> signs = signs_of_table(snapshot.handles);
  told.types = count_types(snapshot, signs);
  if (!options.handles) return told;
  for (std::size_t i = 0; i < snapshot.handles.size(); ++i) {
    const Handle& handle = snapshot.handles[i];
    if (is_wanted(options, handle))
      told.handles.push_back(tell(world, table, handle, signs[i], options.details, paths));
  }
  sort_handles(told.handles, options.order);
  return told;
}

}  // namespace ajar::analyze
