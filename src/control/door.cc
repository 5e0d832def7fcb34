#include "control/door.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <span>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace ajar::control {
namespace {

constexpr std::string_view kNewSuffix = ".about.new";  // what becomes NAME.about, while it is written

constexpr std::size_t kMostCallers = 16;         // at once; others wait outside
constexpr std::size_t kLongestQuestion = 4096;   // bytes
constexpr std::size_t kEndedKept = 32;           // sessions
constexpr std::size_t kMostEnded = 64;           // from then on the oldest are cleared away
constexpr std::chrono::seconds kTimeToAsk{5};    // from when it was let in
constexpr std::chrono::seconds kTimeToStay{60};  // in all

std::string in(const Folder& folder, const std::string& name, std::string_view suffix) {
  return folder.path + "/" + name + std::string(suffix);
}

void remove(const std::string& path) {
  std::error_code gone;
  std::filesystem::remove(path, gone);
}

bool is_left_behind(const std::string& path) {
  const auto connected = connect_to(path);
  return !connected && connected.error().why == NotConnected::Why::nobody_listens;
}

std::vector<std::string> clear_sockets_away(const Folder& folder, std::vector<std::string> names) {
  std::erase_if(names, [&](const std::string& name) {
    const std::string path = in(folder, name, kSocketSuffix);
    const bool is_dead = is_left_behind(path);
    if (is_dead) remove(path);
    return is_dead;
  });
  return names;
}

void clear_unfinished_away(const Folder& folder, const std::vector<std::string>& unfinished) {
  if (unfinished.empty()) return;
  // Listed after them: who is at it has a socket by then.
  const std::vector<std::string> living = names_in(folder, kSocketSuffix);
  for (const std::string& name : unfinished) {
    if (!std::ranges::binary_search(living, name)) remove(in(folder, name, kNewSuffix));
  }
}

void clear_ended_away(const Folder& folder, const std::vector<std::string>& ended) {
  if (ended.size() < kMostEnded) return;
  std::vector<std::pair<std::filesystem::file_time_type, std::string>> by_time;
  for (const std::string& name : ended) {
    std::error_code gone;
    const std::string path = in(folder, name, kAboutSuffix);
    by_time.emplace_back(std::filesystem::last_write_time(path, gone), path);
  }
  std::ranges::sort(by_time);
  for (std::size_t i = 0; i + kEndedKept < by_time.size(); ++i) remove(by_time[i].second);
}

// Names that were found may be there no more: others clear away, too.
void clear_away(const Folder& folder) {
  const std::vector<std::string> files = files_in(folder);
  const std::vector<std::string> living = clear_sockets_away(folder, names_among(files, kSocketSuffix));
  clear_unfinished_away(folder, names_among(files, kNewSuffix));
  std::vector<std::string> ended = names_among(files, kAboutSuffix);
  std::erase_if(ended, [&](const std::string& name) { return std::ranges::binary_search(living, name); });
  clear_ended_away(folder, ended);
}

}  // namespace

base::Result<std::unique_ptr<Door>> Door::open(const Description& session) {
  const base::Result<Folder> folder = own_folder();
  if (!folder.ok()) return folder.error();
  clear_away(folder.value());
  // Two of the same pid can be there at once: in two containers that share the folder.
  const std::string name =
      folder.value().path + "/" + std::to_string(session.ajar) + "-" + std::to_string(base::monotonic_ns());
  base::Result<Listener> listener = Listener::at(name + std::string(kSocketSuffix));
  if (!listener.ok()) return listener.error();
  std::unique_ptr<Door> door(new Door(name, std::move(listener).value()));
  door->describe(session);
  return door;
}

Door::~Door() {
  remove(name_ + std::string(kSocketSuffix));
}

// In one step, so that nobody reads half of it.
bool Door::describe(const Description& session) {
  const std::filesystem::path path = name_ + std::string(kAboutSuffix);
  const std::filesystem::path unfinished = name_ + std::string(kNewSuffix);
  const std::string text = encoded(to_message(session));
  std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  std::error_code failed;
  if (file) std::filesystem::rename(unfinished, path, failed);
  if (file && !failed) return true;
  remove(unfinished.string());
  return false;
}

void Door::let_in() {
  while (callers_.size() < kMostCallers) {
    Connection connection = listener_.accept();
    if (!connection.valid()) return;
    Caller& caller = callers_.emplace_back();
    caller.id = ++last_caller_;
    caller.connection = std::move(connection);
    caller.until = Clock::now() + kTimeToAsk;
    if (!caller.connection.may_ask())
      refuse(caller, "this session is another user's: ask as that user, or as root");
  }
}

void Door::refuse(Caller& caller, const std::string& why) {
  caller.asked = true;
  answer(caller.id, to_message(base::Error(why)));
}

std::optional<Door::Asked> Door::listen(Caller& caller) {
  if (caller.asked) return std::nullopt;
  if (caller.connection.receive(caller.in, kLongestQuestion) == Transfer::ended) {
    caller.until = {};
    return std::nullopt;
  }
  const auto message = parse_message(std::as_bytes(std::span(caller.in)));
  if (message.ok() && !message.value()) {
    if (caller.in.size() == kLongestQuestion) refuse(caller, "a question that is too long");
    return std::nullopt;
  }
  const base::Result<Question> question =
      message.ok() ? to_question(*message.value()) : base::Result<Question>(message.error());
  if (!question.ok()) {
    refuse(caller, question.error().message());
    return std::nullopt;
  }
  caller.asked = true;
  caller.until = Clock::now() + kTimeToStay;
  return Asked{.caller = caller.id, .question = question.value()};
}

std::optional<Door::Asked> Door::next() {
  let_in();
  std::optional<Asked> asked;
  for (Caller& caller : callers_) {
    if (!asked) asked = listen(caller);
    if (caller.answered && caller.connection.send(caller.out) != Transfer::none_now) caller.until = {};
  }
  show_out();
  return asked;
}

void Door::answer(CallerId id, const Message& answer) {
  const auto caller = std::ranges::find(callers_, id, &Caller::id);
  if (caller == callers_.end()) return;
  caller->out = encoded(answer);
  caller->answered = true;
  if (caller->connection.send(caller->out) != Transfer::none_now) caller->until = {};
}

void Door::show_out() {
  if (callers_.empty()) return;
  std::erase_if(callers_, [now = Clock::now()](const Caller& caller) { return caller.until <= now; });
}

}  // namespace ajar::control
