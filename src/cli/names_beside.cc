#include "cli/names_beside.h"

#include <map>
#include <utility>

#include "recording/append.h"
#include "recording/reader.h"
#include "symbolize/symbolizer.h"

namespace ajar::cli {

void add_names(std::vector<std::byte>& recording, const std::vector<std::string>& folders) {
  const auto reader = recording::Reader::open(recording);
  if (!reader.ok()) return;
  model::World world = reader.value()->world();
  symbolize::Symbolizer symbolizer({.folders = folders});
  symbolize::Questions questions(world, symbolize::Questions::Of::lineless);
  for (const model::StackNode& node : world.stacks) {
    // A text knows no more of a module than how it is called: any file of that name might be another one.
    const model::Module* module = world.modules.find(node.frame.module);
    if (module != nullptr && !module->build_id.empty()) questions.add(node.frame);
  }
  std::map<std::string, model::ModuleSymbols> names;
  for (const symbolize::Question& question : questions.take()) {
    symbolize::Answer answer = symbolizer.answer(question, symbolize::Symbolizer::Depth::lines);
    const std::string identity = answer.identity;
    model::ModuleSymbols better = symbolize::accept(world, std::move(answer));
    if (!better.empty()) names.emplace(identity, std::move(better));
  }
  if (names.empty()) return;
  const std::vector<std::byte> blocks = recording::symbol_blocks(names, reader.value()->end());
  recording.insert(recording.end(), blocks.begin(), blocks.end());
}

}  // namespace ajar::cli
