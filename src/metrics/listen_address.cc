#include "metrics/listen_address.h"

#include "base/number.h"
#include "platform/listening.h"

namespace ajar::metrics {

base::Result<ListenAddress> parse_listen_address(const std::string& text) {
  ListenAddress address;
  const std::size_t colon = text.rfind(':');
  const std::string host = colon == std::string::npos ? "" : text.substr(0, colon);
  const auto port =
      base::parse_number<std::uint16_t>(colon == std::string::npos ? text : text.substr(colon + 1));
  if (host.find_first_of(":[") != std::string::npos)
    return base::Error("only IPv4 is served: 9764 is 127.0.0.1:9764, 0.0.0.0:9764 all of this machine's");
  if (!port) return base::Error("a port from 0 to 65535, or an address and a port: 9764, 0.0.0.0:9764");
  address.port = *port;
  if (host.empty() || host == "localhost") return address;
  if (!platform::is_ipv4(host))
    return base::Error(
        "'" + host +
        "' is no IPv4 address in numbers: 127.0.0.1:9764, 0.0.0.0:9764 for all of this machine's");
  address.ipv4 = host;
  return address;
}

}  // namespace ajar::metrics
