#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/world.h"
#include "platform/packages.h"

namespace ajar::symbolize {

// Whom to call about the modules in the stacks: from the package database of the system at `root` (empty:
// this one). Only right on the machine where the modules ran.
class Packages {
 public:
  explicit Packages(std::string root = "") : root_(std::move(root)) {}

  // Fills in package and version of the modules in the stacks that have none yet; returns those that got one.
  // Takes some ten milliseconds where a path is new: of each the database is asked once.
  std::vector<model::ModuleId> add_to(model::World& world);

 private:
  void find(const std::vector<std::string>& paths);

  std::string root_;
  std::map<std::string, std::optional<platform::Package>> known_;  // by path; nothing: of no package
};

}  // namespace ajar::symbolize
