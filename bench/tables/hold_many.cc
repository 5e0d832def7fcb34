// Holds a large mixed table of descriptors until its standard input ends: 50 % files, 30 % sockets (half TCP,
// half unix), 15 % pipes, 5 % anonymous inodes. hold_many NUMBER FOLDER; prints "ready NUMBER".
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

namespace {

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

void open_files(int number, const std::string& folder) {
  for (int i = 0; i < number; ++i) {
    const std::string path = folder + "/upload-" + std::to_string(i) + ".part";
    if (open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600) < 0) fail(path.c_str());
  }
}

void open_connections(int number) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* general = reinterpret_cast<sockaddr*>(&address);
  if (bind(server, general, size) != 0 || listen(server, 128) != 0) fail("listen");
  getsockname(server, general, &size);
  for (int i = 0; i < number / 2; ++i) {
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(client, general, size) != 0 || accept(server, nullptr, nullptr) < 0) fail("connect");
  }
}

void open_pairs(int number) {
  int ends[2];
  for (int i = 0; i < number / 2; ++i) {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) fail("socketpair");
  }
}

void open_pipes(int number) {
  int ends[2];
  for (int i = 0; i < number / 2; ++i) {
    if (pipe(ends) != 0) fail("pipe");
  }
}

int open_anonymous(int kind) {
  sigset_t set;
  sigemptyset(&set);
  switch (kind % 4) {
    case 0:
      return epoll_create1(0);
    case 1:
      return timerfd_create(CLOCK_MONOTONIC, 0);
    case 2:
      return signalfd(-1, &set, 0);
    default:
      return eventfd(0, 0);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const int number = std::atoi(argv[1]);
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  open_files(number / 2, argv[2]);
  open_connections(number * 15 / 100);
  open_pairs(number * 15 / 100);
  open_pipes(number * 15 / 100);
  for (int i = 0; i < number / 20; ++i) {
    if (open_anonymous(i) < 0) fail("anonymous inode");
  }
  std::printf("ready %d\n", number);
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
