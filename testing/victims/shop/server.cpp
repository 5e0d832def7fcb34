// shop-server: a multi-threaded TCP server that prices orders with a plugin, libpricing.so, which forgets one
// handle per order. The server itself is right: it accepts and closes one connection per order, and keeps
// four handles that it opened once at start (two listening sockets, the catalogue, the access log). README.md
// beside it tells the options.
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "../truth.h"
#include "options.h"
#include "pricing.h"
#include "shop.h"

using Clock = std::chrono::steady_clock;

struct Shop {
  int listening = -1;
  decltype(&fetch_rate) price = nullptr;
  FILE* access_log = nullptr;
  int orders_wanted = 0;  // 0: any number
  std::atomic<int> orders{0};
  const Clock::time_point started = Clock::now();
  std::atomic<Clock::time_point> last_order{started};
};

[[noreturn]] static void fail(const std::string& what) {
  fprintf(stderr, "shop-server: %s: %m\n", what.c_str());
  exit(1);
}

static void listen_on(int port, int fd) {
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const sockaddr_in address = shop::loopback(port);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 || listen(fd, 256) != 0) {
    fail("cannot listen on port " + std::to_string(port));
  }
}

KEPT_WHOLE static int listen_for_orders(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  listen_on(port, fd);
  return fd;
}

KEPT_WHOLE static int listen_for_questions(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  listen_on(port, fd);
  return fd;
}

