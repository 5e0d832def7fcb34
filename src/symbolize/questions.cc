#include "symbolize/questions.h"

#include <utility>

#include "symbolize/module_files.h"

namespace ajar::symbolize {
namespace {

// A file is opened through one process. Some more are there for when the first are gone.
constexpr std::size_t kMostPlaces = 8;

}  // namespace

platform::MappedCode place_of(const model::World& world, const model::Module& module) {
  platform::MappedCode code{.path = module.path, .begin = module.begin, .end = module.end};
  if (world.origin.started_unix_ns != 0)
    code.since_unix_ns = world.origin.started_unix_ns + module.loaded.count();
  const model::Image* image = world.images.find(module.image);
  const model::Process* process = image == nullptr ? nullptr : world.processes.find(image->process);
  if (process == nullptr) return code;
  code.pid = process->pid;
  code.start_ticks = process->start_ticks;
  return code;
}

void Questions::add(const model::Frame& frame) {
  if (frame.kind != model::FrameKind::native) return;
  const model::Module* module = world_.modules.find(frame.module);
  if (module == nullptr || is_in_no_file(*module)) return;
  const model::SymbolChain* known = world_.symbol(frame);
  if (known != nullptr && (of_ == Of::unnamed || model::has_line(*known))) return;
  Gathered& gathered = gathered_[module->identity()];
  if (gathered.first.none()) gathered.first = frame.module;
  gathered.addresses.insert(model::World::lookup_offset(frame));
  if (gathered.places.size() < kMostPlaces && gathered.modules.insert(frame.module).second)
    gathered.places.push_back(place_of(world_, *module));
}

std::vector<Question> Questions::take() {
  std::vector<Question> questions;
  for (auto& [identity, gathered] : gathered_) {
    questions.push_back({.module = *world_.modules.find(gathered.first),
                         .places = std::move(gathered.places),
                         .addresses = {gathered.addresses.begin(), gathered.addresses.end()}});
  }
  gathered_.clear();
  return questions;
}

model::ModuleSymbols accept(model::World& world, Answer answer) {
  model::ModuleSymbols news;
  if (answer.symbols.empty()) return news;
  model::ModuleSymbols& names = world.symbols[answer.identity];
  for (auto& [address, chain] : answer.symbols) {
    if (model::lay_over(names, address, chain)) news.emplace(address, std::move(chain));
  }
  return news;
}

}  // namespace ajar::symbolize
