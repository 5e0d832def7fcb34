// A right program: opens 20 connections at its start, uses them for a while, and keeps them to its end. The
// other side is a thread of the same program, which keeps its 20 too.
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include "truth.h"

enum { pool_size = 20, uses = 100 };

static const char* const self = "connection_pool";
static struct sockaddr_in address;

KEPT_WHOLE static int listen_somewhere(void) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  socklen_t length = sizeof(address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr*)&address, sizeof(address)) != 0 || listen(fd, pool_size) != 0)
    perror("listen");
  getsockname(fd, (struct sockaddr*)&address, &length);
  return fd;
}

KEPT_WHOLE static int connect_one(void) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr*)&address, sizeof(address)) != 0) perror("connect");
  return fd;
}

KEPT_WHOLE static int accept_one(int listening) {
  const int fd = accept(listening, NULL, NULL);
  return fd < 0 ? -1 : fd;
}

// Sends back every byte, until the first connection says with a 0 that this was all.
static void* echo(void* listening) {
  struct pollfd clients[pool_size];
  for (int i = 0; i < pool_size; ++i)
    clients[i] = (struct pollfd){.fd = accept_one(*(int*)listening), .events = POLLIN};
  for (;;) {
    poll(clients, pool_size, -1);
    for (int i = 0; i < pool_size; ++i) {
      char byte = 0;
      if (clients[i].revents == 0) continue;
      if (read(clients[i].fd, &byte, 1) != 1 || byte == 0) return NULL;
      if (write(clients[i].fd, &byte, 1) != 1) return NULL;
    }
  }
}

static int use_connection(int fd) {
  char byte = 'x';
  return write(fd, &byte, 1) == 1 && read(fd, &byte, 1) == 1 ? 0 : -1;
}

int main(void) {
  int listening = listen_somewhere();
  pthread_t server;
  pthread_create(&server, NULL, echo, &listening);
  int pool[pool_size];
  for (int i = 0; i < pool_size; ++i) pool[i] = connect_one();
  int failures = 0;
  for (int i = 0; i < uses; ++i) {
    failures += use_connection(pool[i % pool_size]) != 0;
    pace();
  }
  const char end = 0;
  failures += write(pool[0], &end, 1) != 1;
  pthread_join(server, NULL);
  printf("%d uses failed\n", failures);
  truth_group("tcp socket", pool_size, "connect_one", self, "steady|one-off");
  truth_group("tcp socket", pool_size, "accept_one", self, "steady|one-off");
  truth_group("tcp socket", 1, "listen_somewhere", self, "one-off");
  truth_print(3, 0, 0);
  return 0;
}
