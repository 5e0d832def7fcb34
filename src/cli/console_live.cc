#include "cli/console_live.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <utility>

#include "cli/session_traces.h"
#include "platform/process_files.h"
#include "platform/procfs.h"
#include "session/live_tables.h"

namespace ajar::cli {
namespace {

using console::ModuleRow;
using console::Times;
using console::Traces;

// A library is mapped in several pieces.
std::vector<ModuleRow> by_path(const std::vector<platform::MappedRange>& ranges) {
  std::vector<ModuleRow> rows;
  std::map<std::string, std::size_t> known;
  for (const platform::MappedRange& range : ranges) {
    if (range.path.empty()) continue;
    const auto [at, is_new] = known.try_emplace(range.path, rows.size());
    if (is_new) rows.push_back({.begin = range.begin, .end = range.end, .path = range.path});
    rows[at->second].end = range.end;
  }
  return rows;
}

class Live final : public console::Subject {
 public:
  explicit Live(std::int64_t pid) : pid_(pid), traces_(pid) {
    rows_.push_back({.pid = pid, .path = platform::ProcFs().executable(pid).value_or(std::string())});
  }

  [[nodiscard]] console::Style style() const override { return console::style_of(tables_.world()); }
  [[nodiscard]] const std::vector<console::ProcessRow>& processes() const override { return rows_; }

  base::Result<model::Snapshot> table(std::size_t /*process*/, bool facts) override {
    auto found = tables_.read({pid_}, facts ? session::TableDepth::details : session::TableDepth::names);
    if (found.empty()) return base::Error(tables_.troubles().front());
    return std::move(found.front().table.snapshot);
  }

  base::Result<std::vector<ModuleRow>> modules(std::size_t /*process*/) override {
    const auto ranges = platform::code_mapped_by(pid_);
    if (!ranges) {
      return base::Error(
          fmt::format("what process {} has mapped may not be seen: ask as its user, or as root", pid_));
    }
    return by_path(*ranges);
  }

  [[nodiscard]] Times times(std::size_t /*process*/) override {
    using std::chrono::system_clock;
    Times times{.unix_ns = std::chrono::nanoseconds(system_clock::now().time_since_epoch()).count(),
                .up_s = {}};
    if (tables_.read({pid_}, session::TableDepth::summary).empty()) return times;
    const model::Process& process = *tables_.world().processes.begin();
    times.up_s = model::seconds(tables_.now() - process.started);
    return times;
  }

  base::Result<Traces> traces(std::size_t /*process*/, std::uint64_t handle, std::uint64_t most) override {
    return traces_.traces(handle, most);
  }
  base::Result<Traces> outstanding(std::size_t /*process*/, const std::string& label) override {
    return traces_.outstanding(label);
  }
  base::Result<void> set_mark(std::size_t /*process*/) override { return traces_.set_mark(); }

  base::Result<void> stop_tracing(std::size_t /*process*/) override {
    const base::Result<std::int64_t> ajar = traces_.who_records();
    if (!ajar.ok()) return ajar.error();
    return base::Error(
        fmt::format("ajar {} goes on recording; end it with Ctrl-C where it runs, or: kill -INT {}",
                    ajar.value(), ajar.value()));
  }

 private:
  std::int64_t pid_;
  session::LiveTables tables_;
  SessionTraces traces_;
  std::vector<console::ProcessRow> rows_;
};

}  // namespace

std::unique_ptr<console::Subject> live_subject(std::int64_t pid) {
  return std::make_unique<Live>(pid);
}

}  // namespace ajar::cli
