// A server that forgets to close every second connection. Its client is a thread that closes all of its own.
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "truth.h"

enum { forgotten = 50 };

static struct sockaddr_in address;

KEPT_WHOLE static int listen_somewhere(void) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  socklen_t length = sizeof(address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr*)&address, sizeof(address)) != 0 || listen(fd, 16) != 0) perror("listen");
  getsockname(fd, (struct sockaddr*)&address, &length);
  return fd;
}

KEPT_WHOLE static int accept_and_forget(int listening) {
  struct sockaddr_in peer;
  socklen_t length = sizeof(peer);
  const int fd = accept(listening, (struct sockaddr*)&peer, &length);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int accept_and_close(int listening) {
  const int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
  if (fd >= 0) close(fd);
  return fd < 0 ? -1 : 0;
}

static void* connect_again_and_again(void* unused) {
  (void)unused;
  for (int i = 0; i < 2 * forgotten; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr*)&address, sizeof(address)) != 0) perror("connect");
    close(fd);
    pace();
  }
  return NULL;
}

int main(void) {
  const int listening = listen_somewhere();
  pthread_t client;
  pthread_create(&client, NULL, connect_again_and_again, NULL);
  int failures = 0;
  for (int i = 0; i < forgotten; ++i) {
    failures += accept_and_forget(listening) < 0;
    failures += accept_and_close(listening) < 0;
  }
  pthread_join(client, NULL);
  printf("%d accepts failed\n", failures);
  truth_group("tcp socket", forgotten, "accept_and_forget", "accepts", "leak");
  truth_group("tcp socket", 1, "listen_somewhere", "accepts", "one-off");
  truth_print(3, 0, 0);
  return 0;
}
