#include "analyze/name_pattern.h"

#include <algorithm>
#include <cstdint>

#include "base/number.h"

namespace ajar::analyze {
namespace {

constexpr std::size_t kShortestHex = 8;  // shorter ones may be words: "added", "face"
// Where Linux begins to choose ports by itself: net.ipv4.ip_local_port_range.
constexpr std::uint32_t kFirstChosenPort = 32768;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The hexadecimal number, or the UUID, that the text begins with; 0 where there is none.
std::size_t hex_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
  std::size_t length = 0;
  while (is_hex(at(length)) || (at(length) == '-' && length > 0 && is_hex(at(length + 1)))) ++length;
  const std::string_view run = text.substr(0, length);
  const bool has_digit = std::ranges::any_of(run, is_digit);
  const auto digits = std::ranges::count_if(run, is_hex);
  return has_digit && digits >= static_cast<std::ptrdiff_t>(kShortestHex) && !is_word(at(length)) ? length
                                                                                                  : 0;
}

std::string starred(std::string_view name) {
  std::string pattern;
  const auto star = [&] {
    if (!pattern.ends_with('*')) pattern += '*';
  };
  for (std::size_t i = 0; i < name.size();) {
    const bool begins_word = i == 0 || !is_word(name[i - 1]);
    const std::size_t hex = begins_word ? hex_length(name.substr(i)) : 0;
    if (hex > 0) {
      star();
      i += hex;
    } else if (is_digit(name[i])) {
      star();
      while (i < name.size() && is_digit(name[i])) ++i;
    } else {
      pattern += name[i++];
    }
  }
  return pattern;
}

// "10.0.0.9:51544" without a port that the system chose. What is no such address stays.
std::string without_chosen_port(std::string_view endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  if (colon == std::string_view::npos) return std::string(endpoint);
  const auto port = base::parse_number<std::uint32_t>(endpoint.substr(colon + 1));
  if (!port.has_value() || *port < kFirstChosenPort) return std::string(endpoint);
  return std::string(endpoint.substr(0, colon + 1)) + '*';
}

bool has_ports(std::string_view type) {
  return type.starts_with("tcp ") || type.starts_with("udp ") || type.starts_with("mptcp ") ||
         type.starts_with("sctp ");
}

}  // namespace

std::string name_pattern(std::string_view type, std::string_view name) {
  if (!has_ports(type)) return starred(name);
  constexpr std::string_view arrow = " -> ";
  const std::size_t at = name.find(arrow);
  if (at == std::string_view::npos) {
    return name.starts_with("socket:[") ? starred(name) : without_chosen_port(name);
  }
  return without_chosen_port(name.substr(0, at)) + std::string(arrow) +
         without_chosen_port(name.substr(at + arrow.size()));
}

}  // namespace ajar::analyze
