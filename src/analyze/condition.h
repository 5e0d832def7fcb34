#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ajar::analyze {

// What is known of a process's number of handles at one moment.
struct CountFacts {
  std::uint64_t count = 0;
  std::optional<double> rate_per_second = {};  // of growth; none: it isn't judged to grow
  std::optional<double> full_in_s =
      {};                            // until it has as many as it may; none: it doesn't grow, or has no limit
  std::optional<double> share = {};  // of as many as it may have, 1 being all; none: no limit is known
  bool refused = false;              // it was refused a handle since the moment before
  bool system_full = false;          // the whole system has as many as it may, and this one is to blame first
};

// A condition on such facts, in the words of those who wait for it:
//
//   count>1000 or rate>5/s for 1m or (share>80% and full<10m)
//
// `refused` and `system-full` are compared with nothing. `for` stands behind a comparison, or a parenthesis,
// that is to hold without a break for so long. What is not known fulfils no comparison. A condition is a
// value; who asks it keeps a State for each process.
class Condition {
 public:
  enum class Quantity : std::uint8_t { count, rate, share, full, refused, system_full };

  // The error says in one line what could be written instead.
  static base::Result<Condition> parse(std::string_view text);

  // Since when each part holds, of one process.
  class State {
    friend class Condition;
    std::vector<std::optional<double>> since_;
  };

  // Asked with one moment after the other, `at_s` being when: the part of the condition by which it holds, in
  // its own words; none where it doesn't.
  [[nodiscard]] std::optional<std::string> holds(const CountFacts& facts, double at_s, State& state) const;

  [[nodiscard]] bool asks_for(Quantity quantity) const;

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  class Parser;

  // A comparison, or what its parts make together; parts stand before their whole.
  struct Part {
    enum class Kind : std::uint8_t { comparison, all, any };
    Kind kind = Kind::comparison;
    std::vector<std::size_t> parts = {};  // of a whole
    Quantity quantity = Quantity::count;
    bool above = true;
    bool or_equal = false;
    double value = 0;
    double held_for_s = 0;
    std::string text = {};
  };

  [[nodiscard]] bool fulfils(const Part& part, const CountFacts& facts,
                             const std::vector<bool>& others) const;

  std::string text_;
  std::vector<Part> parts_;  // the last one is the whole
};

}  // namespace ajar::analyze
