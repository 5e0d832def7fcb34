#include "capture/win_agent/entered_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "objfile/pe.h"
#include "platform/mapped_file.h"
#include "platform/own_executable.h"

namespace ajar::capture::win_agent {
namespace {

constexpr std::uint32_t kLaneCells = 1U << 14U;
constexpr std::uint32_t kNodes = 1U << 18U;
constexpr std::uint64_t kRingAt = 4096;
constexpr std::uint64_t kNodesAt = kRingAt + std::uint64_t{kLaneCells} * AJAR_LANES * AJAR_CELL;
constexpr std::uint64_t kSize = kNodesAt + std::uint64_t{kNodes} * sizeof(ajar_node);
static_assert(sizeof(ajar_segment) <= kRingAt);

void prepare(ajar_segment& segment, std::int64_t pid) {
  segment.version = AJAR_WIRE_VERSION;
  segment.layout = sizeof(ajar_segment);
  segment.clock = AJAR_CLOCK_COUNTER;  // the agent says which
  segment.size = kSize;
  segment.ring_offset = kRingAt;
  segment.nodes_offset = kNodesAt;
  segment.lane_cells = kLaneCells;
  for (ajar_lane& lane : segment.lanes) lane.cells = kLaneCells | AJAR_CELLS_STAY;
  segment.nodes_capacity = kNodes;
  segment.key = static_cast<ajar_u64>(pid);
  segment.pid = static_cast<ajar_u32>(pid);
  segment.magic = AJAR_WIRE_MAGIC;
}

// What the library exports, from where it begins.
base::Result<std::uint32_t> offset_of(const std::string& library, std::string_view function) {
  const auto file = platform::MappedFile::open(library);
  if (!file.ok()) return file.error();
  const auto pe = objfile::PeFile::parse(file.value().bytes());
  if (!pe.ok()) return base::Error(library + ": " + pe.error().message());
  for (const objfile::PeExport& row : pe.value().export_table()) {
    if (row.name == function) return row.address;
  }
  return base::Error(library + ": not ajar's agent, or of another version; install ajar anew");
}

// Whether the image that lies there has the file's headers: a library that is loaded already is not loaded
// again, though another file has its name by now.
bool is_that_file(const platform::win::RemoteProcess& process, std::uint64_t base,
                  const std::string& library) {
  constexpr std::size_t kHeaders = 512;                         // of the file: what names its build
  constexpr std::size_t kImageBase = 0x30, kImageBaseSize = 8;  // from 'PE': where it lies is written there
  const auto file = platform::MappedFile::open(library);
  if (!file.ok() || file.value().bytes().size() < kHeaders) return false;
  std::array<std::byte, kHeaders> wanted{};
  std::array<std::byte, kHeaders> there{};
  std::ranges::copy(file.value().bytes().first(kHeaders), wanted.begin());
  if (!process.read(base, there)) return false;
  std::uint32_t pe = 0;  // where it begins, at 3Ch
  std::memcpy(&pe, wanted.data() + 0x3c, sizeof(pe));
  if (pe > kHeaders - kImageBase - kImageBaseSize) return false;
  for (auto* headers : {&wanted, &there})
    std::fill_n(headers->begin() + pe + kImageBase, kImageBaseSize, std::byte{});
  return wanted == there;
}

std::string why_not_begun(std::uint32_t step) {
  constexpr std::array<std::string_view, 7> kWhy = {
      "",
      "another ajar records it already",
      "its agent is of another version of ajar; start the process anew",
      "it has no memory for the agent's tables",
      "its threads can't be made to stand still for the moment that the agent needs; try again",
      "ajar had given up waiting for it; try again",
      "it allows no code that is made at run time (Arbitrary Code Guard); '--via htrace' reads what the "
      "kernel "
      "notes"};
  return std::string(step < kWhy.size() ? kWhy[step] : "the agent ended unexpectedly");
}

}  // namespace

base::Result<std::string> agent_library() {
  const base::Result<std::string> self = platform::own_executable();
  if (!self.ok()) return self.error();
  const std::string agent = (std::filesystem::path(self.value()).parent_path() / "ajar-agent.dll").string();
  std::error_code failed;
  if (std::filesystem::exists(agent, failed)) return agent;
  return base::Error(agent + ": the agent isn't there; it has to lie beside ajar.exe");
}

ajar_segment& EnteredProcess::segment() const {
  return *reinterpret_cast<ajar_segment*>(memory_.bytes().data());
}

base::Result<EnteredProcess> EnteredProcess::enter(std::int64_t pid, const std::string& agent) {
  auto process = platform::win::RemoteProcess::open(pid);
  if (!process.ok()) return std::move(process).error();
  auto memory = platform::win::SharedMemory::create(kSize);
  if (!memory.ok()) return std::move(memory).error();
  EnteredProcess entered(std::move(process).value(), std::move(memory).value());
  prepare(entered.segment(), pid);
  if (auto begun = entered.begin(agent); !begun.ok()) return std::move(begun).error();
  return entered;
}

base::Result<void> EnteredProcess::begin(const std::string& agent) {
  const auto start = offset_of(agent, "ajar_agent_start");
  if (!start.ok()) return start.error();
  const auto stop = offset_of(agent, "ajar_agent_stop");
  if (!stop.ok()) return stop.error();
  const auto base = process_.load(agent);
  if (!base.ok()) return base.error();
  if (!is_that_file(process_, base.value(), agent))
    return base::Error(
        fmt::format("process {} has the agent of another ajar in it, which stays loaded: take that "
                    "ajar, or start the process anew",
                    process_.pid()));
  const auto mapped = process_.map(memory_);
  if (!mapped.ok()) return mapped.error();
  stop_ = base.value() + stop.value();
  const auto failed = process_.run(base.value() + start.value(), mapped.value());
  if (!failed.ok()) {
    // The call may still come: then there is nothing to begin for.
    __atomic_store_n(&segment().detached, 1U, __ATOMIC_RELEASE);
    return failed.error();
  }
  if (failed.value() == 0) return {};
  process_.unmap(mapped.value());
  return base::Error("process " + std::to_string(process_.pid()) +
                     " can't be recorded: " + why_not_begun(failed.value()));
}

bool EnteredProcess::leave() {
  return process_.exit_status() || process_.run(stop_, 0).ok();
}

}  // namespace ajar::capture::win_agent
