#include "control/sessions.h"

#include <algorithm>
#include <expected>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <thread>
#include <utility>

#include "control/connection.h"
#include "control/folders.h"

namespace ajar::control {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kForADescription{2000};
constexpr milliseconds kForAnAnswer{20'000};  // a large table is to be read, names are to be found

// What was answered, or why nothing was.
struct Reply {
  enum class Why : std::uint8_t {
    answered,
    ended,   // nobody listens any more, or the session ended over it
    silent,  // up to the end of the time
    broken,  // and in which way
  };

  std::optional<Message> message;
  Why why = Why::answered;
  std::string words;  // of what is broken; begin with the path
};

Reply no_reply(Reply::Why why, std::string words = {}) {
  return {.message = {}, .why = why, .words = std::move(words)};
}

std::expected<Connection, NotConnected> connect_until(const std::string& socket, Clock::time_point until) {
  for (;;) {
    auto connected = connect_to(socket);
    if (connected || connected.error().why != NotConnected::Why::many_wait || Clock::now() >= until)
      return connected;
    std::this_thread::sleep_for(milliseconds(5));
  }
}

Reply receive_reply(const Session& session, Connection& connection, Clock::time_point until) {
  std::string bytes;
  for (;;) {
    const Transfer got = connection.receive(bytes, kMaxMessage);
    auto message = parse_message(std::as_bytes(std::span(bytes)));
    if (!message.ok()) return no_reply(Reply::Why::broken, session.socket + ": " + message.error().message());
    if (message.value())
      return {.message = std::move(message).value(), .why = Reply::Why::answered, .words = {}};
    if (got == Transfer::ended) return no_reply(Reply::Why::ended);
    if (!connection.wait_to_receive(until)) return no_reply(Reply::Why::silent);
  }
}

Reply ask(const Session& session, const Question& question, milliseconds time) {
  const Clock::time_point until = Clock::now() + time;
  auto connected = connect_until(session.socket, until);
  if (!connected) {
    const NotConnected::Why why = connected.error().why;
    if (why == NotConnected::Why::nobody_listens) return no_reply(Reply::Why::ended);
    if (why == NotConnected::Why::many_wait) return no_reply(Reply::Why::silent);
    return no_reply(Reply::Why::broken, connected.error().error.message());
  }
  Connection& connection = *connected;
  // Whoever put a socket of theirs into that folder is not believed.
  if (!connection.leads_to(session.user))
    return no_reply(Reply::Why::broken, session.socket + ": the socket is another user's");
  std::string bytes = encoded(to_message(question));
  for (Transfer sent = connection.send(bytes); sent == Transfer::none_now; sent = connection.send(bytes)) {
    if (!connection.wait_to_send(until)) return no_reply(Reply::Why::silent);
  }
  return receive_reply(session, connection, until);
}

base::Error no_answer(const Session& session, const Reply& reply) {
  const std::string who = "ajar " + std::to_string(session.about.ajar);
  switch (reply.why) {
    case Reply::Why::ended:
      return base::Error("the session of " + who +
                         " has just ended; its recording: " + session.about.recording);
    case Reply::Why::silent:
      return base::Error(who + " does not answer; has it been stopped (by a debugger, by SIGSTOP)?");
    case Reply::Why::answered:
    case Reply::Why::broken:
      break;
  }
  return base::Error(reply.words);
}

std::filesystem::file_time_type changed(const std::string& path) {
  std::error_code failed;
  const auto time = std::filesystem::last_write_time(path, failed);
  return failed ? std::filesystem::file_time_type::min() : time;
}

std::optional<Description> read_about(const std::string& path) {
  std::ifstream file(std::filesystem::path(path), std::ios::binary);
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
  if (reply.why == Reply::Why::ended) return session;
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

base::Result<void> end(const Session& session) {
  const Reply reply = ask(session, {.kind = Question::Kind::end, .label = {}}, kForADescription);
  return reply.message ? to_done(*reply.message) : base::Result<void>(no_answer(session, reply));
}

}  // namespace ajar::control
