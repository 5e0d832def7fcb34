#include "agent/linux/snapshot.h"

#include "agent/core/clock.h"
#include "agent/core/emit.h"
#include "agent/core/state.h"
#include "agent/linux/raw.h"

namespace ajar::agent {
namespace {

constexpr uint32_t kMaxLink = 3500;
constexpr uint32_t kMaxAddress = 128;
constexpr int kScanAtLeast = 4096, kScanAtMost = 1 << 20;

void write_mark(ajar_record_kind kind, ajar_table_taken taken, bool complete) {
  ring::Producer producer(state.segment, thread_state.lane);
  ajar_record* record = reserve(producer, sizeof(ajar_table), kind, now(), Patience::patient);
  if (record == nullptr) return;
  auto* mark = reinterpret_cast<ajar_table*>(record);
  mark->taken = taken;
  mark->complete = complete ? 1 : 0;
  producer.commit(record);
}

bool starts_with_socket(const char* link, int64_t length) {
  return length > 7 && __builtin_memcmp(link, "socket:", 7) == 0;
}

struct Row {
  ajar_table_row fixed{};
  char link[kMaxLink];
  uint8_t local[kMaxAddress];
  uint8_t peer[kMaxAddress];
};

void describe_socket(int fd, Row& row) {
  row.fixed.family = static_cast<ajar_u16>(raw::socket_option(fd, raw::kSocketDomain));
  row.fixed.type = static_cast<ajar_u16>(raw::socket_option(fd, raw::kSocketType));
  row.fixed.protocol = static_cast<ajar_u16>(raw::socket_option(fd, raw::kSocketProtocol));
  uint32_t length = kMaxAddress;
  if (raw::getsockname(fd, row.local, &length) == 0 && length <= kMaxAddress) {
    row.fixed.local_length = static_cast<ajar_u8>(length);
  }
  length = kMaxAddress;
  if (raw::getpeername(fd, row.peer, &length) == 0 && length <= kMaxAddress) {
    row.fixed.peer_length = static_cast<ajar_u8>(length);
  }
}

// False where the descriptor is gone.
bool write_row(int fd, Row& row) {
  int64_t length = raw::link_of(fd, row.link, kMaxLink);
  if (length < 0) length = 0;
  row.fixed = {};
  row.fixed.handle = fd;
  row.fixed.link_length = static_cast<ajar_u16>(length);
  if (starts_with_socket(row.link, length)) describe_socket(fd, row);

  const auto bytes = static_cast<uint32_t>(sizeof(ajar_table_row) + static_cast<uint64_t>(length)) +
                     row.fixed.local_length + row.fixed.peer_length;
  ring::Producer producer(state.segment, thread_state.lane);
  ajar_record* record = reserve(producer, bytes, AJAR_RECORD_TABLE_ROW, now(), Patience::patient);
  if (record == nullptr) return false;
  row.fixed.record = *record;
  auto* out = reinterpret_cast<ajar_table_row*>(record);
  __builtin_memcpy(reinterpret_cast<uint8_t*>(out) + sizeof(ajar_record),
                   reinterpret_cast<const uint8_t*>(&row.fixed) + sizeof(ajar_record),
                   sizeof(ajar_table_row) - sizeof(ajar_record));
  auto* after = reinterpret_cast<uint8_t*>(out + 1);
  __builtin_memcpy(after, row.link, static_cast<uint64_t>(length));
  __builtin_memcpy(after + length, row.local, row.fixed.local_length);
  __builtin_memcpy(after + length + row.fixed.local_length, row.peer, row.fixed.peer_length);
  producer.commit(record);
  return true;
}

// The number that a directory entry's name is, or -1 ("." and "..").
int number_of(const char* name) {
  int value = 0;
  if (*name == 0) return -1;
  for (; *name != 0; ++name) {
    if (*name < '0' || *name > '9' || value > 100000000) return -1;
    value = value * 10 + (*name - '0');
  }
  return value;
}

struct DirectoryEntry {  // struct linux_dirent64, include/linux/dirent.h
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  uint8_t type;
  char name[1];
};

bool list_directory(int directory, Row& row) {
  alignas(8) char buffer[4096];
  for (;;) {
    const int64_t got = raw::getdents(directory, buffer, sizeof(buffer));
    if (got <= 0) return got == 0;
    for (int64_t at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const DirectoryEntry*>(buffer + at);
      const int fd =
          number_of(reinterpret_cast<const char*>(entry) + __builtin_offsetof(DirectoryEntry, name));
      if (fd >= 0 && fd != directory && !write_row(fd, row)) return false;
      at += entry->length;
    }
  }
}

// Without a descriptor to list the directory by: ask for every number that can be open.
bool scan_numbers(Row& row) {
  // Some may have been opened before the limit came down.
  const uint64_t soft = raw::limit(raw::kLimitOpenFiles).soft;
  const int end = soft > kScanAtMost    ? kScanAtMost
                  : soft < kScanAtLeast ? kScanAtLeast
                                        : static_cast<int>(soft);
  for (int fd = 0; fd < end; ++fd) {
    if (raw::get_fd_flags(fd) >= 0 && !write_row(fd, row)) return false;
  }
  return true;
}

}  // namespace

void write_table(ajar_table_taken taken) {
  write_mark(AJAR_RECORD_TABLE_BEGIN, taken, true);
  Row row;
  constexpr int kFlags = raw::kReadOnly | raw::kDirectory | raw::kCloseOnExec;
  const int directory = raw::open("/proc/thread-self/fd", kFlags);
  bool complete = false;
  if (directory >= 0) {
    complete = list_directory(directory, row);
    raw::close(directory);
  } else {
    complete = scan_numbers(row);
  }
  write_mark(AJAR_RECORD_TABLE_END, taken, complete);
}

}  // namespace ajar::agent
