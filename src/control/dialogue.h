#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/message.h"

// What is asked of a session, and what it answers, as messages.
namespace ajar::control {

struct Question {
  enum class Kind : std::uint8_t {
    describe,    // which processes do you record, and into what?
    mark,        // give this moment a name
    write_down,  // bring the recording up to this moment
    end,         // leave those that you record, and report
  };

  Kind kind = Kind::describe;
  std::string label;  // of a mark; empty: the session numbers it

  bool operator==(const Question&) const = default;
};

// A process, told from a later one of the same pid by its start (since boot, in the system's ticks; 0: not
// known).
struct Recorded {
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;

  bool operator==(const Recorded&) const = default;
};

struct Description {
  std::int64_t ajar = 0;            // pid of the ajar that records
  std::string program;              // what people call what it records: "shop-server"
  std::string recording;            // absolute path
  std::vector<Recorded> processes;  // those that ended, too; the latest of very many

  bool operator==(const Description&) const = default;
};

// A mark that was made.
struct Marked {
  std::string label;
  std::chrono::nanoseconds time{};           // since the start of the recording
  std::uint64_t handles = 0, processes = 0;  // that were open, in so many

  bool operator==(const Marked&) const = default;
};

Message to_message(const Question& question);
Message to_message(const Description& description);
Message to_message(const Marked& marked);
Message to_message(const base::Error& refusal);

// The message of which nothing is known but that all went well.
Message done();

// Errors: the question is none that this version knows; the answer is a refusal, in the session's words.
base::Result<Question> to_question(const Message& message);
base::Result<Description> to_description(const Message& message);
base::Result<Marked> to_marked(const Message& message);
base::Result<void> to_done(const Message& message);

// Why the text is no label, or nothing: one line of some words.
base::Result<void> check_label(std::string_view label);

}  // namespace ajar::control