static int port_of(int listening) {
  sockaddr_in address{};
  socklen_t length = sizeof(address);
  getsockname(listening, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

// The backend: tells the rate of one article per connection. Ends when the socket that it listens on is shut
// down.
KEPT_WHOLE static void serve_rates(int listening) {
  for (;;) {
    const int client = accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const std::string question = shop::receive_line(client);
    if (question.starts_with("rate ")) {
      shop::send_line(client, "cents " + std::to_string(199 + atoi(question.c_str() + 5) % 50 * 10));
    }
    close(client);
  }
}

// Answers the one order that a client sends.
KEPT_WHOLE static void handle_order(Shop& shop, int client) {
  int article = 0;
  int count = 0;
  const std::string order = shop::receive_line(client);
  if (sscanf(order.c_str(), "order %d %d", &article, &count) != 2) {
    shop::send_line(client, "what?");
    return;
  }
  const int cents = shop.price(article);
  fprintf(shop.access_log, "%d x %d at %d\n", count, article, cents);
  const int handled = ++shop.orders;
  shop.last_order = Clock::now();
  shop::send_line(client, cents < 0 ? "no rate" : "total " + std::to_string(count * cents));
  if (handled == shop.orders_wanted) kill(getpid(), SIGTERM);
}

// Until the socket that it accepts from is shut down.
KEPT_WHOLE static void worker(Shop& shop) {
  for (;;) {
    const int client = accept4(shop.listening, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0 && errno != EINVAL) perror("shop-server: accept");
    if (client < 0) return;
    handle_order(shop, client);
    close(client);
  }
}

KEPT_WHOLE static int open_catalogue(const std::string& directory) {
  const std::string path = directory + "/catalogue.txt";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) fail(path);
  return fd;
}

KEPT_WHOLE static FILE* open_access_log(const std::string& directory) {
  const std::string path = directory + "/access.log";
  FILE* log = fopen(path.c_str(), "we");
  if (log == nullptr) fail(path);
  return log;
}

static decltype(&fetch_rate) load_plugin(std::string path, const shop::Options& options, int backend_port,
                                         const std::string& directory) {
  if (path.empty()) path = std::filesystem::read_symlink("/proc/self/exe").replace_filename("libpricing.so");
  void* plugin = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (plugin == nullptr) {
    fprintf(stderr, "shop-server: %s\n", dlerror());
    exit(1);
  }
  const auto configure = reinterpret_cast<decltype(&configure_pricing)>(dlsym(plugin, "configure_pricing"));
  if (!configure(options.text("--leak").c_str(), backend_port, directory.c_str())) {
    fprintf(stderr, "shop-server: --leak %s: tcp, file, eventfd or none\n", options.text("--leak").c_str());
    exit(2);
  }
  return reinterpret_cast<decltype(&fetch_rate)>(dlsym(plugin, "fetch_rate"));
}

// Whoever waits for the file finds a whole number in it.
static void tell_port(const std::string& file, int port) {
  if (file.empty()) return;
  const std::string unfinished = file + ".new";
  FILE* out = fopen(unfinished.c_str(), "we");
  if (out == nullptr) fail(unfinished);
  fprintf(out, "%d\n", port);
  fclose(out);
  if (rename(unfinished.c_str(), file.c_str()) != 0) fail(file);
}

static sigset_t end_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

// Until a signal asks for the end, or the time is over; 0: no time.
static void wait_for_the_end(int seconds) {
  const sigset_t set = end_signals();
  const timespec limit{seconds, 0};
  while (sigtimedwait(&set, nullptr, seconds > 0 ? &limit : nullptr) < 0 && errno == EINTR) {
  }
}

// A leak is one that goes on to the end: who is idle at the end, or has hardly begun, can't be judged with
// certainty.
static const char* verdict_on_leak(const Shop& shop) {
  const auto ran = Clock::now() - shop.started;
  const auto idle = Clock::now() - shop.last_order.load();
  return shop.orders < 50 || idle > ran / 50 ? "leak|suspect|steady" : "leak";
}

static void state_truth(const std::string& leak, const Shop& shop, bool own_backend) {
  const char* const type = leak == "tcp" ? "tcp socket" : leak == "file" ? "file" : "eventfd";
  if (leak != "none" && shop.orders > 0) {
    truth_group(type, shop.orders, "fetch_rate", "libpricing.so", verdict_on_leak(shop));
  }
  truth_group("tcp socket", 1, "listen_for_orders", "shop-server", "one-off");
  if (own_backend) truth_group("tcp socket", 1, "listen_for_questions", "shop-server", "one-off");
  truth_group("file", 1, "open_catalogue", "shop-server", "one-off");
  truth_group("file", 1, "open_access_log", "shop-server", "one-off");
  truth_print(3, 0, 0);
}

// A directory of the server's own, which goes when the server ends; none where the user gave one.
struct ScratchDirectory {
  explicit ScratchDirectory(std::string given) : path(std::move(given)), own(path.empty()) {
    if (!own) return;
    std::string name = std::filesystem::temp_directory_path() / "shop-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) fail(name);
    path = name;
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    if (own) std::filesystem::remove_all(path, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  std::string path;
  bool own;
};

static int run_backend(int port, const std::string& port_file) {
  const int listening = listen_for_questions(port);
  std::thread backend(serve_rates, listening);
  tell_port(port_file, port_of(listening));
  wait_for_the_end(0);
  shutdown(listening, SHUT_RDWR);
  backend.join();
  return 0;
}

static int run_shop(const shop::Options& options) {
  const ScratchDirectory directory(options.text("--dir"));
  Shop shop;
  shop.orders_wanted = options.number("--requests");
  shop.listening = listen_for_orders(options.number("--port"));
  int rates_port = options.number("--rates-from");
  const int rates = rates_port == 0 ? listen_for_questions(0) : -1;
  std::vector<std::thread> threads;
  if (rates >= 0) {
    rates_port = port_of(rates);
    threads.emplace_back(serve_rates, rates);
  }
  open_catalogue(directory.path);
  shop.access_log = open_access_log(directory.path);
  shop.price = load_plugin(options.text("--plugin"), options, rates_port, directory.path);

  const int port = port_of(shop.listening);
  printf("shop-server: listening on 127.0.0.1:%d, rates from 127.0.0.1:%d\n", port, rates_port);
  fflush(stdout);
  std::vector<std::thread> workers;
  for (int i = 0; i < options.number("--workers"); ++i) workers.emplace_back(worker, std::ref(shop));
  tell_port(options.text("--port-file"), port);

  wait_for_the_end(options.number("--for"));
  shutdown(shop.listening, SHUT_RDWR);  // wakes who waits in accept
  for (std::thread& each : workers) each.join();
  if (rates >= 0) shutdown(rates, SHUT_RDWR);
  for (std::thread& each : threads) each.join();
  printf("shop-server: %d orders handled\n", shop.orders.load());
  state_truth(options.text("--leak"), shop, rates >= 0);
  return 0;
}

int main(int argc, char** argv) {
  const shop::Options options(argc, argv,
                              {{"--backend", ""},
                               {"--dir", ""},
                               {"--for", "0"},
                               {"--leak", "tcp"},
                               {"--plugin", ""},
                               {"--port", "0"},
                               {"--port-file", ""},
                               {"--rates-from", "0"},
                               {"--requests", "0"},
                               {"--workers", "4"}});
  const sigset_t set = end_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);  // all threads inherit it; the main thread waits for them
  const std::string& backend = options.text("--backend");
  return backend.empty() ? run_shop(options)
                         : run_backend(atoi(backend.c_str()), options.text("--port-file"));
}
