#pragma once

#include <string>
#include <string_view>

namespace ajar::analyze {

// What the names of alike handles have in common: '*' stands for what tells them apart. Runs of digits in a
// path, hexadecimal numbers and UUIDs, the number of an inode, and the ports that the system chose become
// stars: "/var/log/app-17.log" is "/var/log/app-*.log", "10.0.0.4:443 -> 10.0.0.9:51544" is
// "10.0.0.4:443 -> 10.0.0.9:*". `type` is the handle's.
std::string name_pattern(std::string_view type, std::string_view name);

}  // namespace ajar::analyze
