#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "analyze/options.h"
#include "report/report.h"

namespace ajar::session {

struct RunOptions {
  std::vector<std::string> command;  // the program and its arguments; searched in PATH as a shell would
  std::string output;                // the recording; empty: NAME.PID.ajar in the working directory
  std::string via = "auto";          // a way in by name
  analyze::Options analysis;
  // Called with a report when SIGUSR1 asks for one (final = false) and at the end (final = true).
  std::function<void(const report::Report&, bool final)> on_report;
  // One line for the user, while the program runs.
  std::function<void(const std::string&)> on_message;
};

struct RunOutcome {
  int exit_status = 0;  // the program's, as a shell gives it: 128 + the signal that killed it; 2 where the
                        // recording is not whole
  std::string recording;
  bool whole =
      true;  // false when the recording stops short of the end: its file could not be written any more
  report::Report report;
};

struct RunFailure {
  std::string message;  // one line
  int exit_status = 2;  // 126: found but not executable, 127: not found, 2: everything else
};

// Runs a program to its end while recording it, then reports. The program gets the caller's descriptors,
// terminal and signals: SIGINT from the terminal reaches it by itself, SIGINT, SIGTERM and SIGHUP sent to
// this process are passed on. Changes the process's signal dispositions while it runs: one call at a time.
std::expected<RunOutcome, RunFailure> run(const RunOptions& options);

}  // namespace ajar::session
