#pragma once

#include <string>
#include <string_view>

// The types of Linux handles in ajar's words, from what the kernel says of them, on any system.
namespace ajar::tables {

// By what readlink says of /proc/PID/fd/N: "file", "pipe", "socket", "eventfd", "epoll", "memfd", "tty",
// "device" … A folder looks like a file there. Anonymous kernel objects without a row of their own are called
// what the kernel calls them.
std::string type_of_link(std::string_view link);

}  // namespace ajar::tables
