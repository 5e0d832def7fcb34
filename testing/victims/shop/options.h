// The command lines of the shop's programs: "--name value" pairs.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace shop {

class Options {
 public:
  // Ends the program with a line that says what is wrong, and status 2, on a name that is not in `defaults`.
  Options(int argc, char** argv, std::map<std::string, std::string> defaults) : values_(std::move(defaults)) {
    for (int i = 1; i < argc; i += 2) {
      const auto known = values_.find(argv[i]);
      if (known == values_.end() || i + 1 == argc) {
        std::fprintf(stderr, "%s: %s: no such option, or its value is missing; known are", argv[0], argv[i]);
        for (const auto& [name, value] : values_) std::fprintf(stderr, " %s", name.c_str());
        std::fprintf(stderr, "\n");
        std::exit(2);
      }
      known->second = argv[i + 1];
    }
  }

  const std::string& text(const std::string& name) const { return values_.at(name); }
  int number(const std::string& name) const { return std::atoi(text(name).c_str()); }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace shop
