#include <string>
#include <string_view>

#include "base/path.h"

#include "analyze/code_path.h"
#include "console/module_name.h"
#include "console/trace_log.h"
#include "report/function_name.h"

namespace ajar::console {
namespace {

using model::Frame;
using model::FrameKind;

// Without the displacement that texts' signposts have in their names as well.
std::string function_of(const model::Symbol& symbol) {
  const std::string_view name = symbol.function;
  const std::size_t plus = name.rfind("+0x");
  const bool has_place = symbol.match == model::SymbolMatch::nearest && plus != std::string_view::npos;
  return std::string(report::qualified_name(has_place ? name.substr(0, plus) : name));
}

// A symbol's displacement is that of the address that was looked up, a line's that of the address after the
// call. What a text told is the latter, and 0 may mean that nobody knows.
std::optional<std::uint64_t> displacement_of(const Frame& frame, const model::Symbol& symbol) {
  if (symbol.displacement == 0) return std::nullopt;
  const bool was_told = frame.offset >= Frame::kNoOffset;
  return symbol.displacement + (was_told ? 0 : frame.offset - model::World::lookup_offset(frame));
}

CodeLine line_of(const Frame& frame, const model::Module* module) {
  CodeLine line;
  if (module == nullptr) {
    line.address = frame.offset;
    return line;
  }
  line.module = module_name(module->path);
  const bool has_place = frame.offset < Frame::kNoOffset;
  if (has_place && module->end != 0) line.address = frame.offset + module->bias;
  if (has_place) line.displacement = frame.offset;
  return line;
}

CodeLine managed_line(const model::World& world, const Frame& frame) {
  CodeLine line;
  if (frame.offset != 0) line.address = frame.offset;
  line.function = world.text(frame.function);
  line.file = world.text(frame.file);
  line.line = frame.line;
  return line;
}

void add_native(const model::World& world, const Frame& frame, std::vector<CodeLine>& lines) {
  const CodeLine plain = line_of(frame, world.modules.find(frame.module));
  const model::SymbolChain* chain = world.symbol(frame);
  if (chain == nullptr || chain->empty()) return lines.push_back(plain);
  for (const model::Symbol& symbol : *chain) {
    CodeLine& line = lines.emplace_back(plain);
    if (symbol.match == model::SymbolMatch::none) continue;
    line.function = function_of(symbol);
    line.displacement = displacement_of(frame, symbol);
    line.file = symbol.file;
    line.line = symbol.line;
  }
}

}  // namespace

std::vector<CodeLine> code_lines(const model::World& world, model::StackId stack) {
  std::vector<CodeLine> lines;
  for (const Frame& frame : world.frames(stack)) {
    if (frame.kind == FrameKind::marker) {
      lines.emplace_back().note = analyze::marker_words(frame.marker);
    } else if (frame.kind == FrameKind::managed) {
      lines.push_back(managed_line(world, frame));
    } else {
      add_native(world, frame, lines);
    }
  }
  return lines;
}

}  // namespace ajar::console
