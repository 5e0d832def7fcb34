#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ajar::model {

// What can be known of a handle beyond its number, type and name: one list for live tables, snapshots, dumps
// and logs. The number is what a recording holds, the name is what JSON shows: a row is added at the end,
// none is ever renumbered or renamed. Of a fact marked "each" a handle may have several, the most telling
// ones first; the others it has at most once.
//
//        key            number  name in JSON      value
#define AJAR_FACTS(FACT)                                                                                    \
  FACT(path, 1, "path")                          /* text: where the kernel says the object is */            \
  FACT(local_address, 2, "local")                /* text: 127.0.0.1:80, [::1]:80, /run/x.sock, @x */        \
  FACT(peer_address, 3, "peer")                  /* text, as above */                                       \
  FACT(open_flags, 4, "open_flags")              /* number: O_… as asked for */                             \
  FACT(inode, 5, "inode")                        /* number */                                               \
  FACT(family, 6, "family")                      /* number: AF_… */                                         \
  FACT(socket_type, 7, "socket_type")            /* number: SOCK_… */                                       \
  FACT(protocol, 8, "protocol")                  /* number: IPPROTO_… */                                    \
  FACT(granted_access, 9, "granted_access")      /* number: a Windows access mask */                        \
  FACT(attributes, 10, "attributes")             /* number: OBJ_… */                                        \
  FACT(handle_count, 11, "handle_count")         /* number */                                               \
  FACT(pointer_count, 12, "pointer_count")       /* number */                                               \
  FACT(flags, 13, "flags")                       /* number: O_… of now, O_CLOEXEC among them */             \
  FACT(offset, 14, "offset")                     /* number: bytes */                                        \
  FACT(size, 15, "size")                         /* number: bytes */                                        \
  FACT(device, 16, "device")                     /* text: of the file system, 8:1 */                        \
  FACT(special_device, 17, "special_device")     /* text: which device the file is, 1:3 */                  \
  FACT(links, 18, "links")                       /* number: names that the file has */                      \
  FACT(mount, 19, "mount")                       /* number: mount id */                                     \
  FACT(deleted, 20, "deleted")                   /* number, 1: no name is left */                           \
  FACT(lock, 21, "lock")                         /* text, each: POSIX write 0-EOF by pid 812 */             \
  FACT(socket_state, 22, "state")                /* text: CLOSE_WAIT, LISTEN, ESTABLISHED … */              \
  FACT(receive_queue, 23, "receive_queue")       /* number: bytes; of a listening one, connections */       \
  FACT(send_queue, 24, "send_queue")             /* number: bytes; of a listening one, the most */          \
  FACT(last_received, 25, "last_received_ms")    /* number: milliseconds ago, data */                       \
  FACT(last_sent, 26, "last_sent_ms")            /* number: milliseconds ago, data */                       \
  FACT(other_end, 27, "other_end")               /* text, each: who has it: worker 813 (fd 4) */            \
  FACT(other_end_gone, 28, "other_end_gone")     /* number, 1: nobody has it any more */                    \
  FACT(also_held_by, 29, "also_held_by")         /* text, each: the same open file: helper 813 (fd 19) */   \
  FACT(watched, 30, "watched")                   /* number: what epoll, inotify, fanotify watch */          \
  FACT(watch, 31, "watch")                       /* text, each: fd 7 (EPOLLIN), /etc (IN_MODIFY) */         \
  FACT(count, 32, "count")                       /* number: of an eventfd, of a timerfd's ticks */          \
  FACT(clock, 33, "clock")                       /* text: CLOCK_MONOTONIC */                                \
  FACT(expires, 34, "expires_ns")                /* number: nanoseconds to go; 0: disarmed */               \
  FACT(interval, 35, "interval_ns")              /* number: nanoseconds; 0: once */                         \
  FACT(process, 36, "process")                   /* text: of a pidfd: helper 813 */                         \
  FACT(process_gone, 37, "process_gone")         /* number, 1: that process has ended */                    \
  FACT(signals, 38, "signals")                   /* text: SIGTERM SIGCHLD */                                \
  FACT(registered_files, 39, "registered_files") /* number: of an io_uring */                               \
  FACT(registered_file, 40, "registered_file")   /* text, each */                                           \
  FACT(registered_buffers, 41, "registered_buffers") /* number */                                           \
  FACT(kind, 42, "kind")                             /* text: array, kprobe (bpf), net (namespaces) … */    \
  FACT(label, 43, "label")                           /* text: the name it was given (bpf, dma-buf) */       \
  FACT(id, 44, "id")                                 /* number: the kernel's own number for it (bpf) */     \
  FACT(told, 45, "told")                             /* text, each: what else is said, "key: value" */      \
  FACT(last_heard, 46, "last_heard_ms")              /* number: milliseconds ago, any packet of the peer */ \
  FACT(thread, 47, "thread")                         /* number: of a thread's handle, its id */             \
  FACT(thread_gone, 48, "thread_gone")               /* number, 1: that thread has ended */                 \
  FACT(exit_status, 49, "exit_status")               /* number: of the thread or process that has ended */  \
  FACT(owner, 50, "owner")       /* text: whose a Windows mutex is: thread 4 of pid 812 */                  \
  FACT(signaled, 51, "signaled") /* number, 1: an event is set, a mutex is free; 0: not */                  \
  FACT(most, 52, "most")         /* number: how high a semaphore's count may be */                          \
  FACT(priority, 53, "priority") /* number: of a thread, 0 to 31 (Windows) */                               \
  FACT(base_priority, 54,                                                                                   \
       "base_priority")        /* number: of a thread, relative; of a process, 0 to 31 (Windows) */         \
  FACT(user, 55, "user")       /* text: of a Windows token, whose it is: SHOP\worker */                     \
  FACT(session, 56, "session") /* number: of a Windows token, the session of logging on */

enum class FactKey : std::uint16_t {
#define AJAR_FACT_ENUM(key, number, json) key = (number),
  AJAR_FACTS(AJAR_FACT_ENUM)
#undef AJAR_FACT_ENUM
};

// The fact's name in JSON; empty for a number that this version does not know.
std::string_view fact_name(FactKey key);

// Text where `text` is set, otherwise the number.
struct Fact {
  FactKey key{};
  std::uint64_t number = 0;
  std::optional<std::string> text;

  bool operator==(const Fact&) const = default;
};

// nullptr where the list does not have it.
const Fact* find_fact(const std::vector<Fact>& facts, FactKey key);

// Its number; none where the list does not have it, or has it as text.
std::optional<std::uint64_t> fact_number(const std::vector<Fact>& facts, FactKey key);

// Its text, in the list; empty where the list does not have it, or has it as a number.
std::string_view fact_text(const std::vector<Fact>& facts, FactKey key);

}  // namespace ajar::model
