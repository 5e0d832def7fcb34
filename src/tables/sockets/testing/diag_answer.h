#pragma once

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// For tests: the bytes of an answer of sock_diag, as one expression.
namespace ajar::tables {

class DiagAnswer {
 public:
  DiagAnswer() = default;
  template <typename Message>
  explicit DiagAnswer(const Message& message) {
    append(std::as_bytes(std::span(&message, 1)));
  }

  DiagAnswer& with(std::uint16_t type, std::span<const std::byte> value) {
    const rtattr header{.rta_len = static_cast<std::uint16_t>(sizeof(rtattr) + value.size()),
                        .rta_type = type};
    append(std::as_bytes(std::span(&header, 1)));
    append(value);
    bytes_.resize((bytes_.size() + 3) / 4 * 4);
    return *this;
  }
  template <typename Value>
  DiagAnswer& with(std::uint16_t type, const Value& value) {
    return with(type, std::as_bytes(std::span(&value, 1)));
  }
  DiagAnswer& with(std::uint16_t type, std::string_view text) {
    return with(type, std::as_bytes(std::span(text)));
  }

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  // As it comes in a datagram: behind a header, which may be of another type than an answer's.
  [[nodiscard]] std::vector<std::byte> message(std::uint16_t type = 20) const {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + bytes_.size());
    header.nlmsg_type = type;
    const auto head = std::as_bytes(std::span(&header, 1));
    std::vector<std::byte> whole(head.begin(), head.end());
    whole.insert(whole.end(), bytes_.begin(), bytes_.end());
    whole.resize((whole.size() + 3) / 4 * 4);
    return whole;
  }

 private:
  void append(std::span<const std::byte> more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }

  std::vector<std::byte> bytes_;
};

}  // namespace ajar::tables
