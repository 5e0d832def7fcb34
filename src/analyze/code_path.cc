#include "analyze/code_path.h"

#include <algorithm>
#include <span>
#include <utility>

#include "analyze/library_sources.h"
#include "analyze/linked_in.h"
#include "base/path.h"
#include "report/function_name.h"

namespace ajar::analyze {

std::string marker_words(model::Marker marker) {
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

namespace {

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

CodePaths::CodePaths(const model::World& world, const SystemModules& system)
    : world_(world), system_(system) {
  for (const model::Module& module : world.modules) {
    if (is_c_library(module.path)) share_library_.insert(module.image);
  }
}

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
  Step step{.frame = {}, .module = raw.module, .raw = index, .interrupted = index > 0 && !raw.after_call};
  report::Frame& frame = step.frame;
  if (raw.kind == model::FrameKind::marker) {
    frame.marker = marker_words(raw.marker);
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
  frame.offset = raw.offset < model::Frame::kNoOffset || raw.module.none() ? raw.offset : 0;
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

bool CodePaths::has_library_linked_in(model::ModuleId id) const {
  const model::Module* module = world_.modules.find(id);
  return module != nullptr && !share_library_.contains(module->image);
}

// Of a static program, what the C library's functions call among themselves is the system's: from the
// innermost frame to the last one, not far out, that programs call the library by. What a signal interrupted
// has nothing to do with what its handler does.
void CodePaths::mark_linked_in(std::vector<Step>& steps) const {
  if (steps.empty() || !has_library_linked_in(steps.front().module)) return;
  constexpr std::size_t kFar = 12;
  std::size_t library = 0;
  for (std::size_t i = 0; i < std::min(steps.size(), kFar) && steps[i].module == steps.front().module; ++i) {
    if (steps[i].interrupted) break;
    const std::string& function = steps[i].frame.function;
    const bool all_until_here = library == i;
    if (all_until_here ? is_entry_of_library(function) || is_reserved_name(function)
                       : is_entry_of_library(function) && !calls_the_program(function))
      library = i + 1;
  }
  for (Step& step : std::span(steps).first(library)) step.frame.system = true;
}

// Who called the outermost managed code whose caller is known: the interpreter. Further in, it may be an
// extension that calls such code directly, through no frame of the interpreter's own. Between the two a
// marker may say that frames are missing.
model::ModuleId CodePaths::runtime_of(const std::vector<Step>& steps) {
  model::ModuleId caller{};
  for (std::size_t i = steps.size(); i-- > 0;) {
    if (!steps[i].frame.marker.empty()) continue;
    if (is_managed(steps[i].frame) && facts(caller).number != 0) return caller;
    caller = steps[i].module;
  }
  return {};
}

// What is the runtime's own: its module, what else is of its package, and the extensions that come with it.
void CodePaths::mark_runtime(std::vector<Step>& steps) {
  const model::Module* runtime = world_.modules.find(runtime_of(steps));
  if (runtime == nullptr) return;
  const std::uint32_t number = facts(runtime->id).number;
  for (Step& step : steps) {
    const model::Module* module = world_.modules.find(step.module);
    if (module == nullptr) continue;
    const bool same_package = !module->package.empty() && module->package == runtime->package;
    step.frame.runtime = same_package || facts(step.module).number == number ||
                         module->path.find(kPythonExtensions) != std::string::npos;
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

std::string CodePaths::key_of(std::span<const model::Frame> frames) {
  std::string key;
  for (const model::Frame& frame : frames) {
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

void CodePaths::add_keys(CodePath& path, std::optional<std::size_t> blamed, std::span<const model::Frame> raw,
                         const std::vector<Step>& steps) {
  if (!blamed.has_value()) {
    path.up_to_culprit = path.culprit_code = key_of(raw);
    return;
  }
  const Step& culprit = steps[*blamed];
  if (is_managed(culprit.frame)) {
    path.up_to_culprit = path.culprit_code = managed_key(raw[culprit.raw]);
    return;
  }
  path.culprit_code =
      culprit.frame.line == 0 ? key_of(raw.subspan(culprit.raw, 1)) : source_key(steps, *blamed);
  path.up_to_culprit = key_of(raw.first(culprit.raw)) + path.culprit_code;
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
  mark_linked_in(steps);
  mark_runtime(steps);
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    if (raw[steps[i].raw].marker == model::Marker::cut) steps[i].frame.marker = "frames between were cut";
  }
  CodePath path;
  const std::optional<std::size_t> blamed = find_culprit(steps);
  if (blamed.has_value()) path.culprit = culprit(steps[*blamed]);
  add_keys(path, blamed, raw, steps);
  for (Step& step : steps) path.frames.push_back(std::move(step.frame));
  return path;
}

}  // namespace ajar::analyze
