#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "metrics/listen_address.h"
#include "report/watch_state.h"

namespace ajar::metrics {

// Serves the metrics of docs/metrics.md at http://ADDRESS/metrics, in Prometheus' text format, from threads
// of its own: a master that accepts and two workers that answer, all asleep while nobody asks. They take no
// signals. Whoever asks gets what show() was given last; nothing that a client does makes show() wait longer
// than it takes to swap a pointer. A client that is slow has two seconds for its request.
class Server {
 public:
  // An error says in a line what stands in the way, and the way out.
  static base::Result<std::unique_ptr<Server>> start(const ListenAddress& address);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  // With the port that was taken.
  [[nodiscard]] const ListenAddress& address() const { return address_; }
  // "http://127.0.0.1:9764/metrics"
  [[nodiscard]] std::string url() const { return "http://" + address_.text() + "/metrics"; }

  // From any thread.
  void show(report::WatchState state);

 private:
  class Answers;
  struct Listener;

  Server();

  ListenAddress address_;
  std::shared_ptr<Answers> answers_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace ajar::metrics
