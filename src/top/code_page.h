#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "top/list.h"
#include "top/machine.h"
#include "top/picture.h"

namespace ajar::top {

// Which code of a process opens what stays open, while it is attached to. It is from the page's beginning to
// its end.
class CodePage {
 public:
  CodePage(Machine& machine, Process process) : machine_(machine), process_(std::move(process)) {
    machine_.attach(process_.id);
    refresh();
  }
  CodePage(const CodePage&) = delete;
  CodePage& operator=(const CodePage&) = delete;
  ~CodePage() { machine_.detach(); }

  void refresh() { attached_ = machine_.attached(); }
  bool act(Action action);

  std::vector<Line> lines(Size size, Style style, bool frozen);

 private:
  [[nodiscard]] const report::Process* reported() const;
  void add_head(bool frozen, std::size_t columns, std::vector<Line>& lines) const;
  [[nodiscard]] std::vector<Line> group_lines(std::size_t columns) const;

  Machine& machine_;
  Process process_;
  Attached attached_;
  bool whole_stacks_ = false;
  Scroll scroll_;
  std::size_t length_ = 0, seen_ = 1;
};

}  // namespace ajar::top
