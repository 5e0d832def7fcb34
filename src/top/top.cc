#include "top/top.h"

#include <algorithm>
#include <utility>

#include "render/escape.h"
#include "top/text.h"

namespace ajar::top {
namespace {

constexpr Size kLeast{.columns = 30, .lines = 8};

}  // namespace

Top::Top(Machine& machine, Options options)
    : machine_(machine), table_(machine, options.sort, std::move(options.filter)) {
  look();
}

// Counting goes on while what is shown is frozen.
void Top::look() {
  last_ = machine_.look();
  if (!frozen_) table_.take(last_);
}

void Top::refresh() {
  if (frozen_) return;
  if (code_ != nullptr) {
    code_->refresh();
  } else if (process_ != nullptr) {
    process_->refresh();
  }
}

Page Top::page() const {
  if (help_ != nullptr) return Page::help;
  if (code_ != nullptr) return Page::code;
  return process_ != nullptr ? Page::process : Page::processes;
}

const Filter* Top::typed_filter() const {
  const Page here = page();
  const Filter* filter = here == Page::processes ? &table_.filter()
                         : here == Page::process ? &process_->filter()
                                                 : nullptr;
  return filter != nullptr && filter->is_typed() ? filter : nullptr;
}

bool Top::press(const Key& key) {
  if (typed_filter() != nullptr) {
    if (page() == Page::processes ? table_.press(key) : process_->press(key)) return true;
  }
  const Action action = action_of(page(), key);
  if (action == Action::quit) return false;
  if (!act(action)) open(action);
  return true;
}

// What a page does by itself, and the way back from it.
bool Top::act(Action action) {
  switch (page()) {
    case Page::help:
      if (help_->act(action)) return true;
      if (action == Action::leave) help_.reset();
      return true;
    case Page::code:
      if (code_->act(action)) return true;
      if (action == Action::leave) code_.reset();
      return action == Action::leave;
    case Page::process:
      if (process_->act(action)) return true;
      if (action == Action::leave) process_.reset();
      return action == Action::leave;
    case Page::processes:
      break;
  }
  return table_.act(action);
}

void Top::open(Action action) {
  if (action == Action::help) help_ = std::make_unique<HelpPage>();
  if (action == Action::freeze) {
    frozen_ = !frozen_;
    if (!frozen_) {
      table_.take(last_);
      refresh();
    }
  }
  const Process* chosen = process_ != nullptr ? &process_->process() : table_.chosen();
  if (chosen == nullptr) return;
  if (action == Action::look_inside) process_ = std::make_unique<ProcessPage>(machine_, *chosen);
  if (action == Action::who_opens) code_ = std::make_unique<CodePage>(machine_, *chosen);
  if (action == Action::look_inside || action == Action::who_opens) frozen_ = false;
}

Line Top::bottom_line(std::size_t columns) const {
  if (const Filter* filter = typed_filter()) {
    Line line(" filter: ", Look::faint);
    line.add(render::escaped(filter->text()) + "_", Look::strong);
    line.add("   Enter keeps it, Esc clears it", Look::faint);
    return line;
  }
  return Line(key_line(page(), columns), Look::faint);
}

Picture Top::picture(Size size, Style style) {
  Picture all;
  if (size.columns < kLeast.columns || size.lines < kLeast.lines) {
    all.emplace_back("needs at least " + std::to_string(kLeast.columns) + " x " +
                     std::to_string(kLeast.lines));
  } else {
    const Size inside{.columns = size.columns, .lines = size.lines - 1};
    switch (page()) {
      case Page::help:
        all = help_->lines(inside);
        break;
      case Page::code:
        all = code_->lines(inside, style, frozen_);
        break;
      case Page::process:
        all = process_->lines(inside, style, frozen_);
        break;
      case Page::processes:
        all = table_.lines(inside, style, frozen_);
        break;
    }
    all.resize(inside.lines);
    all.push_back(bottom_line(size.columns));
  }
  all.resize(size.lines);
  for (Line& line : all) line = fitted(line, size.columns, style);
  return all;
}

}  // namespace ajar::top
