#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ajar::base {

inline constexpr std::size_t kMaxVarint = 10;  // bytes

// Writes at `to`, where there must be room; the end of what it wrote.
inline std::byte* put_varint(std::uint64_t value, std::byte* to) {
  for (; value > 0x7fU; value >>= 7U) *to++ = static_cast<std::byte>((value | 0x80U) & 0xffU);
  *to++ = static_cast<std::byte>(value);
  return to;
}

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}

// Appends what ByteReader reads.
class ByteWriter {
 public:
  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] bool empty() const { return used_ == 0; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return std::span(room_).first(used_); }
  void clear() { used_ = 0; }

  // Room for `count` bytes at the end; wrote() takes those that were filled, up to `end`. Until then nothing
  // else may be written.
  std::byte* room_for(std::size_t count) {
    if (room_.size() - used_ < count) grow(count);
    return room_.data() + used_;
  }
  void wrote(const std::byte* end) { used_ = static_cast<std::size_t>(end - room_.data()); }

  // A fixed-width little-endian integer.
  template <std::integral T>
  void write(T value) {
    auto bits = static_cast<std::uint64_t>(static_cast<std::make_unsigned_t<T>>(value));
    for (std::size_t i = 0; i < sizeof(T); ++i, bits >>= 8U) push(bits);
  }

  void write_varint(std::uint64_t value) { wrote(put_varint(value, room_for(kMaxVarint))); }

  void write_zigzag(std::int64_t value) { write_varint(zigzag(value)); }

  void write_bytes(std::span<const std::byte> bytes) {
    wrote(std::ranges::copy(bytes, room_for(bytes.size())).out);
  }

  // The length, then the bytes.
  void write_counted(std::span<const std::byte> bytes) {
    write_varint(bytes.size());
    write_bytes(bytes);
  }

  void write_zeros(std::size_t count) { wrote(std::fill_n(room_for(count), count, std::byte{0})); }

  // Over the four bytes that are at that place.
  void put(std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < sizeof(value); ++i, value >>= 8U)
      room_[at + i] = static_cast<std::byte>(value & 0xffU);
  }

  void write_text(std::string_view text) { write_counted(std::as_bytes(std::span(text))); }

 private:
  void push(std::uint64_t byte) {
    std::byte* at = room_for(1);
    *at = static_cast<std::byte>(byte & 0xffU);
    wrote(at + 1);
  }
  void grow(std::size_t count) { room_.resize(std::max(2 * room_.size(), used_ + count)); }

  std::vector<std::byte> room_;
  std::size_t used_ = 0;  // bytes of it
};

}  // namespace ajar::base
