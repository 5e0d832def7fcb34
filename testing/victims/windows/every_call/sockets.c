// A connection with oneself: sockets are files of the device Afd, and what is accepted comes of an operation
// on one.
#include <winsock2.h>

#include "calls.h"

static int listener_line, client_line, accepted_line;
static struct sockaddr_in address = {.sin_family = AF_INET};

KEPT_WHOLE static SOCKET open_listener(void) {
  SOCKET listener = AT_LINE(listener_line, socket(AF_INET, SOCK_STREAM, 0));
  int size = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(listener, (struct sockaddr*)&address, sizeof address);
  listen(listener, 1);
  getsockname(listener, (struct sockaddr*)&address, &size);
  return listener;
}

KEPT_WHOLE static SOCKET open_client(void) {
  SOCKET client = AT_LINE(client_line, socket(AF_INET, SOCK_STREAM, 0));
  connect(client, (struct sockaddr*)&address, sizeof address);
  return client;
}

KEPT_WHOLE static SOCKET accept_one(SOCKET listener) {
  return AT_LINE(accepted_line, accept(listener, NULL, NULL));
}

void make_sockets(void) {
  SOCKET listener = open_listener();
  SOCKET client = open_client();
  SOCKET accepted = accept_one(listener);
  if (listener == INVALID_SOCKET || client == INVALID_SOCKET || accepted == INVALID_SOCKET)
    printf("sockets: error %d\n", WSAGetLastError());
  state_open("File", "open_listener", __FILE_NAME__, listener_line);
  state_open("File", "open_client", __FILE_NAME__, client_line);
  state_open_or_unseen("File", "accept_one");
}
