#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analyze/options.h"
#include "report/report.h"

namespace ajar::session {

// What it began with.
struct AttachBegun {
  std::vector<std::int64_t> pids;
  std::optional<std::int64_t> inner_pid;  // of the first, where it lives in a pid namespace of its own
  std::string way;                        // in words
  std::size_t open_before = 0;            // handles
  // Of a process that was waited for: how long it had been there; 0: it is seen from its beginning on.
  std::optional<std::chrono::nanoseconds> age;
};

struct AttachOptions {
  std::vector<std::int64_t> pids;
  std::string wait_for;  // instead: the first process that begins under that name (platform::goes_by)
  std::string name;      // what people call them
  std::string output;    // the recording; empty: NAME.PID.ajar in the working directory
  std::string via = "auto";
  bool children = false;                             // those that they make, too
  std::optional<std::chrono::nanoseconds> duration;  // none: until a signal, or their end
  bool until_leak = false;                           // ends at the first verdict 'leak'
  analyze::Options analysis;
  std::function<void()> on_wait;  // it waits now
  std::function<void(const AttachBegun&)> on_begin;
  // Now and then, with what there is so far.
  std::chrono::nanoseconds progress_every = std::chrono::seconds(10);
  std::function<void(const report::Report&, double seconds)> on_progress;
  std::function<void(const report::Report&, bool final)> on_report;  // as RunOptions has it
  std::function<void(const std::string&)> on_message;
};

struct AttachOutcome {
  std::string recording;
  bool whole = true;
  bool all_ended = false;  // and not ajar's leave of them
  bool cut_off = false;    // the way in saw no more of them, as on_message was told
  report::Report report;
};

struct AttachFailure {
  std::string message;  // one line
  int exit_status = 2;
};

// Watches processes that run until their end, a signal (SIGINT, SIGTERM, SIGHUP: the first detaches and
// reports, the second ends at once) or what the options say. They run on as before. Changes this process's
// signal dispositions while it runs: one call at a time.
std::expected<AttachOutcome, AttachFailure> attach(const AttachOptions& options);

}  // namespace ajar::session
