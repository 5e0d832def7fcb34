#include "tables/sockets/asked_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/vm_sockets.h>
#include <unistd.h>

#include <string>

#include "tables/proc_fd.h"
#include "tables/sockets/testing/sockets.h"

namespace ajar::tables {
namespace {

using base::OwnedFd;

// All that a table says of a descriptor of this process.
model::Handle look(const OwnedFd& fd) {
  SocketTables sockets(SocketDepth::packets);
  const auto table =
      read_fd_table(platform::ProcFs(), ::getpid(), {.detail = Detail::all, .sockets = &sockets});
  for (const model::Handle& handle : table->handles) {
    if (handle.value == static_cast<std::uint64_t>(fd.get())) return handle;
  }
  return {};
}

std::string state_of(const model::Handle& handle) {
  const model::Fact* fact = model::find_fact(handle.facts, model::FactKey::socket_state);
  return fact == nullptr ? "none" : fact->text.value_or("");
}

void reset(OwnedFd& socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ASSERT_EQ(::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
  socket.reset();
}

TEST(AskSocket, TellsWhatSockDiagTells) {
  const OwnedFd server = listening_inet(1);
  const OwnedFd client = connected_to(server);
  const SocketNames names{SockDiag(OwnedFd(SockDiag::make_socket()))};
  for (const OwnedFd* fd : {&server, &client}) {
    const Socket* told = names.find(inode_of(*fd), "TCP");
    if (told == nullptr) GTEST_SKIP() << "no sock_diag here";
    const Socket asked = ask_socket(*fd).value();
    EXPECT_EQ(asked.type_name(), told->type_name());
    EXPECT_EQ(asked.state_name(), told->state_name());
    EXPECT_EQ(asked.local_text(), told->local_text());
    EXPECT_EQ(asked.peer_text(), told->peer_text());
  }
}

TEST(AskSocket, KnowsEndsOfIpv6AndUnixSockets) {
  const OwnedFd server = listening_inet6();
  if (server.valid()) {
    EXPECT_EQ(ask_socket(server)->local_text(), "[::]:" + std::to_string(port_of(server)));
  }
  const auto [a, b] = unix_pair(SOCK_SEQPACKET);
  EXPECT_EQ(ask_socket(a)->type_name(), "unix seqpacket socket");
  EXPECT_EQ(ask_socket(a)->state_name(), "ESTABLISHED");
  const OwnedFd alone(::socket(AF_UNIX, SOCK_STREAM, 0));
  EXPECT_EQ(ask_socket(alone)->state_name(), "UNCONNECTED");
}

TEST(AskSocket, OfWhatIsNoSocketThereIsNone) {
  EXPECT_EQ(ask_socket(OwnedFd(::open("/dev/null", O_RDONLY))), std::nullopt);
  EXPECT_EQ(ask_socket(OwnedFd()), std::nullopt);
}

TEST(ReadFdTable, InDetailTellsOfConnectionsThatWereReset) {
  const OwnedFd server = listening_inet(1);
  OwnedFd client = connected_to(server);
  const OwnedFd accepted = accepted_by(server);
  reset(client);
  const model::Handle handle = look(accepted);
  EXPECT_EQ(handle.type, "tcp socket");
  EXPECT_EQ(state_of(handle), "CLOSE");
}

TEST(ReadFdTable, InDetailTellsOfSocketsThatWereNeverConnected) {
  const OwnedFd tcp(::socket(AF_INET, SOCK_STREAM, 0));
  const OwnedFd udp(::socket(AF_INET6, SOCK_DGRAM, 0));
  EXPECT_EQ(state_of(look(tcp)), "CLOSE");
  if (!udp.valid()) GTEST_SKIP() << "no IPv6 here";
  EXPECT_EQ(look(udp).type, "udp socket");
  EXPECT_EQ(state_of(look(udp)), "UNCONNECTED");
}

TEST(ReadFdTable, InDetailTellsOfFamiliesThatThisKernelsSockDiagLacks) {
  const OwnedFd vsock(::socket(AF_VSOCK, SOCK_STREAM, 0));
  sockaddr_vm address{};
  address.svm_family = AF_VSOCK;
  address.svm_cid = VMADDR_CID_ANY;
  address.svm_port = VMADDR_PORT_ANY;
  if (::bind(vsock.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(vsock.get(), 1) != 0)
    GTEST_SKIP() << "no vsock here";
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(vsock.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  EXPECT_EQ(look(vsock).name, "*:" + std::to_string(address.svm_port) + " (listening)");
  const OwnedFd raw(::socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
  if (!raw.valid()) GTEST_SKIP() << "raw sockets take CAP_NET_RAW";
  EXPECT_EQ(look(raw).name, "IPPROTO_ICMP");
}

}  // namespace
}  // namespace ajar::tables
