#include "control/message.h"

#include <concepts>
#include <limits>

#include "base/byte_reader.h"

namespace ajar::control {
namespace {

constexpr std::size_t kHead = 6;  // bytes before the fields

template <std::unsigned_integral Number>
void put(std::string& out, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xffU));
}

}  // namespace

std::string_view Message::field(std::string_view name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

std::string encoded(const Message& message) {
  std::string body;
  put(body, message.version);
  for (const auto& [name, value] : message.fields) {
    const std::size_t size = 2 + name.size() + 4 + value.size();
    if (body.size() + size > kMaxMessage - 4 || name.size() > std::numeric_limits<std::uint16_t>::max())
      break;
    put(body, static_cast<std::uint16_t>(name.size()));
    body += name;
    put(body, static_cast<std::uint32_t>(value.size()));
    body += value;
  }
  std::string out;
  put(out, static_cast<std::uint32_t>(body.size()));
  return out + body;
}

base::Result<std::optional<Message>> parse_message(std::span<const std::byte> bytes) {
  base::ByteReader in(bytes);
  if (bytes.size() < 4) return std::optional<Message>();
  const std::size_t size = 4 + std::size_t{in.read<std::uint32_t>()};
  if (size < kHead || size > kMaxMessage || bytes.size() > size) return base::Error("no message of ajar's");
  if (bytes.size() < size) return std::optional<Message>();
  Message message{.version = in.read<std::uint16_t>(), .fields = {}};
  while (in.ok() && in.remaining() > 0) {
    const std::string_view name = in.text(in.read<std::uint16_t>());
    const std::string_view value = in.text(in.read<std::uint32_t>());
    if (in.ok()) message.fields.emplace(name, value);
  }
  if (!in.ok()) return base::Error("a broken message");
  return std::optional(std::move(message));
}

}  // namespace ajar::control
