#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ajar::recording {

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

// Appends what base::ByteReader reads.
class ByteWriter {
 public:
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  void clear() { bytes_.clear(); }

  // A fixed-width little-endian integer.
  template <std::integral T>
  void write(T value) {
    auto bits = static_cast<std::uint64_t>(static_cast<std::make_unsigned_t<T>>(value));
    for (std::size_t i = 0; i < sizeof(T); ++i, bits >>= 8U) push(bits);
  }

  void write_varint(std::uint64_t value) {
    if (value <= 0x7fU) return push(value);
    std::array<std::byte, kMaxVarint> encoded;
    write_bytes(std::span(encoded.data(), put_varint(value, encoded.data())));
  }

  void write_zigzag(std::int64_t value) { write_varint(zigzag(value)); }

  void write_bytes(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  // The length, then the bytes.
  void write_counted(std::span<const std::byte> bytes) {
    write_varint(bytes.size());
    write_bytes(bytes);
  }

  void write_text(std::string_view text) { write_counted(std::as_bytes(std::span(text))); }

 private:
  void push(std::uint64_t byte) { bytes_.push_back(static_cast<std::byte>(byte & 0xffU)); }

  std::vector<std::byte> bytes_;
};

}  // namespace ajar::recording
