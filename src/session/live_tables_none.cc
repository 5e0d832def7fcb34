#include "session/live_tables.h"

// Systems whose handle tables ajar cannot read yet.
namespace ajar::session {
namespace {

constexpr const char* kWords = "this build reads the handle tables of recordings, not of running processes";

}  // namespace

LiveTables::LiveTables(unsigned threads) : threads_(threads), start_(0) {}
LiveTables::~LiveTables() = default;

std::vector<LiveTable> LiveTables::read(const std::vector<std::int64_t>& /*pids*/, TableDepth /*depth*/) {
  troubles_ = {kWords};
  return {};
}

model::ImageId LiveTables::image_of(std::int64_t /*pid*/, std::uint64_t /*start_ticks*/) {
  return {};
}

void LiveTables::ended(model::ProcessId /*process*/) {}

model::Time LiveTables::now() const {
  return {};
}

base::Result<std::vector<std::int64_t>> find_processes(const std::string& operand) {
  return base::Error(operand + ": " + kWords);
}

report::ProcessCounts count_handles(std::size_t /*commonest*/) {
  report::ProcessCounts counts;
  counts.warnings = {kWords};
  return counts;
}

std::string process_line(std::int64_t pid) {
  return std::to_string(pid);
}

}  // namespace ajar::session
