#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ajar::analyze {

// How often which code closed what which code had opened. A code is a name, equal for stacks that lead
// through the same function to the same call.
class Habits {
 public:
  void add(const std::string& opener, const std::string& closer, std::int64_t number = 1);

  [[nodiscard]] std::int64_t closes(const std::string& opener, const std::string& closer) const;
  // Whether `closer` closed most of what `opener` opened, and not just once.
  [[nodiscard]] bool usual(const std::string& opener, const std::string& closer) const;

  // What `closer` closed of others than `opener`: how much, of how many of them.
  struct Others {
    std::int64_t closes = 0, openers = 0;
  };
  [[nodiscard]] Others others(const std::string& opener, const std::string& closer) const;

 private:
  std::map<std::string, std::map<std::string, std::int64_t>> by_closer_;
  std::map<std::string, std::int64_t> by_opener_;
};

// A life of a number that is over.
struct PastLife {
  std::string opener, closer;
  bool plain = true;  // opened and closed by calls that were seen and were made for that
};

// A close that failed, since nothing was open.
struct Surprise {
  std::string closer;
  std::vector<PastLife> lives;  // of the number until then, the latest first
};

// Places among a surprise's lives: the one whose end was the theft, and the earlier one that was the thief's
// to close.
struct Theft {
  std::size_t stolen = 0, owned = 0;
};

// How many of the lives, from the latest, were perhaps closed by others than their owners: 1 if only the
// latest.
[[nodiscard]] std::size_t chain_length(const Surprise& surprise, const Habits& habits);

// The theft that explains the surprise, or nothing where it may as well be the fault of whoever had it.
// `surprised` counts, as openers and closers, the ends of lives within such chains, of all surprises.
[[nodiscard]] std::optional<Theft> find_theft(const Surprise& surprise, const Habits& habits,
                                              const Habits& surprised);

}  // namespace ajar::analyze
