#include "tables/bpf_name.h"

#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "tables/borrow.h"

namespace ajar::tables {
namespace {

// The kernel fills in as much of `info` as it knows.
bool ask(const base::OwnedFd& object, auto& info) {
  bpf_attr question{};
  question.info.bpf_fd = static_cast<std::uint32_t>(object.get());
  question.info.info_len = sizeof info;
  question.info.info = reinterpret_cast<std::uintptr_t>(&info);
  return ::syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &question, sizeof question) == 0;
}

template <std::size_t Size>
std::string text_of(const char (&name)[Size]) {
  return {name, ::strnlen(name, Size)};
}

}  // namespace

std::string bpf_name(std::int64_t pid, std::uint64_t handle, std::string_view type) {
  const base::OwnedFd object = borrow(pid, handle);
  if (!object.valid()) return {};
  if (type == "bpf map") {
    bpf_map_info info{};
    return ask(object, info) ? text_of(info.name) : std::string();
  }
  if (type != "bpf program") return {};
  bpf_prog_info info{};
  return ask(object, info) ? text_of(info.name) : std::string();
}

}  // namespace ajar::tables
