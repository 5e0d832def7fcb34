#pragma once

#include <string>
#include <vector>

#include "harness/command.h"
#include "harness/temp_dir.h"

// nginx, with all that it writes in one directory.
namespace ajar::e2e {

// It listens on a socket file, so that no port is taken. `processes`: settings of its processes.
void configure_nginx(const harness::TempDir& directory, const std::string& processes);
std::vector<std::string> nginx_command(const harness::TempDir& directory);

// Waits until it serves. Its first process; 0 where it doesn't.
int nginx_serves(harness::Running& server, const harness::TempDir& directory);
// Its orderly end.
void end_nginx(const harness::TempDir& directory);

// 100 requests for a page and one for what is not there, that often. How many were answered with the page.
int request_pages(const harness::TempDir& directory, int rounds);

}  // namespace ajar::e2e
