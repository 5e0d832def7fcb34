#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ajar::platform {

// Whether it is an IPv4 address in numbers: "127.0.0.1".
bool is_ipv4(const std::string& text);

// Whether this process could listen there by TCP: nothing if so, else the errno. Port 0 is any free one.
std::optional<int> why_not_listen(const std::string& ipv4, std::uint16_t port);

// Begins a connection there and drops it, so that who listens wakes up.
void knock(const std::string& ipv4, std::uint16_t port);

}  // namespace ajar::platform
