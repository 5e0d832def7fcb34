#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// What a call's arguments tell of the object that it opened, in words.
namespace ajar::capture {

// "tcp socket": of what socket() was asked for. `type` may have SOCK_NONBLOCK and SOCK_CLOEXEC in it.
std::string type_of_socket(std::uint32_t domain, std::uint32_t type, std::uint32_t protocol);

// Of what accept() brought, by the peer's address (a struct sockaddr's bytes). Empty where that doesn't tell.
std::string type_of_accepted(std::string_view address);

// "127.0.0.1:80".
std::string words_of_address(std::string_view address);

}  // namespace ajar::capture
