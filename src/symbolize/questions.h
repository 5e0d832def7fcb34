#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/world.h"
#include "platform/process_files.h"
#include "symbolize/module_note.h"

namespace ajar::symbolize {

// What is wanted to be known of the modules of one identity. It refers to nothing, so that another thread
// than the world's may answer.
struct Question {
  model::Module module;                      // one of them
  std::vector<platform::MappedCode> places;  // some processes that have it mapped, or had
  std::vector<std::uint64_t> addresses;      // to look up, ascending, each once
};

struct Answer {
  std::string identity;
  model::ModuleSymbols symbols;
  ModuleNote note;
};

// Gathers what has to be asked, a question for each identity. Modules that are in no file are left out.
class Questions {
 public:
  enum class Of : std::uint8_t {
    unnamed,   // addresses without a name
    lineless,  // those, and addresses without a line
  };

  // The world must outlive it.
  Questions(const model::World& world, Of of) : world_(world), of_(of) {}

  void add(const model::Frame& frame);

  // By identity. After that it is empty again.
  [[nodiscard]] std::vector<Question> take();

 private:
  struct Gathered {
    model::ModuleId first;
    std::vector<platform::MappedCode> places;
    std::set<model::ModuleId> modules;  // whose places are there
    std::set<std::uint64_t> addresses;
  };

  const model::World& world_;
  Of of_;
  std::map<std::string, Gathered> gathered_;
};

// Where the module lies in its process.
platform::MappedCode place_of(const model::World& world, const model::Module& module);

// Lays the answer over what the world has: the better name stays. Gives what was new or better.
model::ModuleSymbols accept(model::World& world, Answer answer);

}  // namespace ajar::symbolize
