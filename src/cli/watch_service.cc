#include "cli/watch_service.h"

#include <optional>
#include <utility>

#include "cli/setters.h"
#include "cli/watch_journal.h"
#include "metrics/listen_address.h"
#include "metrics/server.h"
#include "watch/watch_states.h"

namespace ajar::cli {
namespace {

class MetricsService final : public WatchService {
 public:
  std::vector<Option> options() override;
  [[nodiscard]] bool listens() const override { return address_.has_value(); }
  base::Result<void> start() override;
  [[nodiscard]] std::string words() const override;
  bool look(watch::Watch& watch, WatchScreen& screen) override;

 private:
  std::optional<metrics::ListenAddress> address_;
  std::size_t most_ = 100;
  std::optional<watch::WatchStates> states_;
  std::unique_ptr<metrics::Server> server_;
  WatchJournal journal_;
};

std::vector<Option> MetricsService::options() {
  return {{.names = "--listen",
           .value = "[ADDRESS:]PORT",
           .help = "serve metrics to Prometheus there; a port alone is 127.0.0.1's, 0 any that is free",
           .set = [this](const std::string& text) -> base::Result<void> {
             auto address = metrics::parse_listen_address(text);
             if (!address.ok()) return std::move(address).error();
             address_ = address.value();
             return {};
           }},
          {.names = "--listen-top",
           .value = "N",
           .help = "serve so many processes one by one, growing ones and large ones first (100 if not given)",
           .set = set_number(most_, 1, 10'000)}};
}

base::Result<void> MetricsService::start() {
  if (!address_) return {};
  auto started = metrics::Server::start(*address_);
  if (!started.ok()) return std::move(started).error().in("--listen");
  server_ = std::move(started).value();
  states_.emplace(most_);
  return {};
}

std::string MetricsService::words() const {
  const std::string where = "metrics at " + server_->url();
  if (server_->address().is_loopback()) return where;
  return where +
         ", for everybody who can reach this machine: they name its processes, and ask for no password";
}

bool MetricsService::look(watch::Watch& watch, WatchScreen& screen) {
  if (server_ == nullptr) return false;
  server_->show(states_->of(watch));
  if (screen.is_terminal()) return false;
  journal_.look(watch, screen);
  return true;
}

}  // namespace

std::unique_ptr<WatchService> make_watch_service() {
  return std::make_unique<MetricsService>();
}

}  // namespace ajar::cli
