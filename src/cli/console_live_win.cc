#include <chrono>
#include <utility>

#include "cli/console_live.h"
#include "platform/win_processes.h"
#include "session/live_tables.h"

namespace ajar::cli {
namespace {

using console::ModuleRow;
using console::Times;
using console::Traces;

class Live final : public console::Subject {
 public:
  explicit Live(std::int64_t pid) : pid_(pid) {
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
    if (const auto row = platform::win::find_process(pid_); row.ok()) {
      times.up_s =
          model::seconds(model::Time(*times.unix_ns - platform::win::unix_nanoseconds(row.value().created)));
    }
    return times;
  }

  base::Result<Traces> traces(std::size_t /*process*/, std::uint64_t /*handle*/,
                              std::uint64_t /*most*/) override {
    return not_traced();
  }
  base::Result<Traces> outstanding(std::size_t /*process*/, const std::string& /*label*/) override {
    return not_traced();
  }
  base::Result<void> set_mark(std::size_t /*process*/) override { return not_traced(); }
  base::Result<void> stop_tracing(std::size_t /*process*/) override { return not_traced(); }

 private:
  static base::Error not_traced() {
    return base::Error(
        "ajar does not trace processes on Windows yet: ask a dump that WinDbg took with handle "
        "tracing on (!htrace -enable)");
  }

  std::int64_t pid_;
  session::LiveTables tables_;
  std::vector<console::ProcessRow> rows_;
};

}  // namespace

std::unique_ptr<console::Subject> live_subject(std::int64_t pid) {
  return std::make_unique<Live>(pid);
}

}  // namespace ajar::cli
