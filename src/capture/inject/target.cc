#include "capture/inject/target.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "capture/program.h"
#include "objfile/elf.h"
#include "platform/mapped_file.h"
#include "platform/process_files.h"
#include "platform/procfs.h"
#include "platform/read_file.h"

namespace ajar::capture::inject {
namespace {

constexpr std::array<std::string_view, 4> kNeeded = {"dlopen", "dlerror", "__errno_location",
                                                     "__libc_dlopen_mode"};
constexpr std::array<std::string_view, 2> kAgentEntries = {"ajar_agent_begin", "ajar_agent_end"};
constexpr std::string_view kAgentFile = "/libajar-agent.so";

std::string field(std::string_view status, std::string_view name) {
  const std::size_t at = status.find("\n" + std::string(name));
  if (at == std::string_view::npos) return {};
  status.remove_prefix(at + 1 + name.size());
  status = status.substr(0, status.find('\n'));
  status.remove_prefix(std::min(status.size(), status.find_first_not_of(" \t")));
  return std::string(status);
}

bool same_link(const platform::ProcFs& proc, std::int64_t pid, std::string_view file) {
  const auto there = platform::read_link(proc.path(pid, file));
  const auto here = platform::read_link("/proc/self/" + std::string(file));
  return !there || !here || *there == *here;
}

bool same_root(const platform::ProcFs& proc, std::int64_t pid) {
  struct stat there{}, here{};
  if (::stat((proc.path(pid, "root") + "/").c_str(), &there) != 0 || ::stat("/", &here) != 0) return true;
  return there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

// Of what /proc says; empty where nothing is in the way.
std::string obstacle(const platform::ProcFs& proc, const platform::ProcessInfo& process,
                     std::string_view status) {
  if (const std::string tracer = field(status, "TracerPid:"); !tracer.empty() && tracer != "0")
    return "process " + tracer + " traces it already, and only one can; --via ebpf sees it from outside";
  if (process.state == 'T' || process.state == 't') return "it is stopped; let it go on (SIGCONT) first";
  const auto self = proc.process(::getpid());
  if (process.filters > (self ? self->filters : 0))
    return "it filters its system calls (seccomp), and may be killed for those of the agent" +
           std::string(kFromOutside);
  if (!same_link(proc, process.pid, "ns/mnt") || !same_root(proc, process.pid))
    return "it sees other files than ajar does (a container, a chroot), and can't load the agent" +
           std::string(kFromOutside);
  if (field(status, "x86_Thread_features:").find("shstk") != std::string::npos)
    return "its processor guards its stack (a shadow stack), and would take the call for an attack" +
           std::string(kFromOutside);
  return {};
}

std::string obstacle_in_program(const platform::ProcFs& proc, std::int64_t pid) {
  const Program program = inspect_program(proc.path(pid, "exe"));
  if (program.kind == Program::Kind::static_program || program.kind == Program::Kind::other_bits)
    return program.reason;
  const auto file = kernel::CodeFile::open({.pid = pid,
                                            .start_ticks = 0,
                                            .path = proc.path(pid, "exe"),
                                            .begin = 0,
                                            .end = 0,
                                            .since_unix_ns = 0});
  if (file != nullptr && file->interpreter().find("ld-musl") != std::string::npos)
    return "it has musl's C library, which has no room for the agent's thread-local data in a program that "
           "runs" +
           std::string(kFromOutside);
  return {};
}

}  // namespace

bool has_agent(std::int64_t pid) {
  const auto maps = platform::read_file(platform::ProcFs().path(pid, "maps"));
  return maps && maps->find(kAgentFile) != std::string::npos;
}

base::Result<void> can_enter(std::int64_t pid) {
  const std::string subject = "process " + std::to_string(pid) + " can't be entered: ";
  const platform::ProcFs proc;
  const auto process = proc.process(pid);
  if (!process || process->ended()) return base::Error(subject + "it has ended");
  if (process->main_ended()) return base::Error(subject + platform::kMainThreadEnded);
  if (!proc.executable(pid) && process->user == 0 && ::geteuid() == 0)
    return base::Error("process " + std::to_string(pid) + " is a kernel thread");
  const auto status = platform::read_file(proc.path(pid, "status"));
  std::string why = status ? obstacle(proc, *process, *status) : std::string("it has ended");
  if (why.empty()) why = obstacle_in_program(proc, pid);
  if (why.empty()) return {};
  return base::Error(subject + why);
}

base::Result<TargetCode> TargetCode::look(std::int64_t pid, kernel::CodeFiles& files) {
  const platform::ProcFs proc;
  const auto process = proc.process(pid);
  const auto ranges = platform::code_mapped_by(pid);
  if (!process || !ranges) return base::Error("what it has mapped can't be seen");
  TargetCode code;
  const std::string linker = [&] {
    for (const platform::MappedRange& range : *ranges) {
      const auto file = files.file_of(pid, process->start_ticks, range);
      if (file != nullptr && !file->interpreter().empty()) return file->interpreter();
    }
    return std::string();
  }();
  const std::string linker_file = linker.empty() ? linker : kernel::told_range(linker).path;
  for (const platform::MappedRange& range : *ranges) {
    Mapping mapping{.begin = range.begin, .end = range.end, .bias = 0, .path = range.path, .file = nullptr};
    mapping.file =
        range.path == "[vdso]" ? kernel::CodeFile::vdso() : files.file_of(pid, process->start_ticks, range);
    const auto address = mapping.file != nullptr ? mapping.file->address_at(range.offset) : std::nullopt;
    if (address) mapping.bias = range.begin - *address;
    if (!address) mapping.file = nullptr;
    if (range.path == linker_file) code.unsafe_.push_back({range.begin, range.end, "the dynamic linker"});
    if (mapping.file != nullptr && range.path.starts_with('/'))
      code.look_into(pid, process->start_ticks, mapping);
    code.mappings_.push_back(std::move(mapping));
  }
  return code;
}

bool TargetCode::holds_for(std::int64_t pid) const {
  const auto ranges = platform::code_mapped_by(pid);
  return ranges && std::ranges::equal(*ranges, mappings_, [](const auto& range, const Mapping& mapping) {
           return range.begin == mapping.begin && range.end == mapping.end && range.path == mapping.path;
         });
}

void TargetCode::look_into(std::int64_t pid, std::uint64_t start_ticks, const Mapping& mapping) {
  std::vector<std::string> paths = platform::paths_through_process({.pid = pid,
                                                                    .start_ticks = start_ticks,
                                                                    .path = mapping.path,
                                                                    .begin = mapping.begin,
                                                                    .end = mapping.end,
                                                                    .since_unix_ns = 0});
  paths.push_back(mapping.path);
  for (const std::string& path : paths) {
    const auto bytes = platform::MappedFile::open(path);
    if (!bytes.ok()) continue;
    const auto elf = objfile::ElfFile::parse(bytes.value().bytes());
    if (!elf.ok() || elf.value().build_id() != mapping.file->build_id()) continue;
    const auto names = unsafe_functions();
    const auto unsafe = elf.value().exports(names);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::uint64_t begin = mapping.bias + unsafe[i].address;
      if (unsafe[i].address != 0)
        unsafe_.push_back({begin, begin + unsafe[i].size, std::string(names[i]) + "()"});
    }
    const bool is_library = mapping.path.find("/libc.so") != std::string::npos ||
                            mapping.path.find("/libc-") != std::string::npos ||
                            mapping.path.find("/libdl") != std::string::npos;
    const auto needed = elf.value().exports(kNeeded);
    for (std::size_t i = 0; is_library && i < kNeeded.size(); ++i) {
      if (needed[i].address != 0) functions_.push_back({kNeeded[i], mapping.bias + needed[i].address});
    }
    if (mapping.path.find(kAgentFile) != std::string::npos) {
      const auto entries = elf.value().exports(kAgentEntries);
      const auto at = [&](std::size_t i) {
        return entries[i].address == 0 ? 0 : mapping.bias + entries[i].address;
      };
      agents_.push_back({mapping.path, at(0), at(1)});
    }
    return;
  }
}

std::uint64_t TargetCode::function(std::string_view name) const {
  const auto found = std::ranges::find(functions_, name, &Function::name);
  return found == functions_.end() ? 0 : found->address;
}

std::optional<kernel::WalkedCode> TargetCode::code_at(std::uint64_t address) const {
  const auto found = std::ranges::find_if(
      mappings_, [&](const Mapping& m) { return address >= m.begin && address < m.end; });
  if (found == mappings_.end()) return std::nullopt;
  if (found->file == nullptr) return kernel::WalkedCode{};
  return kernel::WalkedCode{found->file->table(), found->bias, found->file->has_frame_pointers()};
}

}  // namespace ajar::capture::inject
