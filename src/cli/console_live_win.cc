#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "cli/console_live.h"
#include "cli/session_traces.h"
#include "platform/win_processes.h"
#include "session/live_tables.h"

namespace ajar::cli {
namespace {

using console::ModuleRow;
using console::Times;
using console::Traces;

class Live final : public console::Subject {
 public:
  explicit Live(std::int64_t pid) : pid_(pid), traces_(pid) {
    rows_.push_back({.pid = pid, .path = platform::win::program_path(pid)});
  }

  [[nodiscard]] console::Style style() const override { return console::style_of(tables_.world()); }
  [[nodiscard]] const std::vector<console::ProcessRow>& processes() const override { return rows_; }

  base::Result<model::Snapshot> table(std::size_t /*process*/, bool facts) override {
    auto found = tables_.read({pid_}, facts ? session::TableDepth::details : session::TableDepth::names);
    if (found.empty()) return base::Error(tables_.troubles().front());
    return std::move(found.front().table.snapshot);
  }

  base::Result<std::vector<ModuleRow>> modules(std::size_t /*process*/) override {
    const auto loaded = platform::win::list_modules(pid_);
    if (!loaded.ok()) return loaded.error();
    std::vector<ModuleRow> rows;
    for (const platform::win::ModuleRow& module : loaded.value())
      rows.push_back({.begin = module.base, .end = module.base + module.size, .path = module.path});
    return rows;
  }

  [[nodiscard]] Times times(std::size_t /*process*/) override {
    using std::chrono::nanoseconds;
    Times times{.unix_ns = nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count(),
                .up_s = {}};
    if (const auto row = platform::win::find_process(pid_); row.ok())
      times.up_s = model::seconds(platform::win::age_of(row.value()));
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
        fmt::format("ajar {} goes on recording; end it with Ctrl-C where it runs", ajar.value()));
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
