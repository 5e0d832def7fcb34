#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "capture/win_htrace/win_htrace.h"
#include "objfile/minidump_writer.h"
#include "objfile/pe.h"
#include "platform/file_sink.h"
#include "platform/mapped_file.h"
#include "platform/win_memory.h"
#include "platform/win_nt.h"
#include "platform/win_processes.h"
#include "session/dump.h"
#include "tables/windows/table.h"

namespace ajar::session {
namespace {

using objfile::MinidumpContents;

// What its file tells of the module: which build it is. Of a file that is not there any more, nothing.
MinidumpContents::Module module_of(const platform::win::ModuleRow& row) {
  MinidumpContents::Module module{
      .base = row.base, .size = row.size, .timestamp = 0, .path = row.path, .pdb = {}};
  const auto file = platform::MappedFile::open(row.path);
  if (!file.ok()) return module;
  const auto image = objfile::PeFile::parse(file.value().bytes());
  if (!image.ok()) return module;
  module.timestamp = image.value().header().timestamp;
  if (const auto pdb = image.value().pdb())
    module.pdb = {.guid = pdb->guid, .age = pdb->age, .path = std::string(pdb->path)};
  return module;
}

objfile::MinidumpSystem this_system() {
  const platform::win::Version version = platform::win::windows_version();
  return {.processor = objfile::MinidumpProcessor::x86_64,
          .major = version.major,
          .minor = version.minor,
          .build = version.build};
}

void add_threads(const platform::win::ProcessRow& process, MinidumpContents& contents) {
  for (const platform::win::ThreadRow& thread : process.threads) {
    contents.threads.push_back({.id = thread.tid,
                                .priority = thread.priority,
                                .teb = 0,
                                .created = thread.created,
                                .start = thread.start});
  }
}

// Where somebody has the kernel trace handles: Application Verifier, a debugger, another ajar.
std::optional<std::vector<objfile::MinidumpOperation>> operations_of(std::int64_t pid) {
  const auto system = capture::win_htrace::this_system();
  std::vector<objfile::MinidumpOperation> operations;
  for (const capture::win_htrace::HandleTrace& trace : capture::win_htrace::kept_traces(*system, pid)) {
    operations.push_back({.handle = trace.handle,
                          .process = static_cast<std::uint32_t>(trace.process),
                          .thread = static_cast<std::uint32_t>(trace.thread),
                          .kind = static_cast<objfile::MinidumpOperation::Kind>(trace.kind),
                          .frames = {trace.frames().begin(), trace.frames().end()}});
  }
  if (operations.empty()) return std::nullopt;
  return operations;
}

// How many bytes of it could not be read.
base::Result<std::uint64_t> write_memory(const platform::win::ProcessMemory& memory,
                                         const std::vector<MinidumpContents::Memory>& ranges,
                                         platform::FileSink& file) {
  constexpr std::size_t kAtOnce = 1U << 20U;
  std::vector<std::byte> some(kAtOnce);
  std::uint64_t missing = 0;
  for (const MinidumpContents::Memory& range : ranges) {
    for (std::uint64_t from = 0; from < range.size; from += kAtOnce) {
      const auto part = std::span(some).first(std::min<std::uint64_t>(kAtOnce, range.size - from));
      missing += memory.read(range.begin + from, part);
      if (auto written = file.write(part); !written.ok()) return std::move(written).error();
    }
  }
  return missing;
}

// How many bytes of the memory could not be read.
base::Result<std::uint64_t> write_file(const std::string& path, const MinidumpContents& contents,
                                       const platform::win::ProcessMemory* memory) {
  const auto bytes = objfile::write_minidump(contents);
  if (!bytes.ok()) return bytes.error();
  auto file = platform::FileSink::create(path);
  if (!file.ok()) return std::move(file).error();
  const auto written = [&]() -> base::Result<std::uint64_t> {
    if (auto head = file.value().write(bytes.value()); !head.ok()) return std::move(head).error();
    auto missing = memory == nullptr ? base::Result<std::uint64_t>(0)
                                     : write_memory(*memory, *contents.memory, file.value());
    if (!missing.ok()) return missing;
    if (auto closed = file.value().close(); !closed.ok()) return std::move(closed).error();
    return missing;
  }();
  if (written.ok()) return written;
  static_cast<void>(file.value().close());
  std::error_code failed;
  std::filesystem::remove(path, failed);
  return written;
}

}  // namespace

base::Result<Dumped> dump_process(std::int64_t pid, DumpOptions options) {
  const auto process = platform::win::find_process(pid);
  if (!process.ok()) return process.error();
  auto table = tables::windows::read_table(pid, tables::windows::Depth::all);
  if (!table.ok()) return std::move(table).error();
  if (!table.value().not_opened.empty()) {
    return base::Error("process " + std::to_string(pid) + ": " + table.value().not_opened +
                       "; run ajar as administrator");
  }
  Dumped dumped{.program = process.value().name, .path = std::move(options.path), .troubles = {}};
  if (dumped.path.empty()) dumped.path = dumped.program + "." + std::to_string(pid) + ".dmp";
  for (const auto& [type, count] : table.value().unread) {
    dumped.troubles.push_back(std::to_string(count) + " of type " + type +
                              " can't be read by others: the dump has no more than their type");
  }
  MinidumpContents contents;
  contents.system = this_system();
  contents.processors = std::max(1U, std::thread::hardware_concurrency());
  contents.process.pid = static_cast<std::uint32_t>(pid);
  contents.process.created = static_cast<std::uint32_t>(platform::win::unix_seconds(process.value().created));
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  contents.written =
      static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
  add_threads(process.value(), contents);
  if (const auto modules = platform::win::list_modules(pid); modules.ok()) {
    for (const platform::win::ModuleRow& row : modules.value()) contents.modules.push_back(module_of(row));
  } else {
    dumped.troubles.push_back(modules.error().message() + ": the dump has none");
  }
  contents.handles = std::move(table.value().handles);
  contents.operations =
      options.operations.empty() ? operations_of(pid) : std::optional(std::move(options.operations));
  dumped.operations = contents.operations ? contents.operations->size() : 0;
  dumped.handles = contents.handles.size();
  dumped.threads = contents.threads.size();
  dumped.modules = contents.modules.size();
  std::optional<platform::win::ProcessMemory> memory;
  if (options.memory) {
    auto opened = platform::win::ProcessMemory::open(pid);
    if (!opened.ok()) return std::move(opened).error();
    memory = std::move(opened).value();
    contents.memory.emplace();
    for (const platform::win::ProcessMemory::Range& range : memory->ranges()) {
      contents.memory->push_back({.begin = range.begin, .size = range.size});
      dumped.memory += range.size;
    }
  }
  const auto missing = write_file(dumped.path, contents, memory ? &*memory : nullptr);
  if (!missing.ok()) return missing.error();
  if (missing.value() > 0) {
    dumped.troubles.push_back(std::to_string(missing.value()) +
                              " bytes of memory went while they were read: they are zeros in the dump");
  }
  return dumped;
}

}  // namespace ajar::session
