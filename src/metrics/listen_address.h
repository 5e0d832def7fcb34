#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace ajar::metrics {

// Where to listen for those who ask for the metrics.
struct ListenAddress {
  std::string ipv4 = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any that is free

  // Whether only this machine can reach it.
  [[nodiscard]] bool is_loopback() const { return ipv4.starts_with("127."); }
  // "127.0.0.1:9764"
  [[nodiscard]] std::string text() const { return ipv4 + ":" + std::to_string(port); }

  bool operator==(const ListenAddress&) const = default;
};

// "9764", ":9764" and "localhost:9764" are the loopback's; another address has to be there: "0.0.0.0:9764".
base::Result<ListenAddress> parse_listen_address(const std::string& text);

}  // namespace ajar::metrics
