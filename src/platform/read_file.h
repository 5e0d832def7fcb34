#pragma once

#include <expected>
#include <string>

namespace ajar::platform {

// A small file's whole text, for files like those of /proc that say nothing of their size; at most 16 MiB of
// it. Otherwise the errno.
std::expected<std::string, int> read_file(const std::string& path);

// What a symbolic link points to, whole, or the errno.
std::expected<std::string, int> read_link(const std::string& path);

}  // namespace ajar::platform
