#include "analyze/handle_view.h"

#include <algorithm>

#include "analyze/handle_types.h"

namespace ajar::analyze {
namespace {

// "socket:[4711]", "anon_inode:[eventfd]", "0.0.0.0:0": the kernel's ways of having no name.
bool is_bare(std::string_view name) {
  const bool bracketed = name.ends_with(']') && name.find(":[") != name.npos;
  return name.empty() || bracketed || name == "0.0.0.0:0" || name == "[::]:0";
}

// The names, the most telling first.
std::string best_name(const model::World& world, const OpenHandle& open) {
  const model::Handle none;
  const model::Handle& in_table = open.in_table == nullptr ? none : *open.in_table;
  const std::string local(model::fact_text(in_table.facts, model::FactKey::local_address));
  const std::string peer(model::fact_text(in_table.facts, model::FactKey::peer_address));
  if (!local.empty() && !peer.empty()) return local + " -> " + peer;
  if (!is_bare(in_table.name)) return in_table.name;
  const std::string_view path = model::fact_text(in_table.facts, model::FactKey::path);
  if (!is_bare(path)) return std::string(path);
  for (const model::StringId told : {open.life->address, open.life->text}) {
    if (const std::string_view text = world.text(told); !text.empty()) return std::string(text);
  }
  if (!local.empty()) return local;
  return peer.empty() ? in_table.name : "-> " + peer;
}

}  // namespace

std::string name_in_table(const OpenHandle& open) {
  if (open.in_table == nullptr) return {};
  const std::string_view local = model::fact_text(open.in_table->facts, model::FactKey::local_address);
  const std::string_view peer = model::fact_text(open.in_table->facts, model::FactKey::peer_address);
  if (!local.empty() && !peer.empty()) return std::string(local) + " -> " + std::string(peer);
  return open.in_table->name;
}

std::string_view type_of(const model::World& world, const OpenHandle& open) {
  const std::string_view found = open.in_table == nullptr ? std::string_view() : open.in_table->type;
  const std::string_view told = world.text(open.life->type);
  if (!found.empty() && found != "unknown" && !is_shown_as_file(told)) return found;
  return told.empty() ? "unknown" : told;
}

report::Handle view(const model::World& world, const OpenHandle& open) {
  report::Handle handle;
  handle.value = open.value;
  handle.type = type_of(world, open);
  handle.name = best_name(world, open);
  const model::Time opened = std::max(open.life->opened, model::Time{0});
  if (world.origin.events_have_times()) handle.opened_at_s = model::seconds(opened);
  if (const model::Thread* thread = world.threads.find(open.life->thread)) {
    handle.thread = thread->tid;
    handle.thread_name = thread->name;
  }
  return handle;
}

}  // namespace ajar::analyze
