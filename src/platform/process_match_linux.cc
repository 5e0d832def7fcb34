#include "platform/process_match.h"

#include <regex.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/words.h"

namespace ajar::platform {
namespace {

class Pattern {
 public:
  explicit Pattern(const std::string& text)
      : failed_(::regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB)) {}
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern() {
    if (failed_ == 0) ::regfree(&compiled_);
  }

  [[nodiscard]] std::optional<std::string> trouble() const {
    if (failed_ == 0) return std::nullopt;
    char words[128];
    ::regerror(failed_, &compiled_, words, sizeof words);
    return words;
  }
  [[nodiscard]] bool is_in(const std::string& text) const {
    return ::regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_{};
  int failed_;
};

std::vector<std::int64_t> ancestors(const ProcFs& proc) {
  constexpr std::size_t kMost = 256;  // /proc is read while processes come and go
  std::vector<std::int64_t> line;
  for (auto pid = proc.parent(::getpid()); pid.value_or(0) > 0 && line.size() < kMost;
       pid = proc.parent(*pid))
    line.push_back(*pid);
  return line;
}

// The words with blanks between them, on one line, as pgrep has them. A process that wrote a title over its
// words has NULs behind it.
std::string on_one_line(std::vector<std::string> words) {
  while (!words.empty() && words.back().empty()) words.pop_back();
  std::string line = base::joined(words, " ");
  std::ranges::replace(line, '\n', ' ');
  return line;
}

// Of a kernel's thread, and of what is waited for: "[kthreadd]", "[sh] <defunct>".
std::string in_brackets(const ProcessInfo& info) {
  return "[" + info.name + "]" + (info.ended() ? " <defunct>" : "");
}

}  // namespace

base::Result<std::vector<std::int64_t>> match_processes(const ProcFs& proc, const std::string& text) {
  const Pattern pattern(text);
  if (const auto trouble = pattern.trouble())
    return base::Error("'" + text + "' is no regular expression: " + *trouble);
  const std::vector<std::int64_t> own_line = ancestors(proc);
  std::vector<std::int64_t> found;
  for (const std::int64_t pid : proc.pids()) {
    if (pid == ::getpid()) continue;
    const auto words = proc.command_line(pid);
    if (!words) continue;
    const bool started_us = std::ranges::find(own_line, pid) != own_line.end();
    std::string candidate = on_one_line(*words);
    if (candidate.empty() || started_us) {
      const auto info = proc.process(pid);
      if (!info) continue;
      candidate = started_us ? info->name : in_brackets(*info);
    }
    if (pattern.is_in(candidate)) found.push_back(pid);
  }
  return found;
}

}  // namespace ajar::platform
