#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "e2e/ajar_command.h"
#include "e2e/ways.h"

namespace ajar::e2e {

// Tests of `ajar attach`, in a directory of their own.
class Attaching : public ByWay {
 protected:
  // The command `ajar attach -o x.ajar --via … words…`.
  [[nodiscard]] harness::Command attach(std::vector<std::string> words) const {
    std::vector<std::string> all = {"attach", "-o", "x.ajar", "--via", GetParam()};
    all.insert(all.end(), words.begin(), words.end());
    return ajar(directory_, std::move(all));
  }

  [[nodiscard]] nlohmann::json report() const {
    return nlohmann::json::parse(harness::run(ajar(directory_, {"report", "--json", "x.ajar"})).out);
  }

  [[nodiscard]] const harness::TempDir& directory() const { return directory_; }

 private:
  harness::TempDir directory_;
};

}  // namespace ajar::e2e
