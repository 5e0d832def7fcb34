#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyze/analysis.h"
#include "capture/recorder.h"
#include "platform/file_sink.h"
#include "recording/writer.h"
#include "session/file_target.h"
#include "session/generated_code.h"
#include "session/naming.h"
#include "session/second_mappings.h"
#include "symbolize/packages.h"

namespace ajar::session {

// Takes what a way in sees: writes it into the recording and tells the analysis, so that a report can be had
// at any moment and does not depend on the disk. When the file can't be written any more, recording stops and
// analysis goes on.
class LiveRecorder final : public capture::Recorder {
 public:
  // Time 0 of the recording is now. The file's path may change while it is written (the file does not).
  LiveRecorder(platform::FileSink file, model::Origin origin, analyze::Options options);

  model::World& world() override { return world_; }
  void changed(model::ProcessId id) override { note(writer_.changed(id)); }
  void changed(model::ImageId id) override { note(writer_.changed(id)); }
  void changed(model::TableId id) override { note(writer_.changed(id)); }
  void changed(model::ThreadId id) override { note(writer_.changed(id)); }
  void changed(model::ModuleId id) override { note(writer_.changed(id)); }
  model::StringId intern(std::string_view text) override;
  void event(const model::Event& event) override { remember(event); }
  Likeness remember(const model::Event& event) override;
  bool again(Likeness likeness, model::Time time) override;
  void code_in_no_module(model::ImageId image, model::StackId node) override {
    if (!second_mappings_.settle(world_, image, node)) generated_code_.met(world_, image, node);
  }
  void snapshot(const model::Snapshot& snapshot) override;
  void loss(const model::Loss& loss) override;
  [[nodiscard]] model::Time time_of(std::uint64_t monotonic_ns) const override;
  [[nodiscard]] model::Time now() const override;

  // The processors are needed for the program: what can wait, waits.
  void hurry(bool on);

  // Writes down what has been waiting for long enough.
  void flush_if_due() { note(writer_.flush_if_due(now())); }

  // Gives this moment a name, which no mark has yet, and writes it down.
  const model::Mark& mark(std::string label);

  // What is known so far is in the file when this returns, with the names that are there by now.
  void write_down();

  // In the last snapshots of the tables that still live.
  struct OpenNow {
    std::uint64_t handles = 0, tables = 0;
  };
  [[nodiscard]] OpenNow open_now() const;

  // Reports, with the names that are there by now.
  report::Report report();

  // The last report, with the names that are there by now; with it the recording ends: nothing may come after
  // it.
  report::Report finish();

  // Lets names be looked up for code that was met since the last time, and records those that have been
  // found, so that a recording that is cut off has them too. Never waits for them.
  void name_code();

  // Whether all code that name_code() met has the names that it will get.
  [[nodiscard]] bool code_is_named() { return naming_.done(); }
  [[nodiscard]] bool code_is_named_within(std::chrono::milliseconds time) {
    return naming_.done_within(time);
  }

  // Lets the files of modules that came since the last time be opened, before they are deleted or replaced.
  void see_modules();

  // Why the recording stops short of what happened; said once.
  std::optional<std::string> take_trouble();
  [[nodiscard]] bool stopped_short() const { return stopped_; }

 private:
  static constexpr std::size_t kBatch = 4096;              // events
  static constexpr std::size_t kHurriedBatch = 1U << 20U;  // 16 MiB of them
  static constexpr std::size_t kMostLikenesses = 1U << 16U;

  void note(const base::Result<void>& written);
  void record(std::uint32_t likeness, model::Time time);
  void tell_analysis();
  void take_names();
  void name_generated_code();
  void name_packages();

  std::uint64_t start_;  // CLOCK_MONOTONIC, ns
  model::World world_;
  FileTarget target_;
  recording::Writer writer_;
  analyze::Analysis analysis_;
  // The events so far but for their times, until there are too many of them.
  std::vector<model::Event> likenesses_;
  std::uint32_t era_ = 1;
  struct Pending {
    std::uint32_t likeness = 0;
    model::Time time{};
  };
  std::vector<Pending> pending_;  // not yet told to the analysis
  std::size_t most_pending_ = kBatch;
  // Found by a view of the text, without making a string of it.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Strings = std::unordered_map<std::string, model::StringId, TextHash, std::equal_to<>>;
  Strings strings_;
  // Rows of strings_ that were asked for lately, by a few of their bytes.
  std::array<const Strings::value_type*, 256> recent_strings_{};
  std::uint32_t asked_stacks_ = 0;        // names of the stacks up to this one have been asked for
  std::uint32_t seen_modules_ = 0;        // the modules up to this one are held
  std::unordered_set<std::string> held_;  // by identity: each file is opened once, however many run it
  Naming naming_;
  symbolize::Packages packages_;
  SecondMappings second_mappings_;
  GeneratedCode generated_code_;
  std::optional<std::string> trouble_;
  bool stopped_ = false;
  std::unordered_map<std::uint32_t, std::size_t> handles_in_;  // the last snapshot of a table, by its id
};

}  // namespace ajar::session
