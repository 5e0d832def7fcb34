#include <fmt/format.h>

#include "cli/find_process.h"
#include "cli/find_session.h"
#include "cli/recording_file.h"
#include "cli/setters.h"
#include "report/words.h"
#include "session/dump.h"
#include "session/recorded_operations.h"

namespace ajar::cli {
namespace {

constexpr std::size_t kMostOperations = 262'144;  // 75 MB of a dump

// What a session that records the process has seen so far, for a dump to tell.
std::vector<objfile::MinidumpOperation> operations_on(std::int64_t pid, std::ostream& err) {
  const auto session = session_that_records(pid);
  if (!session) return {};
  const std::string& path = session->about.recording;
  const auto missing = [&](const std::string& why) {
    err << "ajar: dump: what ajar " << session->about.ajar << " records is not in the dump: " << why << '\n';
    return std::vector<objfile::MinidumpOperation>();
  };
  if (const auto written = control::write_down(*session); !written.ok())
    return missing(written.error().message());
  auto file = RecordingFile::open(path, recording::File::growing);
  if (!file.ok()) return missing(file.error().message());
  session::RecordedOperations all = session::recorded_operations(file.value().reader(), pid, kMostOperations);
  if (all.older > 0) {
    err << fmt::format("ajar: dump: {} before the latest {} are left out; they are in {}\n",
                       report::counted(all.older, "operation", "operations"),
                       report::thousands(all.latest.size()), path);
  }
  return std::move(all.latest);
}

class Dump : public Action {
 public:
  std::vector<Option> options() override;
  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override;

 private:
  std::string output_;
  bool full_ = false;
};

std::vector<Option> Dump::options() {
  return {
      {.names = "-o,--output",
       .value = "FILE",
       .help = "write it into this file (NAME.PID.dmp in the working directory if not given)",
       .set = set_name(output_)},
      {.names = "--full",
       .help =
           "with all of the process's memory, too, as .dump /ma writes it; what is secret there is in the "
           "file then",
       .set = set_flag(full_)}};
}

std::expected<int, Failure> Dump::run(std::span<const std::string> operands, Console& console) {
  if (operands.size() > 1 && !output_.empty())
    return std::unexpected(Failure{"--output is one file, and each process gets one of its own"});
  for (const std::string& operand : operands) {
    const auto pid = find_process(operand);
    if (!pid) return std::unexpected(pid.error());
    const auto dumped = session::dump_process(
        *pid, {.path = output_, .operations = operations_on(*pid, console.err), .memory = full_});
    if (!dumped.ok()) return std::unexpected(Failure{dumped.error().message()});
    const session::Dumped& dump = dumped.value();
    for (const std::string& trouble : dump.troubles) console.err << "ajar: dump: " << trouble << '\n';
    console.out << fmt::format(
        "{} (pid {}): {}, {}, {}{} in {}; {}. Look at it, on Linux too, with: ajar handles {}\n",
        dump.program, *pid, report::counted(dump.handles, "handle", "handles"),
        report::counted(dump.threads, "thread", "threads"),
        report::counted(dump.modules, "module", "modules"),
        dump.operations == 0
            ? ""
            : ", " + report::counted(dump.operations, "operation", "operations") + " on handles",
        dump.path,
        full_ ? fmt::format("{} KiB of memory", report::thousands(dump.memory / 1024)) : "no memory",
        dump.path);
  }
  return 0;
}

}  // namespace

std::unique_ptr<Action> make_dump() {
  return std::make_unique<Dump>();
}

}  // namespace ajar::cli
