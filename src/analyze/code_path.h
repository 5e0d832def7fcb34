#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "analyze/system_modules.h"
#include "model/world.h"
#include "report/report.h"

namespace ajar::analyze {

// What a marker says in place of frames: "deeper frames were cut".
std::string marker_words(model::Marker marker);

// A stack with its names, and whom it is blamed on.
struct CodePath {
  report::Stack frames;
  std::optional<report::Culprit> culprit;
  // Equal for stacks that have the same frames from the innermost up to and including the culprit's (without
  // a culprit: all frames), whatever called it. Where the culprit's lines are known, copies that the compiler
  // made of them are the same; where the culprit is a runtime's code, only it has to be equal.
  std::string up_to_culprit;
  // Equal for stacks that have the same culprit's frame, whatever it called. Without a culprit: all frames.
  std::string culprit_code;

  // By what stacks are grouped. Where the call is not known that opened the handle (in dumps), the frames of
  // the system's libraries don't tell openings apart: these get to the same call along more than one way.
  [[nodiscard]] const std::string& key(bool call_is_known) const {
    return call_is_known ? up_to_culprit : culprit_code;
  }
};

// Turns stacks into code paths. Keeps what it finds out about modules, for one world that does not change
// meanwhile.
class CodePaths {
 public:
  CodePaths(const model::World& world, const SystemModules& system);

  [[nodiscard]] CodePath of(model::StackId stack);
  [[nodiscard]] report::Stack frames(model::StackId stack) { return of(stack).frames; }

 private:
  struct ModuleFacts {
    std::string name;
    bool system = false;
    std::uint32_t number = 0;  // the same for the same file, loaded again; 0: no module
  };
  struct Step {
    report::Frame frame;
    model::ModuleId module;
    std::size_t raw = 0;       // which frame of the recorded stack it was expanded from
    bool interrupted = false;  // by the signal whose handler is further in
  };

  const ModuleFacts& facts(model::ModuleId id);
  void expand(const model::Frame& raw, std::size_t index, std::vector<Step>& steps);
  [[nodiscard]] bool has_library_linked_in(model::ModuleId id) const;
  void mark_linked_in(std::vector<Step>& steps) const;
  model::ModuleId runtime_of(const std::vector<Step>& steps);
  void mark_runtime(std::vector<Step>& steps);
  [[nodiscard]] std::optional<std::size_t> find_culprit(const std::vector<Step>& steps) const;
  [[nodiscard]] report::Culprit culprit(const Step& step) const;
  [[nodiscard]] static std::string managed_key(const model::Frame& culprit);
  [[nodiscard]] std::string key_of(std::span<const model::Frame> frames);
  [[nodiscard]] std::string source_key(const std::vector<Step>& steps, std::size_t blamed);
  void add_keys(CodePath& path, std::optional<std::size_t> blamed, std::span<const model::Frame> raw,
                const std::vector<Step>& steps);

  const model::World& world_;
  const SystemModules& system_;
  std::map<model::ModuleId, ModuleFacts> modules_;
  std::map<std::string, std::uint32_t> numbers_;
  std::set<model::ImageId> share_library_;  // images that have the C library as a module
};

}  // namespace ajar::analyze
