#include "metrics/server.h"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>

#include <cerrno>
#include <chrono>
#include <exception>
#include <future>
#include <mutex>
#include <utility>
#include <vector>

#include "metrics/metric_rows.h"
#include "platform/listening.h"
#include "platform/signals_blocked.h"

namespace ajar::metrics {
namespace {

base::Error listening_error(const ListenAddress& address, int error_number) {
  switch (error_number) {
    case EADDRINUSE:
      return base::Error(address.text() + " is taken by another program; give another port, or " +
                         address.ipv4 + ":0 for one that is free");
    case EACCES:
      return base::Error("no permission to listen on " + address.text() +
                         "; give a port from 1024 on, or ajar CAP_NET_BIND_SERVICE");
    case EADDRNOTAVAIL:
      return base::Error(address.ipv4 + " is no address of this machine; 0.0.0.0:" +
                         std::to_string(address.port) + " listens on all that it has");
    default:
      return base::system_error("can't listen on " + address.text(), error_number);
  }
}

// Those of civetweb.
std::vector<std::string> server_options(const ListenAddress& address) {
  return {"listening_ports",    address.text(),  //
          "num_threads",        "2",             //
          "request_timeout_ms", "2000",          //
          "enable_keep_alive",  "no",            //
          "connection_queue",   "16",            //
          "listen_backlog",     "16"};
}

}  // namespace

// What is told when somebody asks: made only then, in the thread that answers.
class Server::Answers final : public prometheus::Collectable {
 public:
  void show(report::WatchState state) {
    auto next = std::make_shared<const report::WatchState>(std::move(state));
    const std::lock_guard lock(mutex_);
    last_.swap(next);
  }

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
    return families_of(*last());
  }

 private:
  [[nodiscard]] std::shared_ptr<const report::WatchState> last() const {
    const std::lock_guard lock(mutex_);
    return last_;
  }

  mutable std::mutex mutex_;
  std::shared_ptr<const report::WatchState> last_ = std::make_shared<const report::WatchState>();
};

struct Server::Listener {
  explicit Listener(const ListenAddress& address) : exposer(server_options(address)) {}

  prometheus::Exposer exposer;
};

Server::Server() : answers_(std::make_shared<Answers>()) {}

// civetweb looks each two seconds whether it is to end, or when somebody comes.
Server::~Server() {
  const auto ended = std::async(std::launch::async, [this] { listener_.reset(); });
  while (ended.wait_for(std::chrono::milliseconds(10)) != std::future_status::ready)
    platform::knock(address_.ipv4, address_.port);
}

base::Result<std::unique_ptr<Server>> Server::start(const ListenAddress& address) {
  // The library doesn't say why it could not.
  if (const auto why = platform::why_not_listen(address.ipv4, address.port))
    return listening_error(address, *why);
  std::unique_ptr<Server> server(new Server);
  server->address_ = address;
  try {
    const platform::SignalsBlocked blocked;
    server->listener_ = std::make_unique<Listener>(address);
  } catch (const std::exception& problem) {
    return base::Error("can't listen on " + address.text() + ": " + problem.what());
  }
  prometheus::Exposer& exposer = server->listener_->exposer;
  exposer.RegisterCollectable(server->answers_);
  const std::vector<int> ports = exposer.GetListeningPorts();
  if (!ports.empty()) server->address_.port = static_cast<std::uint16_t>(ports.front());
  return server;
}

void Server::show(report::WatchState state) {
  answers_->show(std::move(state));
}

}  // namespace ajar::metrics
