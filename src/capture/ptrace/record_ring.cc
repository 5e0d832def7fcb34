#include "capture/ptrace/record_ring.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "base/owned_fd.h"

namespace ajar::capture::ptrace {

struct RecordRing::Shared {
  std::atomic<std::uint64_t> written{0}, read{0};  // bytes, since the start
  std::atomic<std::uint64_t> lost{0};
  std::atomic<bool> abandoned{false};
};

namespace {

constexpr std::size_t kPage = 4096;

// A page for what is shared beside the records, and the records twice.
std::byte* map_twice(int file, std::size_t size) {
  void* whole = ::mmap(nullptr, kPage + 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (whole == MAP_FAILED) return nullptr;
  auto* at = static_cast<std::byte*>(whole);
  constexpr int kHow = PROT_READ | PROT_WRITE;
  const bool mapped =
      ::mmap(at, kPage + size, kHow, MAP_SHARED | MAP_FIXED, file, 0) != MAP_FAILED &&
      ::mmap(at + kPage + size, size, kHow, MAP_SHARED | MAP_FIXED, file, kPage) != MAP_FAILED;
  if (mapped) return at;
  ::munmap(whole, kPage + 2 * size);
  return nullptr;
}

}  // namespace

base::Result<RecordRing> RecordRing::make(std::size_t bytes) {
  const base::OwnedFd file(::memfd_create("ajar records", MFD_CLOEXEC));
  if (!file.valid() || ::ftruncate(file.get(), static_cast<off_t>(kPage + bytes)) != 0)
    return base::system_error("memory for records", errno);
  std::byte* at = map_twice(file.get(), bytes);
  if (at == nullptr) return base::system_error("memory for records", errno);
  return RecordRing(new (at) Shared, at + kPage, bytes);
}

RecordRing::RecordRing(RecordRing&& other) noexcept
    : shared_(std::exchange(other.shared_, nullptr)), bytes_(other.bytes_), size_(other.size_) {}

RecordRing::~RecordRing() {
  if (shared_ != nullptr) ::munmap(shared_, kPage + 2 * size_);
}

bool RecordRing::has_room(std::size_t bytes) const {
  const std::uint64_t used =
      shared_->written.load(std::memory_order_relaxed) - shared_->read.load(std::memory_order_acquire);
  return used + bytes <= size_;
}

// Once, until there is room again: the victim waits meanwhile, for ajar to have read some large file perhaps.
bool RecordRing::wait_for_room(std::size_t bytes) {
  constexpr int kLooks = 5000;  // a second
  constexpr useconds_t kBetween = 200;
  for (int i = 0; i < kLooks && !starved_ && !abandoned(); ++i) {
    ::usleep(kBetween);
    if (has_room(bytes)) return true;
  }
  return false;
}

std::byte* RecordRing::reserve(std::size_t most) {
  if (abandoned()) return nullptr;
  if (!has_room(most) && !wait_for_room(most)) {
    starved_ = true;
    shared_->lost.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  starved_ = false;
  return bytes_ + shared_->written.load(std::memory_order_relaxed) % size_;
}

void RecordRing::commit(std::size_t bytes) {
  shared_->written.fetch_add(bytes, std::memory_order_release);
}

RecordRing::Read RecordRing::read(const std::function<void(std::span<const std::byte>)>& taken) {
  Read done;
  const std::uint64_t end = shared_->written.load(std::memory_order_acquire);
  std::uint64_t at = shared_->read.load(std::memory_order_relaxed);
  done.fill_percent = static_cast<std::uint32_t>((end - at) * 100 / size_);
  while (at < end) {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, bytes_ + at % size_, sizeof(bytes));
    taken({bytes_ + at % size_, bytes});
    ++done.records;
    at += bytes;
    shared_->read.store(at, std::memory_order_release);
  }
  return done;
}

std::uint64_t RecordRing::lost() const {
  return shared_->lost.load(std::memory_order_relaxed);
}

void RecordRing::abandon() {
  shared_->abandoned.store(true, std::memory_order_relaxed);
}

bool RecordRing::abandoned() const {
  return shared_->abandoned.load(std::memory_order_relaxed);
}

}  // namespace ajar::capture::ptrace
