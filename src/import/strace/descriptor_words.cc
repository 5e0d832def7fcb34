#include "import/strace/descriptor_words.h"

#include <algorithm>

#include "import/strace/constants.h"
#include "tables/handle_type.h"
#include "tables/sockets/socket_type.h"

namespace ajar::import::strace {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// Of "TCPv6:[…]" the protocol, of "UNIX-STREAM:[29501->29502]" too; empty for another decoration.
std::string_view protocol_of(std::string_view decoration) {
  const std::size_t colon = decoration.find(":[");
  if (colon == kNone || decoration[0] < 'A' || decoration[0] > 'Z') return {};
  return decoration.substr(0, colon);
}

// What stands in the brackets.
std::string_view in_brackets(std::string_view decoration) {
  const std::size_t begin = decoration.find(":[");
  if (begin == kNone || !decoration.ends_with(']')) return {};
  return decoration.substr(begin + 2, decoration.size() - begin - 3);
}

// As the kernel has it: a device's path without its numbers, which -yy adds.
std::string link_of(const Descriptor& descriptor) {
  std::string_view link = descriptor.decoration;
  if (link.starts_with('/')) link = link.substr(0, link.find('<'));
  return unquoted('"' + std::string(link) + '"') + (descriptor.deleted ? " (deleted)" : "");
}

// "inet_addr("127.0.0.1")", "inet_pton(AF_INET6, "::1", &sin6_addr)": what stands in quotation marks.
std::string quoted_in(std::string_view text) {
  const std::size_t quote = text.find('"');
  return quote == kNone ? std::string() : unquoted(text.substr(quote));
}

// The field of "htons(80)".
std::string port_in(std::string_view text) {
  const std::size_t begin = text.find('(');
  return begin == kNone ? std::string() : std::string(text.substr(begin + 1, text.find(')') - begin - 1));
}

// Of an IPv6 address: "inet_pton(AF_INET6, "::1", &sin6_addr)" stands where another field has its name.
std::string inet6_words(std::string_view printed) {
  constexpr std::string_view kAddress = "inet_pton(AF_INET6, ";
  const std::size_t at = printed.find(kAddress);
  if (at == kNone) return {};
  return "[" + quoted_in(printed.substr(at)) + "]:" + port_in(field(printed, "sin6_port"));
}

std::string unix_words(std::string_view printed) {
  std::string_view path = field(printed, "sun_path");
  const bool is_abstract = path.starts_with('@');
  if (is_abstract) path.remove_prefix(1);
  return (is_abstract ? "@" : "") + unquoted(path);
}

}  // namespace

std::string type_of(const Descriptor& descriptor) {
  constexpr std::string_view kPid = "pid:";
  const std::string_view decoration = descriptor.decoration;
  if (decoration.empty()) return {};
  if (decoration.starts_with(kPid)) return "pidfd";
  if (const std::string_view protocol = protocol_of(decoration); !protocol.empty())
    return tables::socket_type_of_protocol(protocol);
  return tables::type_of_link(link_of(descriptor));
}

std::string name_of(const Descriptor& descriptor) {
  const std::string_view decoration = descriptor.decoration;
  if (decoration.empty()) return {};
  if (protocol_of(decoration).empty()) return link_of(descriptor);
  const std::string_view inside = in_brackets(decoration);
  const std::size_t arrow = inside.find("->");
  const bool has_addresses = inside.find(':') != kNone || inside.find('.') != kNone;
  if (!has_addresses) return "socket:[" + std::string(inside.substr(0, inside.find_first_of("-,"))) + "]";
  if (arrow == kNone) return std::string(inside);
  return std::string(inside.substr(0, arrow)) + " -> " + std::string(inside.substr(arrow + 2));
}

std::string words_of_address(std::string_view printed) {
  const std::string_view family = field(printed, "sa_family");
  if (family == "AF_INET")
    return quoted_in(field(printed, "sin_addr")) + ":" + port_in(field(printed, "sin_port"));
  if (family == "AF_INET6") return inet6_words(printed);
  if (family == "AF_UNIX" || family == "AF_LOCAL") return unix_words(printed);
  return {};
}

std::string type_of_accepted(std::string_view printed) {
  constexpr std::uint32_t kStream = 1;  // connections are streams
  const std::string_view family = field(printed, "sa_family");
  if (family.empty()) return {};
  return std::string(tables::socket_type_name(static_cast<std::uint32_t>(number_of(family)), kStream, 0));
}

}  // namespace ajar::import::strace
