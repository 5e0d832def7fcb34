#include "tables/kernel_words.h"

#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace ajar::tables {
namespace {

using Bit = std::pair<std::uint64_t, std::string_view>;

std::string names_of(std::uint64_t bits, std::span<const Bit> rows) {
  std::string names;
  const auto add = [&names](std::string_view name) {
    if (!names.empty()) names += ' ';
    names += name;
  };
  for (const auto& [bit, name] : rows) {
    if ((bits & bit) == 0) continue;
    add(name);
    bits &= ~bit;
  }
  if (bits != 0) add(std::to_string(bits));
  return names;
}

constexpr auto kEpoll = std::to_array<Bit>({
    {0x1, "EPOLLIN"},
    {0x2, "EPOLLPRI"},
    {0x4, "EPOLLOUT"},
    {0x8, "EPOLLERR"},
    {0x10, "EPOLLHUP"},
    {0x40, "EPOLLRDNORM"},
    {0x80, "EPOLLRDBAND"},
    {0x100, "EPOLLWRNORM"},
    {0x200, "EPOLLWRBAND"},
    {0x400, "EPOLLMSG"},
    {0x2000, "EPOLLRDHUP"},
    {0x10000000, "EPOLLEXCLUSIVE"},
    {0x20000000, "EPOLLWAKEUP"},
    {0x40000000, "EPOLLONESHOT"},
    {0x80000000, "EPOLLET"},
});

constexpr std::uint64_t kAllInotify = 0xfff;
constexpr auto kInotify = std::to_array<Bit>({
    {0x1, "IN_ACCESS"},
    {0x2, "IN_MODIFY"},
    {0x4, "IN_ATTRIB"},
    {0x8, "IN_CLOSE_WRITE"},
    {0x10, "IN_CLOSE_NOWRITE"},
    {0x20, "IN_OPEN"},
    {0x40, "IN_MOVED_FROM"},
    {0x80, "IN_MOVED_TO"},
    {0x100, "IN_CREATE"},
    {0x200, "IN_DELETE"},
    {0x400, "IN_DELETE_SELF"},
    {0x800, "IN_MOVE_SELF"},
    {0x2000, "IN_UNMOUNT"},
    {0x4000, "IN_Q_OVERFLOW"},
    {0x8000, "IN_IGNORED"},
    {0x1000000, "IN_ONLYDIR"},
    {0x2000000, "IN_DONT_FOLLOW"},
    {0x4000000, "IN_EXCL_UNLINK"},
    {0x40000000, "IN_ISDIR"},
    {0x80000000, "IN_ONESHOT"},
});

constexpr auto kFanotify = std::to_array<Bit>({
    {0x1, "FAN_ACCESS"},
    {0x2, "FAN_MODIFY"},
    {0x4, "FAN_ATTRIB"},
    {0x8, "FAN_CLOSE_WRITE"},
    {0x10, "FAN_CLOSE_NOWRITE"},
    {0x20, "FAN_OPEN"},
    {0x40, "FAN_MOVED_FROM"},
    {0x80, "FAN_MOVED_TO"},
    {0x100, "FAN_CREATE"},
    {0x200, "FAN_DELETE"},
    {0x400, "FAN_DELETE_SELF"},
    {0x800, "FAN_MOVE_SELF"},
    {0x1000, "FAN_OPEN_EXEC"},
    {0x4000, "FAN_Q_OVERFLOW"},
    {0x8000, "FAN_FS_ERROR"},
    {0x10000, "FAN_OPEN_PERM"},
    {0x20000, "FAN_ACCESS_PERM"},
    {0x40000, "FAN_OPEN_EXEC_PERM"},
    {0x8000000, "FAN_EVENT_ON_CHILD"},
    {0x10000000, "FAN_RENAME"},
    {0x40000000, "FAN_ONDIR"},
});

constexpr std::array<std::string_view, 31> kSignals = {
    "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",  "SIGFPE",
    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT",
    "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",  "SIGXCPU",
    "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS"};

constexpr std::array<std::string_view, 12> kClocks = {
    "CLOCK_REALTIME",       "CLOCK_MONOTONIC",       "CLOCK_PROCESS_CPUTIME_ID", "CLOCK_THREAD_CPUTIME_ID",
    "CLOCK_MONOTONIC_RAW",  "CLOCK_REALTIME_COARSE", "CLOCK_MONOTONIC_COARSE",   "CLOCK_BOOTTIME",
    "CLOCK_REALTIME_ALARM", "CLOCK_BOOTTIME_ALARM",  "CLOCK_SGI_CYCLE",          "CLOCK_TAI"};

constexpr std::array<std::string_view, 34> kMapTypes = {"unspec",
                                                        "hash",
                                                        "array",
                                                        "prog_array",
                                                        "perf_event_array",
                                                        "percpu_hash",
                                                        "percpu_array",
                                                        "stack_trace",
                                                        "cgroup_array",
                                                        "lru_hash",
                                                        "lru_percpu_hash",
                                                        "lpm_trie",
                                                        "array_of_maps",
                                                        "hash_of_maps",
                                                        "devmap",
                                                        "sockmap",
                                                        "cpumap",
                                                        "xskmap",
                                                        "sockhash",
                                                        "cgroup_storage",
                                                        "reuseport_sockarray",
                                                        "percpu_cgroup_storage",
                                                        "queue",
                                                        "stack",
                                                        "sk_storage",
                                                        "devmap_hash",
                                                        "struct_ops",
                                                        "ringbuf",
                                                        "inode_storage",
                                                        "task_storage",
                                                        "bloom_filter",
                                                        "user_ringbuf",
                                                        "cgrp_storage",
                                                        "arena"};

constexpr std::array<std::string_view, 33> kProgramTypes = {"unspec",
                                                            "socket_filter",
                                                            "kprobe",
                                                            "sched_cls",
                                                            "sched_act",
                                                            "tracepoint",
                                                            "xdp",
                                                            "perf_event",
                                                            "cgroup_skb",
                                                            "cgroup_sock",
                                                            "lwt_in",
                                                            "lwt_out",
                                                            "lwt_xmit",
                                                            "sock_ops",
                                                            "sk_skb",
                                                            "cgroup_device",
                                                            "sk_msg",
                                                            "raw_tracepoint",
                                                            "cgroup_sock_addr",
                                                            "lwt_seg6local",
                                                            "lirc_mode2",
                                                            "sk_reuseport",
                                                            "flow_dissector",
                                                            "cgroup_sysctl",
                                                            "raw_tracepoint_writable",
                                                            "cgroup_sockopt",
                                                            "tracing",
                                                            "struct_ops",
                                                            "ext",
                                                            "lsm",
                                                            "sk_lookup",
                                                            "syscall",
                                                            "netfilter"};

template <std::size_t Size>
std::string name_at(const std::array<std::string_view, Size>& names, std::uint64_t index,
                    const char* otherwise) {
  return index < Size ? std::string(names[index]) : otherwise + std::to_string(index);
}

}  // namespace

