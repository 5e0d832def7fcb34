/* Sockets of each family and protocol, by themselves and connected. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "state.h"

static int listener(int type, struct sockaddr_in* address) {
  const int fd = socket(AF_INET, type, 0);
  socklen_t size = sizeof(*address);
  memset(address, 0, size);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr*)address, size) != 0) return -1;
  getsockname(fd, (struct sockaddr*)address, &size);
  return fd;
}

/* Of a connection of TCP over loopback both ends; one more of which only the server's is left. */
static void tcp(void) {
  char more[512];
  struct sockaddr_in address;
  struct sockaddr_in own;
  socklen_t size = sizeof(own);
  const int server = listener(SOCK_STREAM, &address);
  listen(server, 7);
  const int port = ntohs(address.sin_port);
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(client, (struct sockaddr*)&address, sizeof(address)) != 0) return;
  getsockname(client, (struct sockaddr*)&own, &size);
  const int accepted = accept(server, NULL, NULL);
  if (write(client, "hello", 5) != 5) return;
  const int client_port = ntohs(own.sin_port);
  snprintf(more, sizeof(more),
           ",\"state\":\"ESTABLISHED\",\"local\":\"127.0.0.1:%d\",\"peer\":\"127.0.0.1:%d\","
           "\"other_end\":[\"this process (fd %d)\"]",
           client_port, port, accepted);
  state(client, "tcp socket", NULL, more);
  snprintf(
      more, sizeof(more),
      ",\"state\":\"ESTABLISHED\",\"local\":\"127.0.0.1:%d\",\"peer\":\"127.0.0.1:%d\",\"receive_queue\":5,"
      "\"other_end\":[\"this process (fd %d)\"]",
      port, client_port, client);
  state(accepted, "tcp socket", NULL, more);
  const int leaves = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(leaves, (struct sockaddr*)&address, sizeof(address)) != 0) return;
  const int left = accept(server, NULL, NULL);
  close(leaves);
  state(left, "tcp socket", NULL, ",\"state\":\"CLOSE_WAIT\",\"signs\":[\"close_wait\"]");
  const int waits = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(waits, (struct sockaddr*)&address, sizeof(address)) != 0) return;
  snprintf(more, sizeof(more),
           ",\"state\":\"LISTEN\",\"local\":\"127.0.0.1:%d\",\"receive_queue\":1,\"send_queue\":7", port);
  state(server, "tcp socket", NULL, more);
  state(socket(AF_INET, SOCK_STREAM, 0), "tcp socket", NULL, "");
  state(socket(AF_INET6, SOCK_STREAM, 0), "tcp socket", NULL, "");
}

static void unix_sockets(void) {
  char more[512];
  int ends[2];
  const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
  const char* names[] = {"unix stream socket", "unix dgram socket", "unix seqpacket socket"};
  for (int i = 0; i < 3; ++i) {
    if (socketpair(AF_UNIX, types[i], 0, ends) != 0) continue;
    snprintf(more, sizeof(more),
             ",\"state\":\"ESTABLISHED\",\"other_end\":[\"this process (fd %d)\"],\"signs\":[]", ends[1]);
    state(ends[0], names[i], NULL, more);
    if (socketpair(AF_UNIX, types[i], 0, ends) != 0) continue;
    close(ends[1]);
    state(ends[0], names[i], NULL, ",\"other_end_gone\":1,\"signs\":[\"other_end_gone\"]");
  }
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "listens.sock"};
  const int server = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(server, (struct sockaddr*)&address, sizeof(address));
  listen(server, 3);
  state(server, "unix stream socket", "listens.sock (listening)",
        ",\"state\":\"LISTEN\",\"local\":\"listens.sock\",\"receive_queue\":0,\"send_queue\":3");
  state(socket(AF_UNIX, SOCK_STREAM, 0), "unix stream socket", NULL,
        ",\"state\":\"UNCONNECTED\",\"signs\":[]");
}

static void other_sockets(void) {
  char more[256];
  struct sockaddr_in address;
  const int udp = listener(SOCK_DGRAM, &address);
  snprintf(more, sizeof(more), ",\"state\":\"UNCONNECTED\",\"local\":\"127.0.0.1:%d\"",
           ntohs(address.sin_port));
  state(udp, "udp socket", NULL, more);
  state(socket(AF_NETLINK, SOCK_RAW, 0), "netlink socket", NULL, "");
  state(socket(AF_PACKET, SOCK_RAW, htons(3)), "packet socket", NULL,
        ",\"protocol\":3,\"kind\":\"ETH_P_ALL\"");
  state(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), "raw socket", NULL, ",\"kind\":\"IPPROTO_ICMP\"");
  state(socket(AF_VSOCK, SOCK_STREAM, 0), "vsock socket", NULL, "");
  state(socket(AF_ALG, SOCK_SEQPACKET, 0), "crypto socket", NULL, "");
  state(socket(AF_INET, SOCK_STREAM, 262), "mptcp socket", NULL, "");
}

void hold_sockets(void) {
  tcp();
  unix_sockets();
  other_sockets();
}
