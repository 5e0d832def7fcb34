#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ajar::recording {

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
    for (; value > 0x7fU; value >>= 7U) push(value | 0x80U);
    push(value);
  }

  void write_zigzag(std::int64_t value) {
    write_varint((static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63));
  }

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
