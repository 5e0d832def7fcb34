#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "top/filter.h"
#include "top/list.h"
#include "top/machine.h"
#include "top/picture.h"

namespace ajar::top {

// One process from inside: its handles by type, what came since one looks, and each handle.
class ProcessPage {
 public:
  ProcessPage(Machine& machine, Process process) : machine_(machine), process_(std::move(process)) {
    refresh();
  }

  [[nodiscard]] const Process& process() const { return process_; }

  // Reads the table again. Where that can't be done, because the process has ended or otherwise, the last one
  // stays, with the reason.
  void refresh();

  bool press(const Key& key);
  bool act(Action action);
  [[nodiscard]] const Filter& filter() const { return filter_; }

  std::vector<Line> lines(Size size, Style style, bool frozen);

 private:
  // A number may be given to another handle meanwhile.
  using Known = std::pair<std::uint64_t, std::string>;

  void arrange();
  [[nodiscard]] bool is_new(const report::TableHandle& handle) const;
  [[nodiscard]] std::string number_of(const report::TableHandle& handle) const;
  void add_head(bool frozen, std::vector<Line>& lines) const;
  void add_types(std::size_t most, std::vector<Line>& lines) const;
  // How long one has looked, as a heading.
  [[nodiscard]] std::string since_words() const;
  [[nodiscard]] std::size_t since_width() const;
  [[nodiscard]] Line type_line(const report::TypeCount& type, std::size_t width) const;
  void add_notes(std::vector<Line>& lines) const;
  void add_handles(Size size, std::vector<Line>& lines);
  [[nodiscard]] Line telling_line() const;

  Machine& machine_;
  Process process_;
  Judged judged_;
  report::HandleTable table_;
  std::string trouble_;
  bool was_read_ = false;
  double first_read_s_ = 0;
  std::map<std::string, std::uint64_t> first_counts_;  // by type, when it was first read
  std::set<Known> first_handles_;
  std::vector<const report::TableHandle*> shown_;  // of the table, that the filter leaves
  Filter filter_;
  List list_;
  std::uint64_t chosen_number_ = 0;
  std::size_t seen_ = 1;
};

}  // namespace ajar::top
