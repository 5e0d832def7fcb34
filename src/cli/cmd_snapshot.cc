#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "cli/find_process.h"
#include "cli/setters.h"
#include "session/live_tables.h"
#include "session/snapshot_file.h"
#include "session/waiting.h"

namespace ajar::cli {
namespace {

class Snapshot : public Action {
 public:
  std::vector<Option> options() override;
  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override;

 private:
  std::expected<int, Failure> record(const std::vector<std::int64_t>& pids, Console& console);

  std::string output_;
  std::optional<std::chrono::nanoseconds> every_;
  std::uint64_t times_ = 0;  // 0: once, or with --every until Ctrl-C
};

std::vector<Option> Snapshot::options() {
  return {
      {.names = "-o,--output",
       .value = "FILE",
       .help = "keep them in this file (NAME.PID.ajar in the working directory if not given)",
       .set = set_name(output_)},
      {.names = "--every",
       .value = "DURATION",
       .help = "take another one after that time, again and again: 500ms, 10s, 2m",
       .set = set_duration(every_)},
      {.names = "--times",
       .value = "N",
       .help = "take so many in all (with --every; until Ctrl-C if not given)",
       .set = set_number(times_, 1, UINT32_MAX)},
  };
}

std::expected<int, Failure> Snapshot::record(const std::vector<std::int64_t>& pids, Console& console) {
  session::Waiting waiting;
  session::LiveTables live;
  std::vector<session::LiveTable> tables = live.read(pids, session::TableDepth::details);
  if (tables.empty()) return std::unexpected(Failure{live.troubles().front()});
  for (const std::string& trouble : live.troubles()) console.err << "ajar: snapshot: " << trouble << '\n';
  if (output_.empty()) {
    const model::World& world = live.world();
    output_ = fmt::format("{}.{}.ajar", world.images.begin()->name(), world.processes.begin()->pid);
  }
  auto file = session::SnapshotFile::create(output_, live.world());
  if (!file.ok()) return std::unexpected(Failure{file.error().message()});
  std::uint64_t taken = 0;
  for (;;) {
    if (auto written = file.value()->add(tables); !written.ok())
      return std::unexpected(Failure{written.error().message()});
    ++taken;
    if (!every_.has_value() || taken == times_ || !waiting.wait(*every_)) break;
    tables = live.read(pids, session::TableDepth::details);
    if (tables.empty()) {
      console.err << "ajar: snapshot: " << live.troubles().front() << "; what was taken before is kept\n";
      break;
    }
  }
  if (auto written = file.value()->finish(live.now()); !written.ok())
    return std::unexpected(Failure{written.error().message()});
  console.out << fmt::format(
      "{} {} of {} in {}; look at it with: ajar handles {}\n", taken, taken == 1 ? "snapshot" : "snapshots",
      pids.size() == 1 ? "1 process" : fmt::format("{} processes", pids.size()), output_, output_);
  return 0;
}

std::expected<int, Failure> Snapshot::run(std::span<const std::string> operands, Console& console) {
  if (times_ > 1 && !every_.has_value())
    return std::unexpected(Failure{"--times needs --every: how long to wait between two snapshots?"});
  std::vector<std::int64_t> pids;
  for (const std::string& operand : operands) {
    const auto pid = find_process(operand);
    if (!pid) return std::unexpected(pid.error());
    if (std::ranges::find(pids, *pid) == pids.end()) pids.push_back(*pid);
  }
  return record(pids, console);
}

}  // namespace

std::unique_ptr<Action> make_snapshot() {
  return std::make_unique<Snapshot>();
}

}  // namespace ajar::cli
