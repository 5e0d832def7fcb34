// Ways down to the bottom of a stack: what the measured programs have in common.
#pragma once

#include <stdlib.h>

#include <cstddef>
#include <random>
#include <vector>

#include "frames.h"

// The program's own steps and the library's.
inline std::vector<Step> all_steps() {
  std::vector<Step> steps = {step<16>, step<48>, step<120>, step<640>};
  steps.insert(steps.end(), library_steps, library_steps + library_step_count);
  return steps;
}

using Turns = std::vector<unsigned char>;

// Random, but the same in every run.
inline std::vector<Turns> make_routes(int paths, int depth, std::size_t steps) {
  std::mt19937 random(1);
  std::vector<Turns> routes(static_cast<std::size_t>(paths));
  for (Turns& route : routes) {
    for (int i = 0; i < depth; ++i) route.push_back(static_cast<unsigned char>(random() % steps));
  }
  return routes;
}

// Goes down so many times, along each route in turn, and does at the bottom what is to be measured.
class Descents {
 public:
  Descents(int paths, int depth)
      : steps_(all_steps()), routes_(make_routes(paths, depth, steps_.size())), depth_(depth) {}

  void run(int times, int (*bottom)(const Route&), const char* file) const {
    for (int i = 0; i < times; ++i) go(static_cast<std::size_t>(i) % routes_.size(), bottom, file);
  }

  void go(std::size_t number, int (*bottom)(const Route&), const char* file = nullptr) const {
    const Turns& turns = routes_[number];
    const Route route{steps_.data(), turns.data(), bottom, file};
    if (steps_[turns[0]](route, depth_ - 1) != 0) abort();
  }

 private:
  std::vector<Step> steps_;
  std::vector<Turns> routes_;
  int depth_;
};
