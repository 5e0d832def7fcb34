#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/owned_fd.h"

namespace ajar::harness {

// A program to be run, with 0, 1 and 2 as its only descriptors.
struct Command {
  // The program, searched in PATH, and its arguments.
  std::vector<std::string> words{};
  // Set on top of the test's own; none: removed.
  std::map<std::string, std::optional<std::string>> environment{};
  // Empty: the test's own.
  std::filesystem::path directory{};
  std::string input{};
  // Then it is killed.
  std::chrono::seconds limit{100};
};

// How a program ended, and what it printed.
struct Outcome {
  std::optional<int> exit_status;  // none: a signal killed it
  int signal = 0;
  bool timed_out = false;
  std::string out, err;

  bool operator==(const Outcome&) const = default;
};

// "exit status 2", "killed by signal 9": for messages.
std::string how_it_ended(const Outcome& outcome);

// A program that runs, in a process group of its own, from when its process has become it. The group is
// killed when this goes.
class Running {
 public:
  explicit Running(const Command& command);
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send(int signal) const;
  void send_to_group(int signal) const;

  // What it has printed so far.
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;

  // Waits until the condition holds; false where the program ended, or its limit passed, before it did.
  [[nodiscard]] bool wait_until(const std::function<bool()>& condition) const;

  // Waits for its end; kills it at the limit.
  Outcome finish();

 private:
  // True if it has ended when this returns.
  [[nodiscard]] bool ends_within(std::chrono::milliseconds time) const;

  std::chrono::steady_clock::time_point limit_;
  base::OwnedFd out_, err_, end_;  // end_: readable once it has ended
  pid_t pid_ = -1;
  bool finished_ = false;
};

Outcome run(const Command& command);

// The first child of a process, as the kernel lists them; empty: it has none.
std::string child_of(pid_t parent);

// Descriptors that a process has open; 0 where it is gone.
std::size_t count_descriptors(const std::string& pid);

// Where PATH, or the folders of system programs, have it; empty: nowhere.
std::filesystem::path find_program(std::string_view name);

}  // namespace ajar::harness
