// shop-client: orders from a shop-server, one connection per order. Ends with status 0 if every order was
// answered with a total, and as soon as the server is gone (no failure, if it has answered at least one
// before).
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "options.h"
#include "shop.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Load {
  int port = 0;
  int requests = 0;
  double rate = 0;  // per second, of all connections together; 0: as fast as they are answered
  Clock::time_point start = Clock::now();
  std::atomic<int> next{0}, answered{0}, failed{0};
  std::atomic<bool> server_gone{false};
};

// Empty where the server has gone meanwhile.
std::string order_once(int fd, int number) {
  const std::string order = "order " + std::to_string(number % 100) + " " + std::to_string(1 + number % 3);
  return shop::send_line(fd, order) ? shop::receive_line(fd) : "";
}

void order(Load& load) {
  for (int number = load.next++; number < load.requests && !load.server_gone; number = load.next++) {
    if (load.rate > 0) {
      std::this_thread::sleep_until(load.start + std::chrono::duration_cast<Clock::duration>(
                                                     std::chrono::duration<double>(number / load.rate)));
    }
    const int fd = shop::connect_to(load.port);
    const std::string answer = fd < 0 ? "" : order_once(fd, number);
    if (fd >= 0) close(fd);
    if (answer.empty()) {
      load.server_gone = true;
      return;
    }
    ++(answer.starts_with("total ") ? load.answered : load.failed);
  }
}

// Waits for the file that a starting server writes; 0 if it does not come.
int port_from(const std::string& file) {
  const Clock::time_point limit = Clock::now() + std::chrono::seconds(30);
  int port = 0;
  while (port == 0 && Clock::now() < limit) {
    if (FILE* in = std::fopen(file.c_str(), "re")) {
      if (std::fscanf(in, "%d", &port) != 1) port = 0;
      std::fclose(in);
    }
    if (port == 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return port;
}

}  // namespace

int main(int argc, char** argv) {
  const shop::Options options(
      argc, argv,
      {{"--connections", "4"}, {"--port", "0"}, {"--port-file", ""}, {"--rate", "0"}, {"--requests", "100"}});
  Load load;
  load.port =
      options.text("--port-file").empty() ? options.number("--port") : port_from(options.text("--port-file"));
  if (load.port == 0) {
    std::fprintf(stderr, "shop-client: no port: give --port, or --port-file of a server that runs\n");
    return 2;
  }
  load.requests = options.number("--requests");
  load.rate = std::atof(options.text("--rate").c_str());
  load.start = Clock::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < options.number("--connections"); ++i) threads.emplace_back(order, std::ref(load));
  for (std::thread& each : threads) each.join();
  std::printf("shop-client: %d orders answered, %d answered wrongly\n", load.answered.load(),
              load.failed.load());
  return load.answered > 0 && load.failed == 0 ? 0 : 1;
}
