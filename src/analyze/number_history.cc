#include "analyze/number_history.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "analyze/accusations.h"
#include "analyze/number_events.h"
#include "analyze/number_telling.h"
#include "base/number.h"
#include "report/words.h"

namespace ajar::analyze {
namespace {

using report::NumberEvent;

// A process with what it executed, in that order.
struct Actor {
  const model::Process* process = nullptr;
  std::vector<const model::Image*> images;

  [[nodiscard]] std::string name() const { return images.empty() ? std::string() : images.back()->name(); }
};

bool is_meant(const Actor& actor, const std::string& wanted) {
  if (wanted.empty() || base::parse_number<std::int64_t>(wanted) == actor.process->pid) return true;
  return std::ranges::any_of(actor.images, [&](const model::Image* image) {
    std::string line;
    for (const std::string& word : image->command) line += (line.empty() ? "" : " ") + word;
    return image->name() == wanted || line.find(wanted) != std::string::npos;
  });
}

// In the order in which they started.
std::vector<Actor> actors_meant(const model::World& world, const std::string& wanted) {
  std::vector<Actor> actors;
  for (const model::Process& process : world.processes) {
    if (process.id.none()) continue;  // lost from a damaged recording
    Actor actor{.process = &process, .images = {}};
    for (const model::Image& image : world.images) {
      if (image.process == process.id) actor.images.push_back(&image);
    }
    if (is_meant(actor, wanted)) actors.push_back(std::move(actor));
  }
  std::ranges::stable_sort(actors, {}, [](const Actor& actor) { return actor.process->started; });
  return actors;
}

// Each once; a table that several processes share is told of with the first.
std::vector<model::TableId> tables_of(const Actor& actor, std::set<model::TableId>& told) {
  std::vector<model::TableId> tables;
  for (const model::Image* image : actor.images) {
    if (!image->table.none() && told.insert(image->table).second) tables.push_back(image->table);
  }
  return tables;
}

report::NumberHistory head_of(const Actor& actor, const NumberWatch& watch) {
  report::NumberHistory history{
      .pid = actor.process->pid, .name = actor.name(), .traced_until_s = {}, .events = {}, .answers = {}};
  if (!actor.process->not_traced.empty() && !actor.images.empty())
    history.traced_until_s = model::seconds(sane(actor.images.back()->started));
  if (const Troubles* troubles = watch.observed().find_troubles(actor.process->id)) {
    history.lost_events = troubles->lost_events;
    history.lost_at_least = troubles->lost_at_least;
  }
  return history;
}

bool only_has_it(const report::NumberHistory& history) {
  using What = NumberEvent::What;
  return std::ranges::all_of(history.events, [](const NumberEvent& event) {
    return event.what == What::inherited || event.what == What::was_open;
  });
}

}  // namespace

report::NumberHistories number_histories(const NumberWatch& watch, const model::World& world,
                                         const SystemModules& system, const std::string& process) {
  report::NumberHistories all{.handle = watch.handle(), .processes = {}, .warnings = {}};
  CodePaths paths(world, system);
  std::set<model::TableId> told;
  std::uint64_t untraced = 0;
  for (const Actor& actor : actors_meant(world, process)) {
    const BadCloses bad_closes = watch.observed().decided_bad_closes(actor.process->id);
    report::NumberHistory history = head_of(actor, watch);
    history.windows = world.origin.is_windows();
    untraced += actor.process->not_traced.empty() ? 0U : 1U;
    for (const model::TableId id : tables_of(actor, told)) {
      TableState room;
      const TableState* table = settled_table(watch.observed().find_table(id), world, room);
      const NumberWatch::Seen* seen = watch.seen(id);
      if (table == nullptr || seen == nullptr) continue;
      Accusations accusations(bad_closes, table->stats(), paths);
      const NumberEvents events =
          number_events(watch, *seen, *table, accusations, world.origin.tells_bad_uses());
      tell(events, watch, *seen, world, paths, accusations, history);
    }
    if (!history.events.empty()) all.processes.push_back(std::move(history));
  }
  if (process.empty() && !std::ranges::all_of(all.processes, only_has_it))
    all.only_inherited = std::erase_if(all.processes, only_has_it);
  if (untraced > 0) {
    all.warnings.push_back(report::counted(untraced, "process was", "processes were") +
                           " not traced, or not to the end: ajar report says why");
  }
  return all;
}

std::vector<std::string> processes_meant(const model::World& world, const std::string& process) {
  std::vector<std::string> names;
  for (const Actor& actor : actors_meant(world, process))
    names.push_back(actor.name() + " (pid " + std::to_string(actor.process->pid) + ")");
  return names;
}

std::string numbers_nearby(const NumberWatch& watch, const model::World& world, const std::string& process) {
  std::set<std::uint64_t> numbers;
  std::set<model::TableId> told;
  for (const Actor& actor : actors_meant(world, process)) {
    for (const model::TableId id : tables_of(actor, told)) {
      const NumberWatch::Seen* seen = watch.seen(id);
      if (seen == nullptr) continue;
      seen->numbers.for_each([&](std::uint64_t number, bool) { numbers.insert(number); });
    }
  }
  if (numbers.empty()) return "no other number was, either";
  const auto above = numbers.upper_bound(watch.handle());
  std::string nearest;
  if (above != numbers.begin()) nearest = std::to_string(*std::prev(above));
  if (above != numbers.end()) nearest += (nearest.empty() ? "" : " and ") + std::to_string(*above);
  if (numbers.size() == 1) return "the only number that was is " + nearest;
  const bool two = nearest.find(' ') != std::string::npos;
  return std::to_string(numbers.size()) + " numbers were, of which " + nearest +
         (two ? " are the nearest" : " is the nearest");
}

}  // namespace ajar::analyze
