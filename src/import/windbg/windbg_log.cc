#include "import/windbg/windbg_log.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "catalog/windows_calls.h"
#include "import/text/lines.h"
#include "import/windbg/log_text.h"
#include "import/windbg/log_world.h"
#include "model/not_readable.h"

namespace ajar::import::windbg {
namespace {

using model::Time;

// Enough to see what a text is: what people write before what they paste is shorter.
constexpr std::size_t kLookAt = 4U << 20U;

bool is_empty(const LogText& text) {
  return text.tables.empty() &&
         std::ranges::all_of(text.answers, [](const PrintedTraces& answer) { return answer.traces.empty(); });
}

// Who made most of the operations: others push handles in.
std::uint64_t pid_of_traces(const LogText& text) {
  std::map<std::uint64_t, std::size_t> counts;
  for (const PrintedTraces& answer : text.answers) {
    for (const PrintedTrace& trace : answer.traces) {
      if (trace.process != 0) ++counts[trace.process];
    }
  }
  const auto most = std::ranges::max_element(counts, {}, [](const auto& row) { return row.second; });
  return most == counts.end() ? 0 : most->first;
}

std::string type_words(const std::string& type) {
  return type.empty() || type == "None" ? std::string(model::kNotReadable) : type;
}

model::Handle handle_of(const PrintedHandle& printed) {
  using model::FactKey;
  model::Handle handle;
  handle.value = printed.value;
  handle.type = type_words(printed.type);
  handle.name = printed.name;
  const auto add = [&](FactKey key, const std::optional<std::uint64_t>& number) {
    if (number) handle.facts.push_back({.key = key, .number = *number, .text = {}});
  };
  add(FactKey::granted_access, printed.granted_access);
  add(FactKey::attributes, printed.attributes);
  add(FactKey::handle_count, printed.handle_count);
  add(FactKey::pointer_count, printed.pointer_count);
  for (const std::string& line : printed.specific)
    handle.facts.push_back({.key = FactKey::told, .number = 0, .text = line});
  return handle;
}

class LogWriter {
 public:
  LogWriter(const Input& input, const LogText& text, model::World& world, recording::Writer& writer)
      : text_(text),
        world_(world),
        rows_(world, text),
        writer_(writer),
        pid_(text.pid != 0 ? text.pid : pid_of_traces(text)),
        program_(text.program.empty() ? input.name : text.program) {}

  base::Result<Time> write() {
    for (const PrintedTable& table : text_.tables) remember_types(table);
    const std::vector<const PrintedTraces*> taken = answers_to_take();
    const bool only_outstanding = !taken.empty() && std::ranges::all_of(taken, &PrintedTraces::outstanding);
    world_.origin.way = only_outstanding ? model::Origin::kWindbgDiff : model::Origin::kWindbgLog;
    for (const PrintedTraces* answer : taken) {
      if (auto written = write_traces(*answer); !written.ok()) return std::move(written).error();
    }
    for (const PrintedTable& table : text_.tables) {
      if (auto written = write_table(table); !written.ok()) return std::move(written).error();
    }
    for (const auto& [identity, symbols] : world_.symbols) {
      if (auto written = writer_.symbols(identity); !written.ok()) return std::move(written).error();
    }
    return now_;
  }

 private:
  // The last difference, or the last list of all operations; and all samples.
  [[nodiscard]] std::vector<const PrintedTraces*> answers_to_take() const {
    const PrintedTraces* last = nullptr;
    for (const PrintedTraces& answer : text_.answers) {
      if (!answer.newest_first || answer.traces.empty()) continue;
      if (last == nullptr || answer.outstanding || !last->outstanding) last = &answer;
    }
    std::vector<const PrintedTraces*> taken;
    for (const PrintedTraces& answer : text_.answers) {
      if (&answer == last || (!answer.newest_first && !answer.traces.empty())) taken.push_back(&answer);
    }
    return taken;
  }

  Time next() { return now_ += Time(1); }

  // The process that the operations are of. A text that only lists others' tables has none.
  const model::ProcessRows& own() { return rows_.process(pid_, program_); }

