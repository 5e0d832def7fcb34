// Sockets and pipes, of which somebody forgets to close one.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "situation.h"

static int listener = -1;

// A client that is connected and has not been accepted.
static int connect_client(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof(address);
  struct sockaddr* where = (struct sockaddr*)&address;
  listener = socket(AF_INET, SOCK_STREAM, 0);
  MUST(bind(listener, where, length) == 0 && listen(listener, 4) == 0);
  MUST(getsockname(listener, where, &length) == 0);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  MUST(connect(client, where, length) == 0);
  return client;
}

KEPT_WHOLE static void accept_one(void) {
  const int client = connect_client();
  MUST(accept(listener, NULL, NULL) >= 0);
  close(client);
  close(listener);
  OPENED_HERE("tcp socket", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void accept4_one(void) {
  struct sockaddr_in peer;
  socklen_t length = sizeof(peer);
  const int client = connect_client();
  MUST(accept4(listener, (struct sockaddr*)&peer, &length, SOCK_CLOEXEC) >= 0);
  close(client);
  close(listener);
  OPENED_HERE("tcp socket", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void socketpair_one_end(void) {
  int ends[2];
  MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
  close(ends[0]);
  OPENED_HERE("unix dgram socket", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void pipe2_one_end(void) {
  int ends[2];
  MUST(pipe2(ends, O_CLOEXEC) == 0);
  close(ends[1]);
  OPENED_HERE("pipe", 1);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(accept_one),
    SITUATION(accept4_one),
    SITUATION(socketpair_one_end),
    SITUATION(pipe2_one_end),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
