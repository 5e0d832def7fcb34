#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "base/byte_reader.h"
#include "base/owned_fd.h"

// Asking the kernel about sockets: netlink(7), sock_diag(7).
namespace ajar::tables {

using Bytes = std::span<const std::byte>;

// A netlink socket of NETLINK_SOCK_DIAG. It answers for the network namespace in which it was made, whoever
// asks. One thread at a time.
class SockDiag {
 public:
  using Answer = std::function<void(Bytes payload)>;

  // `socket` as made by make_socket(), perhaps in another namespace; one that is not valid answers nothing.
  explicit SockDiag(base::OwnedFd socket) : socket_(std::move(socket)) {}

  // Of the network namespace of the calling thread. -1 where that is not possible.
  static int make_socket();

  [[nodiscard]] bool valid() const { return socket_.valid(); }

  // Sends a dump request (a struct of <linux/…_diag.h>) and hands on the payload of each answer. False where
  // the kernel refuses (it has no such family, or does not tell about it) or stops in the middle.
  bool dump(Bytes request, const Answer& answer) const;

  // "eth0", of that namespace; empty where there is none.
  [[nodiscard]] std::string interface_name(std::uint32_t index) const;

 private:
  base::OwnedFd socket_;
};

enum class DumpEnd : std::uint8_t { not_yet, whole, cut_off };

// Hands on the payloads of one datagram of answers; tells whether the dump goes on in another.
DumpEnd read_answers(Bytes datagram, const SockDiag::Answer& answer);

// The attributes (struct rtattr) that the rest of an answer consists of, as far as they are whole. The flags
// in the two highest bits of a type are left out.
void for_each_attribute(base::ByteReader& in,
                        const std::function<void(std::uint16_t type, Bytes value)>& visit);

// The struct that `in` goes on with; zeros, and `in` fails, where there is less.
template <typename T>
T take(base::ByteReader& in) {
  T value{};
  const Bytes raw = in.bytes(sizeof value);
  if (in.ok()) std::memcpy(&value, raw.data(), sizeof value);
  return value;
}

// A value at the start of an attribute, which a later kernel may make longer; zeros where it is shorter.
template <typename T>
T value_of(Bytes attribute) {
  base::ByteReader in(attribute);
  return take<T>(in);
}

template <typename T>
Bytes bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

}  // namespace ajar::tables
