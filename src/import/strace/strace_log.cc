#include "import/strace/strace_log.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/number.h"
#include "import/strace/call_effects.h"
#include "import/strace/call_text.h"
#include "import/strace/log_clock.h"
#include "import/strace/log_line.h"
#include "import/text/lines.h"

namespace ajar::import::strace {
namespace {

using What = LogLine::What;

// The next line, without its end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  while (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Whether the first line that is strace's has one.
bool begins_with_time(std::string_view text) {
  while (!text.empty()) {
    const LogLine line = parse_line(take_line(text));
    if (line.what == What::call || line.what == What::resumed || line.what == What::ended ||
        line.what == What::signal)
      return line.stamp.clock != Stamp::Clock::none;
  }
  return false;
}

class LogReader {
 public:
  LogReader(model::World& world, recording::Writer& writer)
      : world_(world),
        names_(world),
        stacks_(world),
        queue_(writer),
        tracees_(world, names_, stacks_, queue_),
        effects_(names_, tracees_, queue_, evidence_),
        writer_(writer) {}

  base::Result<model::Time> read(std::string_view text, std::string_view file_name) {
    tracees_.set_log(text);
    world_.origin.way = begins_with_time(text) ? model::Origin::kStrace : model::Origin::kStraceUntimed;
    while (!text.empty()) {
      const std::string_view line = take_line(text);
      if (line.starts_with(" > ")) {
        take_frame(line);
        continue;
      }
      if (auto done = call_is_told(); !done.ok()) return std::move(done).error();
      take(line, text);
    }
    if (auto done = call_is_told(); !done.ok()) return std::move(done).error();
    return finish(file_name);
  }

 private:
  void take(std::string_view line, std::string_view ahead) {
    Interruption interruption;
    if (is_interrupted(line, interruption)) {
      tracees_.announce(interruption.pid);
      interrupted_ += interruption.before;
      return;
    }
    if (!interrupted_.empty()) {
      const std::string whole = std::exchange(interrupted_, {}) + std::string(line);
      return take_whole(whole, ahead);
    }
    take_whole(line, ahead);
  }

  void take_whole(std::string_view text, std::string_view ahead) {
    const LogLine line = parse_line(text);
    if (line.what == What::other || line.what == What::frame) return;
    const model::Time time = clock_.time_of(line.stamp);
    if (line.what == What::attached) return tracees_.announce(line.other);
    const bool is_exec = line.what == What::call && line.name.starts_with("execve");
    Thread& thread = tracees_.thread_of(line.pid, time, is_exec, ahead);
    switch (line.what) {
      case What::call:
        return take_call(thread, line, time);
      case What::resumed:
        return take_resumed(thread, line, time);
      case What::ended:
        return tracees_.ended(thread, line.text, time);
      default:
        return;
    }
  }

  void take_call(Thread& thread, const LogLine& line, model::Time time) {
    const calls::CallRow* row = row_named(line.name);
    forget_pending(thread);
    if (row == nullptr) {
      ++evidence_.other_calls;
      effects_.uses(thread, line.text, time);
      if (thread.pid == 0) learn_pid(thread, line);
      take_bad_use(thread, line, time);
    } else if (line.unfinished) {
      thread.pending = Pending{.row = row,
                               .name = std::string(line.name),
                               .text = std::string(line.text),
                               .begun = time,
                               .closing = {},
                               .moves_to = line.other};
      effects_.begins(thread);
    } else if (const auto call = parse_call(line.text)) {
      ends(thread, {.row = row,
                    .name = line.name,
                    .text = *call,
                    .begun = time,
                    .ended = time + call->result.took.value_or(model::Time(0))});
    }
  }

  void take_bad_use(Thread& thread, const LogLine& line, model::Time time) {
    if (line.unfinished || line.text.find(" = -1 EBADF") == std::string_view::npos) return;
    const auto call = parse_call(line.text);
    if (!call) return;
    const model::Time ended = time + call->result.took.value_or(model::Time(0));
    const ItemPtr used = effects_.used_closed(
        thread, {.row = nullptr, .name = line.name, .text = *call, .begun = time, .ended = ended});
    if (used == nullptr) return;
    image_ = thread.process->image;
    told_ = {used};
  }

  // A call whose end nobody saw.
  static void forget_pending(Thread& thread) {
    if (thread.pending && thread.pending->closing != nullptr) thread.pending->closing->ready = true;
    thread.pending.reset();
  }

  void take_resumed(Thread& resuming, const LogLine& line, model::Time time) {
    Thread* thread = &resuming;
    if (!thread->pending || thread->pending->name != line.name) thread = tracees_.moving_to(line.pid);
    if (thread == nullptr) return;
    if (line.unfinished) {  // interrupted once more
      thread->pending->text += line.text;
      return;
    }
    const Pending pending = std::move(*thread->pending);
    thread->pending.reset();
    const std::string text = pending.text + std::string(line.text);
    const auto call = parse_call(text);
    if (!call) {
      if (pending.closing != nullptr) pending.closing->ready = true;
      return;
    }
    ends(*thread, {.row = pending.row,
                   .name = pending.name,
                   .text = *call,
                   .begun = pending.begun,
                   .ended = time,
                   .closing = pending.closing,
                   .child = pending.child});
  }

