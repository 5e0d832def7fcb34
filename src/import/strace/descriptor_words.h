#pragma once

#include <string>
#include <string_view>

#include "import/strace/call_text.h"

// What descriptors stand for, in ajar's words.
namespace ajar::import::strace {

// By what strace -y or -yy has behind the number: "tcp socket", "file", "pipe"; empty where there is nothing.
std::string type_of(const Descriptor& descriptor);

// A path, "127.0.0.1:80 -> 127.0.0.1:5000", "socket:[4711]"; empty where there is nothing.
std::string name_of(const Descriptor& descriptor);

// "{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}": "127.0.0.1:80". Empty for an
// address that has no such form, and for what is none.
std::string words_of_address(std::string_view printed);

// The type of what accept() brought, by the address of the peer. Empty where that doesn't tell.
std::string type_of_accepted(std::string_view printed);

}  // namespace ajar::import::strace
