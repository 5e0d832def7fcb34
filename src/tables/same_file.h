#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

namespace ajar::tables {

// A handle of some process.
struct Held {
  std::int64_t pid = 0;
  std::uint64_t handle = 0;

  auto operator<=>(const Held&) const = default;
};

// Tells which handles are the same open file (a file description: one offset, one set of flags), by kcmp(2).
// It puts open files in an order, so that one is found among n with log n questions, of a microsecond each.
// Nothing is claimed where the kernel may not be asked (it takes the right to look into both processes), or
// where a handle is closed meanwhile. One thread at a time.
class OpenFiles {
 public:
  // Takes from `questions` those that it asks: there is no answer any more when they are used up.
  explicit OpenFiles(std::size_t& questions) : left_(questions) {}

  // Adds the handle's open file, unless it is there. Its number, to be had again from find(); none where the
  // kernel may not be asked.
  std::optional<std::size_t> add(const Held& held);

  // The number of the handle's open file, if it was added. `guess` is asked about first.
  std::optional<std::size_t> find(const Held& held, std::optional<std::size_t> guess);

  // How many there are; their numbers are below.
  [[nodiscard]] std::size_t size() const { return examples_.size(); }

 private:
  enum class Order : std::uint8_t { same, before, after, unknown };
  struct Place {
    std::size_t at = 0;  // in `order_`: where it is or would be
    bool is_there = false;
  };

  Order compare(const Held& a, const Held& b);
  std::optional<Place> place_of(const Held& held);

  std::size_t& left_;
  std::vector<Held> examples_;                // of each open file, by number
  std::vector<std::size_t> order_;            // their numbers, in the kernel's order
  std::unordered_set<std::int64_t> refused_;  // processes that may not be asked about
};

// Whether two processes use one and the same table of handles (CLONE_FILES). Nothing where that may not be
// asked, or one of them is gone.
std::optional<bool> share_table(std::int64_t a, std::int64_t b);

}  // namespace ajar::tables
