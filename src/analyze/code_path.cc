#include "analyze/code_path.h"

#include <algorithm>
#include <span>
#include <utility>

#include "analyze/library_sources.h"
#include "base/path.h"
#include "report/function_name.h"

namespace ajar::analyze {
namespace {

std::string marker_text(model::Marker marker) {
  switch (marker) {
    case model::Marker::cut:
      return "deeper frames were cut";
    case model::Marker::no_unwind_data:
      return "no unwind data from here on";
    case model::Marker::unseen:
      return "the stack was not seen";
    case model::Marker::none:
      break;
  }
  return "unknown frames";
}

report::Match match_of(model::SymbolMatch match) {
  switch (match) {
    case model::SymbolMatch::exact:
      return report::Match::exact;
    case model::SymbolMatch::nearest:
      return report::Match::nearest;
    case model::SymbolMatch::none:
      break;
  }
  return report::Match::none;
}

void name(report::Frame& frame, const model::Symbol& symbol) {
  frame.match = match_of(symbol.match);
  if (frame.match == report::Match::none) return;
  frame.function = symbol.function;
  frame.inlined = symbol.inlined;
  if (frame.match != report::Match::exact) return;
  frame.file = symbol.file;
  frame.line = symbol.line;
}

// Where Python keeps the parts of its library that are compiled.
constexpr std::string_view kPythonExtensions = "/lib-dynload/";

bool is_managed(const report::Frame& frame) {
  return frame.module.empty() && frame.match == report::Match::exact;
}

bool is_library_frame(const report::Frame& frame) {
  return frame.match == report::Match::exact &&
         (report::is_standard_library(frame.function) || is_library_source(frame.file));
}

}  // namespace

const CodePaths::ModuleFacts& CodePaths::facts(model::ModuleId id) {
  const auto [at, added] = modules_.try_emplace(id);
  if (!added) return at->second;
  const model::Module* module = world_.modules.find(id);
  if (module == nullptr) return at->second;
  const auto number = static_cast<std::uint32_t>(numbers_.size() + 1);
  at->second = {.name = std::string(base::file_name(module->path)),
                .system = system_.contains(module->path),
                .number = numbers_.try_emplace(module->identity(), number).first->second};
  return at->second;
}

void CodePaths::expand(const model::Frame& raw, std::size_t index, std::vector<Step>& steps) {
  Step step{.frame = {}, .module = raw.module, .raw = index};
  report::Frame& frame = step.frame;
  if (raw.kind == model::FrameKind::marker) {
    frame.marker = marker_text(raw.marker);
    steps.push_back(std::move(step));
    return;
  }
  if (raw.kind == model::FrameKind::managed) {
    frame.function = world_.text(raw.function);
    frame.match = report::Match::exact;
    frame.file = world_.text(raw.file);
    frame.line = raw.line;
    frame.offset = raw.offset;
    steps.push_back(std::move(step));
    return;
  }
  const ModuleFacts& module = facts(raw.module);
  frame.module = module.name;
  frame.system = module.system;
  frame.offset = raw.offset;
  const model::SymbolChain* chain = world_.symbol(raw);
  if (chain == nullptr || chain->empty()) {
    steps.push_back(std::move(step));
    return;
  }
  for (const model::Symbol& symbol : *chain) {
    steps.push_back(step);
    name(steps.back().frame, symbol);
  }
}

// The runtime is what calls managed code: the module of a frame directly outside such code, what else is of
// its package, and the extensions that come with it.
void CodePaths::mark_runtime(std::vector<Step>& steps) const {
  std::vector<const model::Module*> runtimes;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const model::Module* module = world_.modules.find(steps[i].module);
    if (module != nullptr && is_managed(steps[i - 1].frame)) runtimes.push_back(module);
  }
  const auto is_of_one = [&](const model::Module& module) {
    return std::ranges::any_of(runtimes, [&](const model::Module* runtime) {
      return runtime->identity() == module.identity() ||
             (!module.package.empty() && module.package == runtime->package) ||
             module.path.find(kPythonExtensions) != std::string::npos;
    });
  };
  for (Step& step : steps) {
    const model::Module* module = world_.modules.find(step.module);
    step.frame.runtime = module != nullptr && is_of_one(*module);
  }
}

