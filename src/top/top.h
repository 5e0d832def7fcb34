#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "top/code_page.h"
#include "top/help_page.h"
#include "top/keys.h"
#include "top/machine.h"
#include "top/picture.h"
#include "top/process_page.h"
#include "top/process_table.h"

namespace ajar::top {

struct Options {
  SortKey sort = SortKey::growth;
  std::string filter;
};

// The live table, without a screen and a clock: it is told of keys and of time that passed, and says what
// there is to see. One thread at a time.
class Top {
 public:
  // `machine` must outlive it.
  Top(Machine& machine, Options options);

  // Time for a look at the machine.
  void look();
  // Time to renew what is known of the process that is looked into.
  void refresh();

  // False: that was the end.
  bool press(const Key& key);

  // Exactly `size.lines` lines, none longer than its columns.
  Picture picture(Size size, Style style);

 private:
  [[nodiscard]] Page page() const;
  void open(Action action);
  bool act(Action action);
  [[nodiscard]] const Filter* typed_filter() const;
  [[nodiscard]] Line bottom_line(std::size_t columns) const;

  Machine& machine_;
  Processes last_;  // of the machine, counted while what is shown is frozen, too
  ProcessTable table_;
  // Those that are open lie upon each other in this order.
  std::unique_ptr<ProcessPage> process_;
  std::unique_ptr<CodePage> code_;
  std::unique_ptr<HelpPage> help_;
  bool frozen_ = false;
};

}  // namespace ajar::top
