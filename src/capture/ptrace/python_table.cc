#include "capture/ptrace/python_table.h"

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ajar::capture::ptrace {
namespace {

constexpr std::size_t kRows = 4096, kLooks = 32;

}  // namespace

// A process's is one of some from its pid on, modulo the number of rows.
struct PythonTable::Row {
  std::atomic<std::uint32_t> turn{0};  // odd while it is written
  std::atomic<std::int64_t> pid{0};
  ajar_python where{};
};

base::Result<PythonTable> PythonTable::make() {
  void* at = ::mmap(nullptr, kRows * sizeof(Row), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return base::system_error("memory for the tracer", errno);
  // All zeros are rows of nobody.
  return PythonTable(static_cast<Row*>(at));
}

PythonTable::PythonTable(PythonTable&& other) noexcept : rows_(std::exchange(other.rows_, nullptr)) {}

PythonTable::~PythonTable() {
  if (rows_ != nullptr) ::munmap(rows_, kRows * sizeof(Row));
}

PythonTable::Row* PythonTable::row_of(std::int64_t pid, std::int64_t wanted) const {
  for (std::size_t look = 0; look < kLooks; ++look) {
    Row& row = rows_[(static_cast<std::size_t>(pid) + look) % kRows];
    if (row.pid.load(std::memory_order_relaxed) == wanted) return &row;
  }
  return nullptr;
}

bool PythonTable::put(std::int64_t pid, const ajar_python& where) {
  Row* row = row_of(pid, pid);
  const bool has_none = where.interpreters == 0;
  if (row == nullptr && has_none) return true;
  if (row == nullptr) row = row_of(pid, 0);
  if (row == nullptr) return false;
  row->turn.fetch_add(1, std::memory_order_acq_rel);
  row->pid.store(has_none ? 0 : pid, std::memory_order_relaxed);
  row->where = where;
  row->turn.fetch_add(1, std::memory_order_release);
  return true;
}

std::optional<ajar_python> PythonTable::find(std::int64_t pid) const {
  Row* row = row_of(pid, pid);
  if (row == nullptr) return std::nullopt;
  const std::uint32_t turn = row->turn.load(std::memory_order_acquire);
  if (turn % 2 != 0 || row->pid.load(std::memory_order_relaxed) != pid) return std::nullopt;
  const ajar_python where = row->where;
  // An addition, so that nothing above is read after it.
  if (row->turn.fetch_add(0, std::memory_order_acq_rel) != turn) return std::nullopt;
  return where;
}

}  // namespace ajar::capture::ptrace
