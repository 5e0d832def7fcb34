#include "e2e/screen.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <regex>
#include <stdexcept>
#include <utility>

namespace ajar::e2e {

using harness::Command;
using harness::Outcome;

Screen::Screen(const std::string& command, Size size) {
  const std::string settings = directory_ / "settings";
  std::ofstream(settings) << "set -g status off\nset -g remain-on-exit on\nset -s escape-time 0\n"
                             "set -g default-terminal tmux-256color\n";
  server_.emplace(Command{.words = {"tmux", "-D", "-u", "-S", socket_, "-f", settings},
                          .environment = {{"TMUX", std::nullopt}},
                          .directory = directory_.path(),
                          .limit = std::chrono::seconds(30)});
  if (!server_->wait_until([&] { return std::filesystem::exists(socket_); }))
    throw std::runtime_error("tmux does not start: " + server_->err());
  std::vector<std::string> words = {
      "new-session", "-d", "-x", std::to_string(size.columns), "-y", std::to_string(size.lines)};
  words.push_back(command);
  if (const Outcome started = tmux(words); started.exit_status != 0)
    throw std::runtime_error("tmux: " + started.err);
}

Outcome Screen::tmux(std::vector<std::string> words) const {
  words.insert(words.begin(), {"tmux", "-u", "-S", socket_});
  return harness::run({.words = std::move(words), .environment = {{"TMUX", std::nullopt}}});
}

void Screen::press(const std::vector<std::string>& keys) const {
  std::vector<std::string> words = {"send-keys"};
  words.insert(words.end(), keys.begin(), keys.end());
  static_cast<void>(tmux(words));
}

void Screen::type(const std::string& text) const {
  static_cast<void>(tmux({"send-keys", "-l", text}));
}

void Screen::resize(Size size) const {
  static_cast<void>(
      tmux({"resize-window", "-x", std::to_string(size.columns), "-y", std::to_string(size.lines)}));
}

std::string Screen::seen(bool with_colours) const {
  std::vector<std::string> words = {"capture-pane", "-p"};
  if (with_colours) words.emplace_back("-e");
  return tmux(words).out;
}

bool Screen::shows(std::string_view text) const {
  return server_->wait_until([&] { return seen().find(text) != std::string::npos; });
}

bool Screen::shows_no_more(std::string_view text) const {
  return server_->wait_until([&] { return seen().find(text) == std::string::npos; });
}

std::string masked(const std::string& seen) {
  using Replacement = std::pair<const char*, const char*>;
  static constexpr Replacement kReplacements[] = {
      {"[0-9]{2}:[0-9]{2}:[0-9]{2}", "CLOCK"},
      {"(?:▁|▂|▃|▄|▅|▆|▇|█)+", "~"},
      {"<?[0-9][0-9,.]* %", "# %"},
      {"[0-9]+ min(?: [0-9]+ s)?|[0-9][0-9.]* s\\b", "TIME"},
      {"[0-9](?:[0-9,.]*[0-9])?", "#"},
      {" +", " "},
      {" \n", "\n"},
  };
  std::string text = seen;
  for (const auto& [pattern, by] : kReplacements) text = std::regex_replace(text, std::regex(pattern), by);
  return text;
}

}  // namespace ajar::e2e
