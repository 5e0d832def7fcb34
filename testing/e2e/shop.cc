#include "e2e/shop.h"

#include "harness/victims.h"

namespace ajar::e2e {

std::vector<std::string> shop_server(const harness::TempDir& directory, std::vector<std::string> options) {
  std::vector<std::string> words = {harness::victim("shop-server"), "--port-file", directory / "port",
                                    "--dir", directory.path()};
  words.insert(words.end(), options.begin(), options.end());
  return words;
}

harness::Command shop_client(const harness::TempDir& directory, int requests, int per_second) {
  return {.words = {harness::victim("shop-client"), "--port-file", directory / "port", "--requests",
                    std::to_string(requests), "--rate", std::to_string(per_second)}};
}

harness::Outcome shop_orders(const harness::TempDir& directory, int requests, int per_second) {
  return harness::run(shop_client(directory, requests, per_second));
}

}  // namespace ajar::e2e
