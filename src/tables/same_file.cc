#include "tables/same_file.h"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace ajar::tables {

OpenFiles::Order OpenFiles::compare(const Held& a, const Held& b) {
  if (left_ == 0 || refused_.contains(a.pid) || refused_.contains(b.pid)) return Order::unknown;
  --left_;
  switch (::syscall(SYS_kcmp, a.pid, b.pid, KCMP_FILE, a.handle, b.handle)) {
    case 0:
      return Order::same;
    case 1:
      return Order::before;
    case 2:
      return Order::after;
    default:
      // EBADF: one of the two has been closed.
      if (errno == EPERM || errno == ENOSYS || errno == ESRCH) refused_.insert(a.pid);
      return Order::unknown;
  }
}

std::optional<OpenFiles::Place> OpenFiles::place_of(const Held& held) {
  std::size_t begin = 0;
  std::size_t end = order_.size();
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    switch (compare(held, examples_[order_[middle]])) {
      case Order::same:
        return Place{.at = middle, .is_there = true};
      case Order::before:
        end = middle;
        break;
      case Order::after:
        begin = middle + 1;
        break;
      case Order::unknown:
        // Is it the example that has been closed? Then the others go on without it.
        if (left_ == 0 || refused_.contains(held.pid)) return std::nullopt;
        if (compare(examples_[order_[middle]], examples_[order_[middle]]) == Order::same) return std::nullopt;
        order_.erase(order_.begin() + static_cast<std::ptrdiff_t>(middle));
        --end;
        break;
    }
  }
  return Place{.at = begin, .is_there = false};
}

std::optional<std::size_t> OpenFiles::add(const Held& held) {
  const auto place = place_of(held);
  if (!place.has_value()) return std::nullopt;
  // The first one is compared with nothing: is it there, and may it be asked about?
  if (order_.empty() && compare(held, held) != Order::same) return std::nullopt;
  if (place->is_there) return order_[place->at];
  const std::size_t number = examples_.size();
  examples_.push_back(held);
  order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(place->at), number);
  return number;
}

std::optional<std::size_t> OpenFiles::find(const Held& held, std::optional<std::size_t> guess) {
  if (guess.has_value() && compare(held, examples_[*guess]) == Order::same) return guess;
  const auto place = place_of(held);
  return place.has_value() && place->is_there ? std::optional(order_[place->at]) : std::nullopt;
}

std::optional<bool> share_table(std::int64_t a, std::int64_t b) {
  const long order = ::syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0);
  return order < 0 ? std::nullopt : std::optional(order == 0);
}

}  // namespace ajar::tables