  void ends(Thread& thread, const CallEffects::Ended& call) {
    if (call.row->effect == calls::Effect::TABLE_TELLS) ++evidence_.other_calls;
    image_ = thread.process->image;
    told_ = effects_.ends(thread, call);
  }

  void take_frame(std::string_view line) {
    if (told_.empty()) return;
    constexpr std::string_view kMark = " > ";
    stack_ = stacks_.add(image_, stack_, line.substr(kMark.size()));
  }

  // The lines of the last call have come to their end.
  base::Result<void> call_is_told() {
    if (told_.empty()) return queue_.write();
    for (const ItemPtr& item : told_) {
      for (model::Event& event : item->events) {
        if (event.kind != model::EventKind::inherit) event.stack = stack_;
      }
      item->ready = true;
    }
    told_.clear();
    stack_ = {};
    return queue_.write();
  }

  // Where no line has a pid, the program may ask for its own.
  void learn_pid(Thread& thread, const LogLine& line) {
    if (line.name != "getpid" && line.name != "set_tid_address") return;
    const auto call = parse_call(line.text);
    constexpr std::int64_t kMostPid = 1 << 22;
    if (call && call->result.known && call->result.value > 0 && call->result.value <= kMostPid)
      tracees_.learn_pid(thread, static_cast<std::uint32_t>(call->result.value));
  }

  base::Result<model::Time> finish(std::string_view file_name) {
    // A file of -ff: "log.812".
    const auto pid = base::parse_number<std::uint32_t>(file_name.substr(file_name.rfind('.') + 1));
    if (pid && !tracees_.has_pids()) tracees_.name_only(*pid);
    tracees_.finish(clock_.now());
    if (auto written = queue_.finish(); !written.ok()) return std::move(written).error();
    evidence_.has_stacks = stacks_.any();
    evidence_.has_times = world_.origin.events_have_times();
    if (auto tells = tells_of_open(evidence_); !tells.ok()) return std::move(tells).error();
    world_.origin.started_unix_ns = clock_.unix_start();
    world_.origin.notes = notes_of(evidence_, tracees_);
    if (auto written = write_again(); !written.ok()) return std::move(written).error();
    return std::max(clock_.now(), queue_.latest());
  }

  // What was learned of rows after they had been written.
  base::Result<void> write_again() {
    const auto all = [&](const auto& rows) -> base::Result<void> {
      for (const auto& row : rows) {
        if (auto written = writer_.changed(row.id); !written.ok()) return written;
      }
      return {};
    };
    if (auto written = writer_.origin_changed(); !written.ok()) return written;
    if (auto written = all(world_.processes); !written.ok()) return written;
    if (auto written = all(world_.images); !written.ok()) return written;
    if (auto written = all(world_.tables); !written.ok()) return written;
    if (auto written = all(world_.threads); !written.ok()) return written;
    for (const auto& [identity, symbols] : world_.symbols) {
      if (auto written = writer_.symbols(identity); !written.ok()) return written;
    }
    return {};
  }

  model::World& world_;
  Names names_;
  Stacks stacks_;
  EventQueue queue_;
  Tracees tracees_;
  Evidence evidence_;
  CallEffects effects_;
  recording::Writer& writer_;
  LogClock clock_;
  std::string interrupted_;    // what strace was writing when it had to tell something else
  std::vector<ItemPtr> told_;  // of the last call, whose stack may follow
  model::ImageId image_;
  model::StackId stack_;
};

// "openat(…) = 3", "close(3 <unfinished ...>".
bool is_known_call(const LogLine& line) {
  return line.what == What::call && row_named(line.name) != nullptr &&
         (line.unfinished || parse_call(line.text));
}

}  // namespace

bool is_log(std::span<const std::byte> bytes) {
  constexpr std::size_t kLookAt = 1U << 18U;  // bytes, to see what a text is
  if (!is_text(bytes)) return false;
  std::string store;
  std::string_view text = utf8_text(bytes.first(std::min(bytes.size(), kLookAt)), store);
  std::size_t calls = 0;
  std::size_t known = 0;
  std::size_t others = 0;
  while (!text.empty()) {
    const LogLine line = parse_line(take_line(text));
    if (line.what == What::other) ++others;
    if (line.what == What::frame) continue;
    if (line.what != What::other) ++calls;
    if (is_known_call(line)) ++known;
  }
  return known > 0 && calls >= others;
}

base::Result<model::Time> read_log(const Input& input, model::World& world, recording::Writer& writer) {
  world.origin.system = "Linux";
  std::string store;
  return LogReader(world, writer).read(utf8_text(input.bytes, store), input.name);
}

}  // namespace ajar::import::strace
