#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "capture/managed_stacks.h"
#include "capture/recorder.h"
#include "capture/segment/counter_clock.h"
#include "ring/consumer.h"

namespace ajar::capture::segment {

// Who a segment's events belong to.
struct Identity {
  model::ProcessId process;
  model::ImageId image;
  model::TableId table;
};

// What an event of an entry point says in words whatever its bytes are.
struct EntryWords {
  std::string_view call;  // the entry point's name, or the kernel call's that was made by its number
  std::string_view type;  // of what it opens; empty where the call alone does not tell
};

// What an event's bytes say in words.
struct EventWords {
  std::string type;  // of what was opened; empty where they do not tell
  std::string text;  // what was asked for
};

// Reads one process image's segment: turns the agent's records into rows of the world and events. What only
// one system's agent writes is decoded by who derives from this.
class SegmentReader {
 public:
  // `parent` is the segment of the process that this one was forked from, or null; it must outlive the
  // constructor only. `counter` is the session's. The memory that `consumer` reads must live as long as
  // anything is read.
  SegmentReader(ring::Consumer consumer, const SegmentReader* parent, Recorder& recorder,
                CounterClock& counter);
  virtual ~SegmentReader() = default;
  SegmentReader(const SegmentReader&) = delete;
  SegmentReader& operator=(const SegmentReader&) = delete;

  [[nodiscard]] const ajar_segment& header() const { return consumer_.header(); }
  [[nodiscard]] std::uint64_t key() const { return key_; }
  [[nodiscard]] bool exited() const { return consumer_.exited(); }

  // Must be called before the first read.
  void belongs_to(const Identity& identity) { identity_ = identity; }
  [[nodiscard]] const Identity& identity() const { return identity_; }

  // Reads what is there; returns the number of records. `writer_gone`: the process is dead, what is
  // unfinished stays so.
  std::size_t read(bool writer_gone);

  // How full the lanes were when the last read began.
  [[nodiscard]] std::uint32_t fill_percent() const { return fill_percent_; }

  // The agent need not record any more.
  void detach() { consumer_.detach(); }

  // Where its stacks are, and its events' texts, go.
  [[nodiscard]] Recorder& recorder() const { return recorder_; }

 protected:
  // The words of a row of the catalog; none for a number that has no row.
  [[nodiscard]] virtual EntryWords words_of_entry(std::uint16_t entry) const = 0;
  // The words of an event's bytes, but for a text's, which are the payload itself.
  [[nodiscard]] virtual EventWords words_of_event(const ajar_event& event, std::string_view payload) = 0;
  // What a module is known by, from the bytes that the agent read of it.
  [[nodiscard]] virtual std::string module_identity(const ajar_module& module,
                                                    const std::string& path) const = 0;
  // A record that is none of those that all agents write.
  virtual void decode_other(const ajar_record& record) = 0;

  virtual void decode_event(const ajar_record& record);

  // The recording's time of a time in the segment's clock.
  [[nodiscard]] model::Time time_of(std::uint64_t time) const;
  // The same in nanoseconds of CLOCK_MONOTONIC.
  [[nodiscard]] std::uint64_t ns_of(std::uint64_t time) const {
    return counts_time_ ? counter_.ns_of(time) : time;
  }
  // The event that a record tells of, with no text of its own where its payload is none.
  [[nodiscard]] model::Event event_of(const ajar_event& raw, std::string_view rest);

 private:
  std::size_t read_what_was_found();
  void decode(const ajar_record& record);
  bool is_like_another(const ajar_record& record);
  void keep_likeness(const ajar_record& record, Recorder::Likeness likeness);
  void decode_module(const ajar_record& record);
  void decode_module_gone(const ajar_record& record);
  void decode_place(const ajar_record& record);
  void decode_thread(const ajar_record& record);
  void decode_image(const ajar_record& record);

  void import_nodes(std::uint32_t up_to);
  [[nodiscard]] model::Frame frame_of(const ajar_node& node) const;
  // The words of an event's entry point, interned once.
  struct EntryIds {
    bool known = false;
    model::StringId call, type;
  };
  const EntryIds& entry_ids(std::uint16_t entry);
  void name_event(const ajar_event& raw, std::string_view payload, model::Event& event);

  model::StackId add(const model::StackNode& node);
  model::StackId stack_of(const ajar_event& event, std::string_view rest);
  model::StackId stack_at(std::uint64_t node);
  model::StackId lone_frame(std::uint64_t pc, model::Time time);
  [[nodiscard]] bool is_gone(model::ModuleId id) const;
  [[nodiscard]] model::ModuleId module_at(std::uint64_t pc, model::Time time) const;
  model::ThreadId thread_of(std::uint32_t tid);
  model::ThreadId find_thread(std::uint32_t tid);
  void report_loss();

  ring::Consumer consumer_;
  Recorder& recorder_;
  CounterClock& counter_;
  bool counts_time_;  // the segment's clock is the counter
  std::uint64_t key_;
  Identity identity_;

  std::vector<model::StackId> stacks_;  // by the agent's node id
  std::uint32_t imported_ = 0;          // of this segment's own nodes
  ManagedStacks managed_;
  std::unordered_map<std::uint32_t, model::ModuleId> modules_;  // by the agent's generation
  std::vector<model::ModuleId> mapped_;                         // those mapped since the last read began
  std::unordered_map<std::uint32_t, model::ThreadId> threads_;  // by tid
  struct RecentThread {
    std::uint32_t tid = 0;
    model::ThreadId id;
  };
  std::array<RecentThread, 16> recent_threads_{};  // by the tid's last bits
  struct LoneFrame {
    model::ModuleId module;
    model::StackId stack;
  };
  std::unordered_map<std::uint64_t, LoneFrame> lone_frames_;  // by pc
  std::vector<EntryIds> entries_;                             // by the event's entry

  // Records that came lately, as bytes, by a few of them: one that is the same but for its stamp and its time
  // need not be decoded.
  struct Decoded {
    Recorder::Likeness likeness;
    std::uint16_t length = 0;
    std::array<std::byte, std::size_t{2} * AJAR_CELL> bytes{};
  };
  static constexpr std::size_t kDecoded = 512;
  std::vector<Decoded> decoded_;  // kDecoded of them, or none

  std::uint64_t lost_reported_ = 0;
  std::uint32_t fill_percent_ = 0;
};

}  // namespace ajar::capture::segment
