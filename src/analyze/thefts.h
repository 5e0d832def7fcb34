#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
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
  // Whether there is an opener for which that is so.
  [[nodiscard]] bool has_usual(const std::string& closer) const;

  // Who closes most of what `opener` opens, and did not do so just once; empty where there is nobody.
  [[nodiscard]] std::string usual_closer(const std::string& opener) const;

  // What `closer` closed of others than `opener`: how much, and of how many of them the most.
  struct Others {
    std::int64_t closes = 0, served = 0;
  };
  [[nodiscard]] Others others(const std::string& opener, const std::string& closer) const;

 private:
  [[nodiscard]] bool most(const std::string& opener, std::int64_t count) const;

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

// Where a surprise leads, as places among its lives.
struct Trail {
  std::vector<std::size_t>
      robbed;  // perhaps closed by others than their owners: from the latest to the first
  std::optional<std::size_t>
      owned;  // by whom the first of these was closed: its own, closed by itself before
};

[[nodiscard]] Trail follow(const Surprise& surprise, const Habits& habits);

// The life whose end was the theft, and the earlier one that was the thief's to close.
struct Theft {
  std::size_t stolen = 0, owned = 0;
  bool owner_failed = false;  // not one who was robbed by the owner
};

// The theft that explains the surprise, or nothing where it may as well be the fault of whoever had it.
// `surprised` counts, as openers and closers, the robbed lives of the trails of all surprises.
[[nodiscard]] std::optional<Theft> find_theft(const Surprise& surprise, const Habits& habits,
                                              const Habits& surprised);

}  // namespace ajar::analyze