std::string epoll_event_names(std::uint64_t events) {
  return names_of(events, kEpoll);
}

std::string inotify_mask_names(std::uint64_t mask) {
  const std::string rest = names_of(mask & ~kAllInotify, kInotify);
  if ((mask & kAllInotify) != kAllInotify) return names_of(mask, kInotify);
  return rest.empty() ? "IN_ALL_EVENTS" : "IN_ALL_EVENTS " + rest;
}

std::string fanotify_mask_names(std::uint64_t mask) {
  return names_of(mask, kFanotify);
}

std::string signal_names(std::uint64_t mask) {
  std::string names;
  for (unsigned bit = 0; bit < 64; ++bit) {
    if ((mask >> bit & 1U) == 0) continue;
    if (!names.empty()) names += ' ';
    names += name_at(kSignals, bit, "");
    // Real-time signals have no names of their own.
    if (bit >= kSignals.size())
      names.replace(names.rfind(' ') + 1, std::string::npos, "signal-" + std::to_string(bit + 1));
  }
  return names;
}

std::string clock_name(std::uint64_t clock) {
  return name_at(kClocks, clock, "clock ");
}

std::string bpf_map_type_name(std::uint64_t type) {
  return name_at(kMapTypes, type, "map type ");
}

std::string bpf_program_type_name(std::uint64_t type) {
  return name_at(kProgramTypes, type, "program type ");
}

std::string device_words(std::uint64_t kernel_device) {
  return std::to_string(kernel_device >> 20U) + ":" + std::to_string(kernel_device & 0xfffffU);
}

std::string unescaped(std::string_view text) {
  const auto digit = [&](std::size_t at) -> unsigned {
    return at < text.size() && text[at] >= '0' && text[at] <= '7' ? static_cast<unsigned>(text[at] - '0')
                                                                  : 8U;
  };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned high = digit(i + 1);
    if (text[i] == '\\' && high < 4 && digit(i + 2) < 8 && digit(i + 3) < 8) {
      plain += static_cast<char>(high * 64 + digit(i + 2) * 8 + digit(i + 3));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

}  // namespace ajar::tables