// The innermost frame outside the system's modules and the runtime's. What a language's library or the
// system's headers became within a module is not the module's own doing, as long as it has another frame
// further out.
std::optional<std::size_t> CodePaths::find_culprit(const std::vector<Step>& steps) const {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const report::Frame& frame = steps[i].frame;
    if (!frame.marker.empty() || frame.system || (frame.module.empty() && !is_managed(frame))) continue;
    if (frame.runtime) continue;
    const auto own = [&](const Step& outer) {
      return outer.module == steps[i].module && outer.frame.marker.empty() && !is_library_frame(outer.frame);
    };
    const auto further_out = steps.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    if (is_library_frame(frame) && std::any_of(further_out, steps.end(), own)) continue;
    return i;
  }
  return std::nullopt;
}

report::Culprit CodePaths::culprit(const Step& step) const {
  report::Culprit culprit;
  culprit.module = step.frame.module;
  culprit.offset = step.frame.offset;
  if (step.frame.match == report::Match::exact) {
    culprit.function = step.frame.function;
    culprit.file = step.frame.file;
    culprit.line = step.frame.line;
  }
  if (const model::Module* module = world_.modules.find(step.module)) {
    culprit.path = module->path;
    culprit.build_id = module->build_id;
    culprit.package = module->package;
    culprit.version = module->version;
  } else if (step.frame.file.starts_with('/')) {
    culprit.path = step.frame.file;
  }
  return culprit;
}

std::string CodePaths::prefix(const std::vector<model::Frame>& raw, std::size_t count) {
  std::string key;
  for (std::size_t i = 0; i < count; ++i) {
    const model::Frame& frame = raw[i];
    const std::uint32_t module = facts(frame.module).number;
    // A runtime compiles a function again and again, each time to another place.
    const std::uint64_t offset = frame.kind == model::FrameKind::managed ? 0 : frame.offset;
    key += std::to_string(module) + "+" + std::to_string(offset) + "," +
           std::to_string(std::to_underlying(frame.marker)) + "," + std::to_string(frame.function.value) +
           "," + std::to_string(frame.line) + ";";
  }
  return key;
}

// A runtime leaves its own code on other ways each time it compiles the function anew.
std::string CodePaths::managed_key(const model::Frame& culprit) {
  return "managed " + std::to_string(culprit.function.value) + "," + std::to_string(culprit.file.value) +
         "," + std::to_string(culprit.line);
}

// The same lines of source, wherever the compiler put copies of them: from the innermost function inlined at
// the culprit's address up to the culprit.
std::string CodePaths::source_key(const std::vector<Step>& steps, std::size_t blamed) {
  std::string key = std::to_string(facts(steps[blamed].module).number);
  for (const Step& step : std::span(steps).first(blamed + 1)) {
    if (step.raw != steps[blamed].raw) continue;
    key += "+" + step.frame.function + "," + step.frame.file + "," + std::to_string(step.frame.line);
  }
  return key;
}

std::string CodePaths::key_up_to(std::optional<std::size_t> blamed, const std::vector<model::Frame>& raw,
                                 const std::vector<Step>& steps) {
  if (!blamed.has_value()) return prefix(raw, raw.size());
  const Step& culprit = steps[*blamed];
  if (is_managed(culprit.frame)) return managed_key(raw[culprit.raw]);
  if (culprit.frame.line == 0) return prefix(raw, culprit.raw + 1);
  return prefix(raw, culprit.raw) + source_key(steps, *blamed);
}

CodePath CodePaths::of(model::StackId stack) {
  std::vector<model::Frame> raw = world_.frames(stack);
  if (raw.empty()) {
    raw.push_back({.kind = model::FrameKind::marker,
                   .marker = model::Marker::unseen,
                   .module = {},
                   .function = {},
                   .file = {}});
  }
  std::vector<Step> steps;
  for (std::size_t i = 0; i < raw.size(); ++i) expand(raw[i], i, steps);
  mark_runtime(steps);
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    if (raw[steps[i].raw].marker == model::Marker::cut) steps[i].frame.marker = "frames between were cut";
  }
  CodePath path;
  const std::optional<std::size_t> blamed = find_culprit(steps);
  if (blamed.has_value()) path.culprit = culprit(steps[*blamed]);
  path.up_to_culprit = key_up_to(blamed, raw, steps);
  for (Step& step : steps) path.frames.push_back(std::move(step.frame));
  return path;
}

}  // namespace ajar::analyze
