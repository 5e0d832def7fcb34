#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "top/filter.h"
#include "top/list.h"
#include "top/machine.h"
#include "top/picture.h"

namespace ajar::top {

// What the table of processes is sorted by, in the order of its columns.
enum class SortKey : std::uint8_t { count, growth, share, full, pid, name };

struct SortWord {
  SortKey key;
  std::string_view word;  // "growth"
};
std::span<const SortWord> sort_words();

// The table of all processes.
class ProcessTable {
 public:
  ProcessTable(Machine& machine, SortKey sort, std::string filter)
      : machine_(machine), sort_(sort), filter_(std::move(filter)) {}

  void take(Processes processes);

  // None where there are no processes.
  [[nodiscard]] const Process* chosen() const;
  // By the filter, or as one of the table's keys; false where it is neither.
  bool press(const Key& key);
  bool act(Action action);
  [[nodiscard]] const Filter& filter() const { return filter_; }

  // `lines`: from the title down to the line that tells more of the chosen one.
  std::vector<Line> lines(Size size, Style style, bool frozen);

 private:
  struct Row {
    Process process;
    std::optional<double> share;  // of the soft limit, 0 to 1 and above
    std::optional<double> full_in_s;
    std::optional<Judged> judged;
  };

  void arrange();
  void sort_by(SortKey key);
  [[nodiscard]] bool is_before(const Row& a, const Row& b) const;
  [[nodiscard]] bool is_down() const;
  const Judged& judged(Row& row);
  [[nodiscard]] Line summary_line(bool frozen) const;
  Line row_line(Row& row, std::size_t columns, Style style);
  Line telling_line();
  void follow_chosen();

  Machine& machine_;
  SortKey sort_;
  bool reversed_ = false;
  Filter filter_;
  Processes last_;
  std::vector<Row> rows_;  // that the filter leaves
  List list_;
  std::optional<std::uint64_t> followed_;  // none: the first line is chosen, whichever process is there
  std::size_t seen_ = 1;
};

}  // namespace ajar::top
