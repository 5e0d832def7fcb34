#include "symbolize/name_stacks.h"

#include <utility>

namespace ajar::symbolize {
namespace {

bool is_sure(const model::Module* module) {
  return module != nullptr && !module->build_id.empty() && !module->path.starts_with("\\\\");
}

}  // namespace

NamesOfModules name_stacks(model::World& world, Symbolizer& symbolizer, Questions::Of lacking, Asked asked,
                           std::map<std::string, ModuleNote>& notes) {
  Questions questions(world, lacking);
  for (const model::StackNode& node : world.stacks) {
    if (asked == Asked::all_modules || is_sure(world.modules.find(node.frame.module)))
      questions.add(node.frame);
  }
  NamesOfModules news;
  for (const Question& question : questions.take()) {
    Answer answer = symbolizer.answer(question, Symbolizer::Depth::lines);
    const std::string identity = answer.identity;
    notes[identity] = answer.note;
    model::ModuleSymbols better = accept(world, std::move(answer));
    if (!better.empty()) news.emplace(identity, std::move(better));
  }
  return news;
}

NamesOfModules name_stacks(model::World& world, Symbolizer& symbolizer, Questions::Of lacking, Asked asked) {
  std::map<std::string, ModuleNote> unread;
  return name_stacks(world, symbolizer, lacking, asked, unread);
}

}  // namespace ajar::symbolize
