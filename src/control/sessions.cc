#include "control/sessions.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

#include "control/connection.h"
#include "control/folders.h"

namespace ajar::control {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kForADescription{2000};
constexpr milliseconds kForAnAnswer{20'000};  // a large table is to be read, names are to be found

// What was answered, or why nothing was: the errno of connecting, or ETIMEDOUT, or ECONNRESET where the
// session ended over it.
struct Reply {
  std::optional<Message> message;
  int error = 0;
  std::string broken;  // what came is no message, and why
};

bool wait_for(const base::OwnedFd& fd, short what, Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{.fd = fd.get(), .events = what, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

Connected connect_until(const std::string& socket, Clock::time_point until) {
  for (;;) {
    Connected connected = connect_to(socket);
    if (connected.error != EAGAIN || Clock::now() >= until) return connected;
    static_cast<void>(::poll(nullptr, 0, 5));
  }
}

Reply receive_reply(const base::OwnedFd& fd, Clock::time_point until) {
  std::string bytes;
  for (;;) {
    const Transfer got = receive(fd, bytes, kMaxMessage);
    auto message = parse_message(std::as_bytes(std::span(bytes)));
    if (!message.ok()) return {.message = {}, .error = 0, .broken = message.error().message()};
    if (message.value()) return {.message = std::move(message).value(), .error = 0, .broken = {}};
    if (got == Transfer::ended) return {.message = {}, .error = ECONNRESET, .broken = {}};
    if (!wait_for(fd, POLLIN, until)) return {.message = {}, .error = ETIMEDOUT, .broken = {}};
  }
}

Reply ask(const Session& session, const Question& question, milliseconds time) {
  const Clock::time_point until = Clock::now() + time;
  const Connected connected = connect_until(session.socket, until);
  if (!connected.fd.valid()) return {.message = {}, .error = connected.error, .broken = {}};
  // Whoever put a socket of theirs into that folder is not believed.
  if (peer_of(connected.fd) != session.user)
    return {.message = {}, .error = 0, .broken = "the socket is another user's"};
  std::string bytes = encoded(to_message(question));
  for (Transfer sent = send(connected.fd, bytes); sent == Transfer::none_now;
       sent = send(connected.fd, bytes)) {
    if (!wait_for(connected.fd, POLLOUT, until)) return {.message = {}, .error = ETIMEDOUT, .broken = {}};
  }
  return receive_reply(connected.fd, until);
}

base::Error no_answer(const Session& session, const Reply& reply) {
  const std::string who = "ajar " + std::to_string(session.about.ajar);
  if (reply.error == ECONNREFUSED || reply.error == ENOENT || reply.error == ECONNRESET)
    return base::Error("the session of " + who +
                       " has just ended; its recording: " + session.about.recording);
  if (reply.error == ETIMEDOUT || reply.error == EAGAIN)
    return base::Error(who + " does not answer; has it been stopped (SIGSTOP, a debugger)?");
  if (!reply.broken.empty()) return base::Error(session.socket + ": " + reply.broken);
  return base::system_error(session.socket, reply.error);
}

std::filesystem::file_time_type changed(const std::string& path) {
  std::error_code failed;
  const auto time = std::filesystem::last_write_time(path, failed);
  return failed ? std::filesystem::file_time_type::min() : time;
}

std::optional<Description> read_about(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto message = parse_message(std::as_bytes(std::span(text)));
  if (!message.ok() || !message.value()) return std::nullopt;
  auto about = to_description(*message.value());
  return about.ok() ? std::optional(std::move(about).value()) : std::nullopt;
}

Session look_at(const Folder& folder, const std::string& name, bool has_socket) {
  const std::string path = folder.path + "/" + name;
  const std::string about_file = path + std::string(kAboutSuffix);
  Session session{.state = Session::State::ended,
                  .words = {},
                  .socket = path + std::string(kSocketSuffix),
                  .user = folder.owner,
                  .about = read_about(about_file).value_or(Description{}),
                  .wrote = changed(about_file)};
  if (!has_socket) return session;
  const Reply reply = ask(session, {.kind = Question::Kind::describe, .label = {}}, kForADescription);
  if (reply.error == ECONNREFUSED || reply.error == ENOENT || reply.error == ECONNRESET) return session;
  session.state = Session::State::silent;
  if (!reply.message) {
    session.words = no_answer(session, reply).message();
    return session;
  }
  auto about = to_description(*reply.message);
  session.state = about.ok() ? Session::State::answers : Session::State::refuses;
  if (about.ok()) {
    session.about = std::move(about).value();
  } else {
    session.words = about.error().message();
  }
  return session;
}

}  // namespace

std::vector<Session> find_sessions() {
  std::vector<Session> sessions;
  for (const Folder& folder : folders()) {
    const std::vector<std::string> listening = names_in(folder, kSocketSuffix);
    for (const std::string& name : listening) sessions.push_back(look_at(folder, name, true));
    for (const std::string& name : names_in(folder, kAboutSuffix)) {
      if (!std::ranges::binary_search(listening, name)) sessions.push_back(look_at(folder, name, false));
    }
  }
  return sessions;
}

base::Result<Marked> mark(const Session& session, const std::string& label) {
  const Reply reply = ask(session, {.kind = Question::Kind::mark, .label = label}, kForAnAnswer);
  return reply.message ? to_marked(*reply.message) : base::Result<Marked>(no_answer(session, reply));
}

base::Result<void> write_down(const Session& session) {
  const Reply reply = ask(session, {.kind = Question::Kind::write_down, .label = {}}, kForAnAnswer);
  return reply.message ? to_done(*reply.message) : base::Result<void>(no_answer(session, reply));
}

}  // namespace ajar::control
