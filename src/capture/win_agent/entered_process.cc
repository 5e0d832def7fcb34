#include "capture/win_agent/entered_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "objfile/pe.h"
#include "platform/mapped_file.h"
#include "platform/own_executable.h"
#include "ring/layout.h"

namespace ajar::capture::win_agent {
namespace {

constexpr ring::Layout kLayout = ring::layout_of(1U << 14U, 1U << 18U);

void prepare(ajar_segment& segment, std::int64_t pid) {
  ring::describe(segment, kLayout);
  ring::give_all_cells(segment);
  segment.clock = AJAR_CLOCK_COUNTER;  // the agent says which
  segment.key = static_cast<ajar_u64>(pid);
  segment.pid = static_cast<ajar_u32>(pid);
  segment.magic = AJAR_WIRE_MAGIC;
}

// From where the image begins; 0 where it exports no such function.
std::uint32_t offset_of(const objfile::PeFile& pe, std::string_view function) {
  const std::vector<objfile::PeExport> all = pe.export_table();
  const auto found = std::ranges::find(all, function, &objfile::PeExport::name);
  return found == all.end() ? 0 : found->address;
}

base::Result<Agent> read_agent(std::string path) {
  const auto file = platform::MappedFile::open(path);
  if (!file.ok()) return file.error();
  const auto pe = objfile::PeFile::parse(file.value().bytes());
  if (!pe.ok()) return base::Error(path + ": " + pe.error().message());
  Agent agent;
  agent.start = offset_of(pe.value(), "ajar_agent_start");
  agent.stop = offset_of(pe.value(), "ajar_agent_stop");
  if (agent.start == 0 || agent.stop == 0 || file.value().bytes().size() < Agent::kHeaders)
    return base::Error(path + ": not ajar's agent, or of another version; install ajar anew");
  std::ranges::copy(file.value().bytes().first(Agent::kHeaders), agent.headers.begin());
  agent.path = std::move(path);
  return agent;
}

// Whether the image that lies there has the file's headers: a library that is loaded already is not loaded
// again, though another file has its name by now.
bool is_that_file(const platform::win::RemoteProcess& process, std::uint64_t base, const Agent& agent) {
  constexpr std::size_t kImageBase = 0x30, kImageBaseSize = 8;  // from 'PE': where it lies is written there
  auto wanted = agent.headers;
  auto there = wanted;
  if (!process.read(base, there)) return false;
  std::uint32_t pe = 0;  // where it begins, at 3Ch
  std::memcpy(&pe, wanted.data() + 0x3c, sizeof(pe));
  if (pe > Agent::kHeaders - kImageBase - kImageBaseSize) return false;
  for (auto* headers : {&wanted, &there})
    std::fill_n(headers->begin() + pe + kImageBase, kImageBaseSize, std::byte{});
  return wanted == there;
}

std::string why_not_begun(std::uint32_t step) {
  constexpr std::array<std::string_view, AJAR_BEGUN_ANSWERS> kWhy = {
      "",
      "another ajar records it already",
      "its agent is of another version of ajar; start the process anew",
      "it has no memory for the agent's tables",
      "its threads can't be made to stand still for the moment that the agent needs; try again",
      "ajar had given up waiting for it; try again",
      "it allows no code that is made at run time (Arbitrary Code Guard); '--via htrace' reads what the "
      "kernel notes"};
  return std::string(step < kWhy.size() ? kWhy[step] : "the agent ended unexpectedly");
}

}  // namespace

base::Result<Agent> find_agent() {
  const base::Result<std::string> self = platform::own_executable();
  if (!self.ok()) return self.error();
  std::string path = (std::filesystem::path(self.value()).parent_path() / "ajar-agent.dll").string();
  std::error_code failed;
  if (std::filesystem::exists(path, failed)) return read_agent(std::move(path));
  return base::Error(path + ": the agent isn't there; it has to lie beside ajar.exe");
}

ajar_segment& EnteredProcess::segment() const {
  return *reinterpret_cast<ajar_segment*>(memory_.bytes().data());
}

base::Result<EnteredProcess> EnteredProcess::enter(std::int64_t pid, const Agent& agent) {
  auto process = platform::win::RemoteProcess::open(pid);
  if (!process.ok()) return std::move(process).error();
  auto memory = platform::win::SharedMemory::create(kLayout.size);
  if (!memory.ok()) return std::move(memory).error();
  EnteredProcess entered(std::move(process).value(), std::move(memory).value());
  prepare(entered.segment(), pid);
  if (auto begun = entered.begin(agent); !begun.ok()) return std::move(begun).error();
  return entered;
}

base::Result<void> EnteredProcess::begin(const Agent& agent) {
  const auto base = process_.load(agent.path);
  if (!base.ok()) return base.error();
  if (!is_that_file(process_, base.value(), agent))
    return base::Error(
        fmt::format("process {} has the agent of another ajar in it, which stays loaded: take that "
                    "ajar, or start the process anew",
                    process_.pid()));
  const auto mapped = process_.map(memory_);
  if (!mapped.ok()) return mapped.error();
  stop_ = base.value() + agent.stop;
  const auto failed = process_.run(base.value() + agent.start, mapped.value());
  if (!failed.ok()) {
    // The call may still come: then there is nothing to begin for.
    __atomic_store_n(&segment().detached, 1U, __ATOMIC_RELEASE);
    return failed.error();
  }
  if (failed.value() == AJAR_BEGUN) return {};
  process_.unmap(mapped.value());
  return base::Error("process " + std::to_string(process_.pid()) +
                     " can't be recorded: " + why_not_begun(failed.value()));
}

bool EnteredProcess::leave() {
  return process_.exit_status() || process_.run(stop_, 0).ok();
}

}  // namespace ajar::capture::win_agent
