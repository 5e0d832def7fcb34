#include "capture/win_htrace/system.h"

#include <windows.h>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "capture/win_htrace/handle_traces.h"
#include "capture/win_htrace/tracing.h"
#include "objfile/pe.h"
#include "platform/mapped_file.h"
#include "platform/win_nt.h"
#include "platform/win_privileges.h"
#include "platform/win_processes.h"
#include "platform/win_text.h"
#include "tables/windows/live_process.h"

namespace ajar::capture::win_htrace {
namespace {

namespace win = platform::win;

constexpr std::uint32_t kHandleTracing = 32;  // PROCESSINFOCLASS

std::vector<std::byte> room_for(std::size_t traces) {
  return std::vector<std::byte>(HandleTraces::kHeaderSize + traces * HandleTraces::kTraceSize);
}

class KernelTracer final : public HandleTracer {
 public:
  explicit KernelTracer(win::OwnedHandle process) : process_(std::move(process)) {}

  // PROCESS_HANDLE_TRACING_ENABLE has flags, of which there are none; …_ENABLE_EX has the slots, too.
  win::Status enable(std::uint32_t slots) override {
    const std::array<std::uint32_t, 2> wanted{0, slots};
    const auto bytes = std::as_bytes(std::span(wanted));
    return win::set_process(process_.get(), kHandleTracing, slots == 0 ? bytes.first(4) : bytes);
  }

  win::Status disable() override { return win::set_process(process_.get(), kHandleTracing, {}); }

  std::expected<std::span<const std::byte>, win::Status> query() override {
    for (;;) {
      // The question is in the answer's place: a handle, or 0 for all.
      std::ranges::fill(std::span(answer_).first(HandleTraces::kHeaderSize), std::byte{0});
      const win::Status status = win::query(win::Query::process, process_.get(), kHandleTracing, answer_);
      const bool is_too_short = status == win::kTooShort || status == win::kBufferTooSmall ||
                                status == win::kBufferOverflow || (status >= 0 && is_full());
      if (status < 0 && !is_too_short) return std::unexpected(status);
      if (!is_too_short || answer_.size() >= room_for(kMostSlots).size()) {
        if (status < 0) return std::unexpected(status);
        return answer_;
      }
      answer_.resize(std::min(2 * answer_.size(), room_for(kMostSlots + 1).size()));
    }
  }

  std::optional<std::uint32_t> exit_status() override {
    DWORD status = 0;
    if (::WaitForSingleObject(process_.get(), 0) != WAIT_OBJECT_0 ||
        ::GetExitCodeProcess(process_.get(), &status) == FALSE)
      return std::nullopt;
    return status;
  }

 private:
  // There may be more than what had room.
  [[nodiscard]] bool is_full() const {
    const auto traces = HandleTraces::read(answer_);
    return traces &&
           traces->told() >= (answer_.size() - HandleTraces::kHeaderSize) / HandleTraces::kTraceSize;
  }

  win::OwnedHandle process_;
  std::vector<std::byte> answer_ = room_for(4096);
};

class ThisSystem final : public System {
 public:
  win::Status probe() override {
    std::vector<std::byte> answer = room_for(1);
    return win::query(win::Query::process, ::GetCurrentProcess(), kHandleTracing, answer);
  }

  base::Result<std::unique_ptr<HandleTracer>> open(std::int64_t pid) override;

  base::Result<model::ImageId> image_of(model::World& world, std::int64_t pid) override {
    const auto process = win::find_process(pid);
    if (!process.ok()) return process.error();
    return tables::windows::image_of(world, process.value());
  }

  base::Result<std::vector<model::Module>> modules(std::int64_t pid) override;

  base::Result<std::map<std::int64_t, model::Snapshot>> tables(
      const std::vector<std::int64_t>& pids) override {
    return tables::windows::glance(pids);
  }

  base::Result<model::Snapshot> table_with_names(std::int64_t pid) override {
    auto table = tables::windows::read_snapshot(pid, tables::windows::Depth::names);
    if (!table.ok()) return std::move(table).error();
    return std::move(table.value().snapshot);
  }

  [[nodiscard]] std::chrono::nanoseconds now() const override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }

 private:
  std::string identity_of(const win::ModuleRow& row);

  std::map<std::tuple<std::string, std::uint64_t, std::uint32_t>, std::string> identities_;
};

base::Result<std::unique_ptr<HandleTracer>> ThisSystem::open(std::int64_t pid) {
  win::ask_for_debug_privilege();
  constexpr DWORD kRights = PROCESS_QUERY_INFORMATION | PROCESS_SET_INFORMATION | SYNCHRONIZE;
  win::OwnedHandle process(::OpenProcess(kRights, FALSE, static_cast<DWORD>(pid)));
  const std::string name = "process " + std::to_string(pid);
  if (process.get() == nullptr) {
    if (::GetLastError() == ERROR_INVALID_PARAMETER) return base::Error("no " + name + " runs");
    return base::Error(win::last_error(name + ": it may not be traced").message() +
                       "; run ajar as administrator (a protected process lets nobody trace it)");
  }
  BOOL is_32_bit = FALSE;
  if (::IsWow64Process(process.get(), &is_32_bit) != FALSE && is_32_bit != FALSE)
    return base::Error(name + " is a 32-bit program: the kernel keeps no stacks of those");
  return std::unique_ptr<HandleTracer>(std::make_unique<KernelTracer>(std::move(process)));
}

// A file that can't be read has none.
std::string ThisSystem::identity_of(const win::ModuleRow& row) {
  const auto [known, is_new] = identities_.try_emplace({row.path, row.base, row.size});
  if (!is_new) return known->second;
  const auto file = platform::MappedFile::open(row.path);
  if (!file.ok()) return {};
  const auto image = objfile::PeFile::parse(file.value().bytes());
  if (image.ok()) known->second = image.value().identity();
  return known->second;
}

base::Result<std::vector<model::Module>> ThisSystem::modules(std::int64_t pid) {
  const auto rows = win::list_modules(pid);
  if (!rows.ok()) return rows.error();
  std::vector<model::Module> modules;
  for (const win::ModuleRow& row : rows.value()) {
    model::Module& module = modules.emplace_back();
    module.path = row.path;
    module.build_id = identity_of(row);
    module.bias = module.begin = row.base;
    module.end = row.base + row.size;
  }
  return modules;
}

}  // namespace

std::unique_ptr<System> this_system() {
  return std::make_unique<ThisSystem>();
}

}  // namespace ajar::capture::win_htrace
