#pragma once

#include <stdint.h>

// System calls made directly: the agent's own never pass through the hooks, and never touch errno. Results
// are the kernel's: negative error numbers. Numbers and constants: Linux' include/uapi and
// arch/x86/entry/syscalls/syscall_64.tbl.
namespace ajar::agent::raw {

inline int64_t call(int64_t number, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0, uint64_t d = 0,
                    uint64_t e = 0, uint64_t f = 0) {
  register uint64_t r10 asm("r10") = d;
  register uint64_t r8 asm("r8") = e;
  register uint64_t r9 asm("r9") = f;
  int64_t result = number;
  asm volatile("syscall"
               : "+a"(result)
               : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

template <typename T>
uint64_t word(T* pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}

inline constexpr int kAtCwd = -100;
inline constexpr int kReadOnly = 0, kReadWrite = 2, kCreate = 0100, kExclusive = 0200, kNonBlocking = 04000,
                     kDirectory = 0200000, kCloseOnExec = 02000000;

inline int open(const char* path, int flags, unsigned mode = 0) {
  return static_cast<int>(
      call(257, static_cast<uint64_t>(kAtCwd), word(path), static_cast<uint64_t>(flags), mode));
}
inline void close(int fd) {
  call(3, static_cast<uint64_t>(fd));
}
inline int64_t read(int fd, void* to, uint64_t size) {
  return call(0, static_cast<uint64_t>(fd), word(to), size);
}
inline int64_t readlink(int dir, const char* path, char* to, uint64_t size) {
  return call(267, static_cast<uint64_t>(dir), word(path), word(to), size);
}
inline uint32_t write_decimal(char* to, uint32_t value) {
  char digits[10];
  uint32_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  for (uint32_t i = 0; i < count; ++i) to[i] = digits[count - 1 - i];
  return count;
}
// What a descriptor's link says, without a NUL; negative where there is no such descriptor.
inline int64_t link_of(int fd, char* to, uint64_t size) {
  char path[40] = "/proc/thread-self/fd/";
  constexpr uint32_t kPrefix = 21;
  path[kPrefix + write_decimal(path + kPrefix, static_cast<uint32_t>(fd))] = 0;
  return readlink(kAtCwd, path, to, size);
}
inline int64_t getcwd(char* to, uint64_t size) {
  return call(79, word(to), size);
}
inline int unlink(const char* path) {
  return static_cast<int>(call(87, word(path)));
}
inline int ftruncate(int fd, uint64_t size) {
  return static_cast<int>(call(77, static_cast<uint64_t>(fd), size));
}
inline int fallocate(int fd, uint64_t size) {
  return static_cast<int>(call(285, static_cast<uint64_t>(fd), 0, 0, size));
}
// False where somebody holds an exclusive lock on the file.
inline bool can_lock_shared(int fd) {
  constexpr uint64_t kShared = 1, kDontWait = 4;
  return call(73, static_cast<uint64_t>(fd), kShared | kDontWait) == 0;
}
inline int64_t getdents(int fd, void* to, uint64_t size) {
  return call(217, static_cast<uint64_t>(fd), word(to), size);
}
// Which file it is, and of which kind (st_mode).
struct File {
  uint64_t device = 0, inode = 0;
  uint32_t mode = 0;

  bool operator==(const File& other) const { return device == other.device && inode == other.inode; }
};
inline constexpr uint32_t kKindOfFile = 0170000, kRegularFile = 0100000, kSocket = 0140000;

struct Stat {  // struct stat of x86-64
  uint64_t device, inode, links;
  uint32_t mode;
  uint8_t rest[116];
};
inline bool file_of(int fd, File& file) {
  Stat stat;
  if (call(5, static_cast<uint64_t>(fd), word(&stat)) != 0) return false;
  file = {stat.device, stat.inode, stat.mode};
  return true;
}
inline bool file_at(const char* path, File& file) {
  Stat stat;
  if (call(262, static_cast<uint64_t>(kAtCwd), word(path), word(&stat), 0) != 0) return false;
  file = {stat.device, stat.inode, stat.mode};
  return true;
}
// The inode of what the path leads to, or 0.
inline uint64_t inode_of(const char* path) {
  File file;
  return file_at(path, file) ? file.inode : 0;
}
inline int get_fd_flags(int fd) {
  return static_cast<int>(call(72, static_cast<uint64_t>(fd), 1 /* F_GETFD */));
}
inline uint32_t getpid() {
  return static_cast<uint32_t>(call(39));
}
inline uint32_t getppid() {
  return static_cast<uint32_t>(call(110));
}
inline uint32_t geteuid() {
  return static_cast<uint32_t>(call(107));
}
// Whether the file may be executed by the process's real user.
inline bool may_execute(const char* path) {
  return call(269, static_cast<uint64_t>(kAtCwd), word(path), 1 /* X_OK */) == 0;
}
inline uint32_t gettid() {
  return static_cast<uint32_t>(call(186));
}

// Whether two threads have one descriptor table, by kcmp.
inline bool same_table(uint32_t thread, uint32_t other) {
  return call(312, thread, other, 2 /* KCMP_FILES */) == 0;
}

// nullptr when it fails. `fd` of -1: private memory, zeroed, without a claim on swap; otherwise the file,
// shared.
inline void* map(uint64_t size, int fd) {
  constexpr uint64_t kReadWriteProtection = 3, kShared = 1, kPrivateAnonymousNoReserve = 0x2 | 0x20 | 0x4000;
  const int64_t at = call(9, 0, size, kReadWriteProtection, fd < 0 ? kPrivateAnonymousNoReserve : kShared,
                          static_cast<uint64_t>(fd), 0);
  return at < 0 && at > -4096 ? nullptr : reinterpret_cast<void*>(at);
}
inline void unmap(void* at, uint64_t size) {
  call(11, word(at), size);
}
// Puts private memory that reads as zeros where something else is mapped.
inline void map_over(void* at, uint64_t size) {
  constexpr uint64_t kReadWriteProtection = 3, kPrivateAnonymousNoReserveFixed = 0x2 | 0x20 | 0x4000 | 0x10;
  call(9, word(at), size, kReadWriteProtection, kPrivateAnonymousNoReserveFixed, ~uint64_t{0}, 0);
}
inline bool protect(uint64_t begin, uint64_t end, bool writable) {
  return call(10, begin, end - begin, writable ? 3 : 1) == 0;
}
// Gives memory to the pages, as if each were written to, but for the signal where there is none (Linux 5.14).
inline int populate(void* at, uint64_t size) {
  return static_cast<int>(call(28, word(at), size, 23));
}

// Takes the memory of pages of a shared file away again: they read as zeros.
inline void give_back(void* at, uint64_t size) {
  call(28, word(at), size, 9);
}

// The pages stay small: each is given when it is touched, and no other ones with it.
inline void keep_pages_small(void* at, uint64_t size) {
  call(28, word(at), size, 15);
}

// In a child of fork the pages read as zeros (Linux 4.14).
inline bool wipe_on_fork(void* at, uint64_t size) {
  return call(28, word(at), size, 18) == 0;
}

inline void sleep_ns(uint64_t ns) {
  const uint64_t time[2] = {0, ns};
  call(35, word(time), 0);
}

struct Limit {
  uint64_t soft = 0, hard = 0;
};
inline Limit limit(int resource) {
  Limit limit;
  call(302, 0, static_cast<uint64_t>(resource), 0, word(&limit));
  return limit;
}
inline constexpr int kLimitFileSize = 1, kLimitOpenFiles = 7;

inline bool thread_name(char* name16) {
  return call(157, 16 /* PR_GET_NAME */, word(name16)) == 0;
}

// Whether the 8 bytes at `address` can be read, found out without touching them: the kernel copies the signal
// set in before it refuses the nonsensical `how`.
inline bool readable(uint64_t address) {
  constexpr int64_t kInvalid = -22;
  return call(14, ~uint64_t{0}, address, 0, 8) == kInvalid;
}

// Whether the 4 bytes at `address` can be written, found out without changing them: the kernel adds 0, for a
// futex that nobody waits for.
inline bool writable(uint64_t address) {
  constexpr uint64_t kWakeAndAdd = 5 | 128, kAdd = uint64_t{1} << 28U;
  return call(202, address, kWakeAndAdd, 0, 0, address, kAdd) >= 0;
}

inline int getsockname(int fd, void* address, uint32_t* length) {
  return static_cast<int>(call(51, static_cast<uint64_t>(fd), word(address), word(length)));
}
inline int getpeername(int fd, void* address, uint32_t* length) {
  return static_cast<int>(call(52, static_cast<uint64_t>(fd), word(address), word(length)));
}
// A whole-number option of SOL_SOCKET; 0 when it cannot be had.
inline int socket_option(int fd, int option) {
  int value = 0;
  uint32_t length = sizeof(value);
  call(55, static_cast<uint64_t>(fd), 1, static_cast<uint64_t>(option), word(&value), word(&length));
  return value;
}
inline constexpr int kSocketType = 3, kSocketProtocol = 38, kSocketDomain = 39;

}  // namespace ajar::agent::raw