  model::ThreadId thread_of(const PrintedTrace& trace) {
    if (trace.thread == 0) return {};
    if (!threads_) threads_.emplace(own(), world_);
    return threads_->of(trace.process, trace.thread);
  }

  const model::ProcessRows& process_of(std::uint64_t pid, const std::string& program) {
    if (pid == 0 || pid == pid_) return own();
    return rows_.process(pid, program.empty() ? program_ : program);
  }

  void remember_types(const PrintedTable& table) {
    for (const PrintedHandle& handle : table.handles) {
      if (!handle.type.empty()) types_[handle.value] = handle.type;
    }
  }

  // By the table, or by the system call.
  std::string type_of(const PrintedTrace& trace) {
    if (const auto found = types_.find(trace.handle); found != types_.end()) return found->second;
    if (trace.frames.empty()) return {};
    return std::string(catalog::type_opened_by(trace.frames.front().function));
  }

  base::Result<void> write_trace(const PrintedTrace& trace) {
    using What = PrintedTrace::What;
    model::Event event;
    event.kind = trace.what == What::open    ? model::EventKind::open
                 : trace.what == What::close ? model::EventKind::close
                                             : model::EventKind::bad_reference;
    event.image = own().image;
    event.table = own().table;
    event.thread = thread_of(trace);
    event.time = next();
    event.handle = trace.handle;
    event.stack = rows_.stack(own().image, trace.frames);
    if (trace.what == What::open) event.type = rows_.string(type_of(trace));
    if (!trace.frames.empty()) event.call = rows_.string(trace.frames.front().function);
    if (trace.what == What::bad_reference) event.error = model::kInvalidHandle;
    return writer_.event(event);
  }

  base::Result<void> write_traces(const PrintedTraces& answer) {
    const auto write = [&](const auto& traces) -> base::Result<void> {
      for (const PrintedTrace& trace : traces) {
        if (auto written = write_trace(trace); !written.ok()) return written;
      }
      return {};
    };
    if (!answer.newest_first) return write(answer.traces);
    auto written = write(std::ranges::subrange(answer.traces.rbegin(), answer.traces.rend()));
    if (!written.ok() || answer.announced.value_or(0) <= answer.traces.size()) return written;
    // The text was cut, or somebody left some out.
    return writer_.loss(
        {.image = own().image, .time = next(), .events = *answer.announced - answer.traces.size()});
  }

  base::Result<void> write_table(const PrintedTable& table) {
    model::Snapshot snapshot;
    const model::ProcessRows& process = process_of(table.process, table.program);
    snapshot.image = process.image;
    snapshot.table = process.table;
    snapshot.taken = model::Snapshot::Taken::on_request;
    snapshot.begin = snapshot.end = next();
    for (const PrintedHandle& handle : table.handles) snapshot.handles.push_back(handle_of(handle));
    model::put_in_order(snapshot.handles);
    for (const auto& [type, count] : table.counts)
      snapshot.counts.push_back({.type = type_words(type), .count = count});
    snapshot.complete = table.total && *table.total <= snapshot.handles.size();
    return writer_.snapshot(snapshot);
  }

  const LogText& text_;
  model::World& world_;
  LogWorld rows_;
  recording::Writer& writer_;
  std::uint64_t pid_;
  std::string program_;
  std::optional<model::ThreadRows> threads_;
  std::map<std::uint64_t, std::string> types_;  // by number, as a table of the text says
  Time now_{};
};

}  // namespace

bool is_log(std::span<const std::byte> bytes) {
  if (!is_text(bytes)) return false;
  return !is_empty(read_text(plain_lines(bytes.first(std::min(bytes.size(), kLookAt)))));
}

base::Result<Time> read_log(const Input& input, model::World& world, recording::Writer& writer) {
  const LogText text = read_text(plain_lines(input.bytes));
  world.origin.system = text.system.empty() ? "Windows" : text.system;
  return LogWriter(input, text, world, writer).write();
}

}  // namespace ajar::import::windbg
