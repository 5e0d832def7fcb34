#include "cli/watch_service.h"

namespace ajar::cli {
namespace {

// Where there is no library of Prometheus': on Windows, and where all is linked statically.
class NoService final : public WatchService {
 public:
  std::vector<Option> options() override {
    return {{.names = "--listen",
             .value = "[ADDRESS:]PORT",
             .help = "not in this build: serve metrics to Prometheus there",
             .set = [](const std::string&) -> base::Result<void> {
               return base::Error(
                   "this build of ajar has no metrics server; one for Linux that is not linked statically "
                   "(built on Debian, without AJAR_PORTABLE) has");
             }}};
  }
  [[nodiscard]] bool listens() const override { return false; }
  base::Result<void> start() override { return {}; }
  [[nodiscard]] std::string words() const override { return {}; }
  bool look(watch::Watch& /*watch*/, WatchScreen& /*screen*/) override { return false; }
};

}  // namespace

std::unique_ptr<WatchService> make_watch_service() {
  return std::make_unique<NoService>();
}

}  // namespace ajar::cli
