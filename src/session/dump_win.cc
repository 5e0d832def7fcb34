#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "capture/win_htrace/win_htrace.h"
#include "objfile/minidump_writer.h"
#include "objfile/pe.h"
#include "platform/file_sink.h"
#include "platform/mapped_file.h"
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

base::Result<void> write_file(const std::string& path, const std::vector<std::byte>& bytes) {
  auto file = platform::FileSink::create(path);
  if (!file.ok()) return std::move(file).error();
  if (auto written = file.value().write(bytes); !written.ok()) return written;
  return file.value().close();
}

}  // namespace

base::Result<Dumped> dump_process(std::int64_t pid, std::string path,
                                  std::vector<objfile::MinidumpOperation> operations) {
  const auto process = platform::win::find_process(pid);
  if (!process.ok()) return process.error();
  auto table = tables::windows::read_table(pid, tables::windows::Depth::all);
  if (!table.ok()) return std::move(table).error();
  if (!table.value().not_opened.empty()) {
    return base::Error("process " + std::to_string(pid) + ": " + table.value().not_opened +
                       "; run ajar as administrator");
  }
  Dumped dumped{.program = process.value().name, .path = std::move(path), .troubles = {}};
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
  contents.operations = operations.empty() ? operations_of(pid) : std::optional(std::move(operations));
  dumped.operations = contents.operations ? contents.operations->size() : 0;
  dumped.handles = contents.handles.size();
  dumped.threads = contents.threads.size();
  dumped.modules = contents.modules.size();
  const auto bytes = objfile::write_minidump(contents);
  if (!bytes.ok()) return bytes.error();
  if (auto written = write_file(dumped.path, bytes.value()); !written.ok()) return std::move(written).error();
  return dumped;
}

}  // namespace ajar::session
