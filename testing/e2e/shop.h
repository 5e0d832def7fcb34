#pragma once

#include <string>
#include <vector>

#include "harness/command.h"
#include "harness/temp_dir.h"

// The shop of testing/victims/shop, its server in the hands of ajar.
namespace ajar::e2e {

// The server's command line; it writes its port into `port` in the directory, and its logs there.
std::vector<std::string> shop_server(const harness::TempDir& directory,
                                     std::vector<std::string> options = {});

// A client that orders as soon as the server has written its port.
harness::Command shop_client(const harness::TempDir& directory, int requests, int per_second);

// Runs that client to its last answer.
harness::Outcome shop_orders(const harness::TempDir& directory, int requests, int per_second);

}  // namespace ajar::e2e
