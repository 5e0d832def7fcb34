#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The names of the kernel's numbers, as its headers have them; a number without a name stays a number.
namespace ajar::tables {

// "EPOLLIN EPOLLET": <linux/eventpoll.h>.
std::string epoll_event_names(std::uint64_t events);

// "IN_MODIFY IN_CREATE": <linux/inotify.h>. "IN_ALL_EVENTS" for all of them.
std::string inotify_mask_names(std::uint64_t mask);

// "FAN_OPEN FAN_ONDIR": <linux/fanotify.h>.
std::string fanotify_mask_names(std::uint64_t mask);

// "SIGTERM SIGCHLD", of a mask in which bit N-1 is signal N: signal(7), for x86 and Arm.
std::string signal_names(std::uint64_t mask);

// "CLOCK_MONOTONIC": clock_gettime(2).
std::string clock_name(std::uint64_t clock);

// "hash", "kprobe": enum bpf_map_type and bpf_prog_type of <linux/bpf.h>, without their prefixes, in lower
// case.
std::string bpf_map_type_name(std::uint64_t type);
std::string bpf_program_type_name(std::uint64_t type);

// "254:0", of a device number as the kernel keeps it to itself (12 bits of 20).
std::string device_words(std::uint64_t kernel_device);

// The text with bytes for the kernel's octal escapes: "\\040" is a blank.
std::string unescaped(std::string_view text);

}  // namespace ajar::tables
