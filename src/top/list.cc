#include "top/list.h"

#include <algorithm>

namespace ajar::top {
namespace {

// Where `at` of so many goes by the action; `page` lines are a page.
bool moved(Action action, std::size_t page, std::size_t last, std::size_t& at) {
  switch (action) {
    case Action::up:
      at -= std::min<std::size_t>(at, 1);
      return true;
    case Action::down:
      at = std::min(at + 1, last);
      return true;
    case Action::page_up:
      at -= std::min(at, page);
      return true;
    case Action::page_down:
      at = std::min(at + page, last);
      return true;
    case Action::home:
      at = 0;
      return true;
    case Action::end:
      at = last;
      return true;
    default:
      return false;
  }
}

std::size_t page_of(std::size_t seen) {
  return std::max<std::size_t>(seen, 2) - 1;
}

}  // namespace

bool List::move(Action action, std::size_t length, std::size_t seen) {
  const bool does = moved(action, page_of(seen), length == 0 ? 0 : length - 1, chosen_);
  keep(length, seen);
  return does;
}

void List::keep(std::size_t length, std::size_t seen) {
  chosen_ = std::min(chosen_, length == 0 ? 0 : length - 1);
  first_ = std::min(first_, length - std::min(seen, length));
  if (chosen_ < first_) first_ = chosen_;
  if (seen > 0 && chosen_ >= first_ + seen) first_ = chosen_ - seen + 1;
}

bool Scroll::move(Action action, std::size_t length, std::size_t seen) {
  return moved(action, page_of(seen), length - std::min(seen, length), first_);
}

void Scroll::keep(std::size_t length, std::size_t seen) {
  first_ = std::min(first_, length - std::min(seen, length));
}

}  // namespace ajar::top
