// Asks a server of this machine for a file many times, with a connection for each request, several at once.
//
//   request --port N --requests N --at-once N
//
// Runs on the second of the processors that it may use. Prints the requests that were answered in a second.
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "options.h"
#include "processor.h"

namespace {

struct Settings {
  int port = 80;
  int requests = 1000;
  int at_once = 16;
};

constexpr char kRequest[] = "GET /page HTTP/1.0\r\nHost: localhost\r\n\r\n";

[[noreturn]] void fail(const char* what) {
  perror(what);
  exit(1);
}

class Client {
 public:
  explicit Client(const Settings& settings) : left_to_start_(settings.requests), left_(settings.requests) {
    address_.sin_family = AF_INET;
    address_.sin_port = htons(static_cast<std::uint16_t>(settings.port));
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < settings.at_once; ++i) start_one();
  }

  void run() {
    while (left_ > 0) {
      epoll_event ready[64];
      const int count = epoll_wait(poll_, ready, 64, -1);
      for (int i = 0; i < count; ++i) read_answer(ready[i].data.fd);
    }
  }

 private:
  void start_one() {
    if (left_to_start_ == 0) return;
    --left_to_start_;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address_), sizeof(address_)) != 0)
      fail("request: connect");
    if (send(fd, kRequest, sizeof(kRequest) - 1, MSG_NOSIGNAL) != sizeof(kRequest) - 1) fail("request: send");
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    if (epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("request: epoll_ctl");
  }

  // The answer ends with the connection.
  void read_answer(int fd) {
    char bytes[8192];
    const ssize_t got = recv(fd, bytes, sizeof(bytes), 0);
    if (got > 0) {
      if (got >= 12 && memcmp(bytes, "HTTP/1.", 7) == 0 && memcmp(bytes + 8, " 200", 4) != 0) {
        fprintf(stderr, "request: the server answered %.12s\n", bytes);
        exit(1);
      }
      return;
    }
    if (got < 0) fail("request: recv");
    close(fd);
    --left_;
    start_one();
  }

  sockaddr_in address_{};
  int poll_ = epoll_create1(EPOLL_CLOEXEC);
  int left_to_start_;  // requests
  int left_;
};

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  read_options(
      argc, argv,
      {{"--port", &settings.port}, {"--requests", &settings.requests}, {"--at-once", &settings.at_once}});
  pin_to_processor(1);
  const auto start = std::chrono::steady_clock::now();
  Client(settings).run();
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  printf("%.1f requests/s\n", settings.requests / spent.count());
  return 0;
}
