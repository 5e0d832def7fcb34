#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace ajar::base {

// Values by number, where most numbers are small and close together, as handles are: such a value is found
// without a hash or a search, and takes no allocation of its own. Other numbers cost what they cost in a
// std::map. Values do not move; they are visited by number.
template <typename T>
class NumberMap {
 public:
  NumberMap() = default;
  NumberMap(NumberMap&&) noexcept = default;
  NumberMap& operator=(NumberMap&&) noexcept = default;
  NumberMap(const NumberMap& other) : rest_(other.rest_) {
    for (const auto& page : other.pages_) {
      pages_.push_back(page == nullptr ? nullptr : std::make_unique<Page>(*page));
    }
  }
  NumberMap& operator=(const NumberMap& other) {
    if (this != &other) *this = NumberMap(other);
    return *this;
  }
  ~NumberMap() = default;

  // nullptr where there is none.
  [[nodiscard]] const T* find(std::uint64_t number) const {
    if (number >= kPaged) {
      const auto found = rest_.find(number);
      return found == rest_.end() ? nullptr : &found->second;
    }
    const Page* page = number / kPageSize < pages_.size() ? pages_[number / kPageSize].get() : nullptr;
    return page != nullptr && page->holds(number) ? &page->values[number % kPageSize] : nullptr;
  }
  [[nodiscard]] T* find(std::uint64_t number) { return const_cast<T*>(std::as_const(*this).find(number)); }

  // The value, made where there is none.
  T& operator[](std::uint64_t number) {
    T* known = find(number);
    return known != nullptr ? *known : add(number);
  }

  void erase(std::uint64_t number) {
    if (number >= kPaged) {
      rest_.erase(number);
    } else if (find(number) != nullptr) {
      pages_[number / kPageSize]->remove(number % kPageSize);
    }
  }

  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      if (pages_[i] == nullptr) continue;
      for (std::uint64_t left = pages_[i]->present; left != 0; left &= left - 1) {
        const auto at = static_cast<std::size_t>(std::countr_zero(left));
        visit(std::uint64_t{i} * kPageSize + at, std::as_const(pages_[i]->values[at]));
      }
    }
    for (const auto& [number, value] : rest_) visit(number, value);
  }
  template <typename Visit>
  void for_each(Visit&& visit) {
    std::as_const(*this).for_each(
        [&](std::uint64_t number, const T& value) { visit(number, const_cast<T&>(value)); });
  }

  template <typename Condition>
  void erase_if(Condition&& condition) {
    std::vector<std::uint64_t> numbers;
    for_each([&](std::uint64_t number, const T& value) {
      if (condition(number, value)) numbers.push_back(number);
    });
    for (const std::uint64_t number : numbers) erase(number);
  }

 private:
  static constexpr std::uint64_t kPageSize = 64;
  static constexpr std::uint64_t kPaged = std::uint64_t{1} << 20U;  // numbers below it have a place in a page

  struct Page {
    std::uint64_t present = 0;  // a bit a value
    std::array<T, kPageSize> values{};

    [[nodiscard]] bool holds(std::uint64_t number) const { return (present & bit(number)) != 0; }
    void remove(std::size_t at) {
      present &= ~bit(at);
      values[at] = T{};
    }
  };

  static constexpr std::uint64_t bit(std::uint64_t number) {
    return std::uint64_t{1} << (number % kPageSize);
  }

  T& add(std::uint64_t number) {
    if (number >= kPaged) return rest_[number];
    Page& page = page_of(number);
    page.present |= bit(number);
    return page.values[number % kPageSize];
  }

  Page& page_of(std::uint64_t number) {
    const auto index = static_cast<std::size_t>(number / kPageSize);
    if (index >= pages_.size()) pages_.resize(index + 1);
    if (pages_[index] == nullptr) pages_[index] = std::make_unique<Page>();
    return *pages_[index];
  }

  std::vector<std::unique_ptr<Page>> pages_;
  std::map<std::uint64_t, T> rest_;
};

}  // namespace ajar::base
