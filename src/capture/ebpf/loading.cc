#include "capture/ebpf/loading.h"

#include <bpf/libbpf.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string>

#include "platform/privileges.h"
#include "platform/procfs.h"

namespace ajar::capture::ebpf {
namespace {

constexpr const char* kTypes = "/sys/kernel/btf/vmlinux";

// libbpf prints what it has to say; the last of it is kept for an error.
std::string& last_words() {
  static std::string words;
  return words;
}

int keep(libbpf_print_level level, const char* format, std::va_list arguments) {
  if (level != LIBBPF_WARN) return 0;
  char line[512];
  const int length = std::vsnprintf(line, sizeof(line), format, arguments);
  if (length > 0 && std::strstr(line, "BEGIN PROG LOAD LOG") == nullptr) last_words() = line;
  return length;
}

std::string reason(int error) {
  std::string words = std::strerror(error);
  std::string said = last_words();
  while (!said.empty() && said.back() == '\n') said.pop_back();
  return said.empty() ? words : words + " (" + said + ")";
}

base::Error not_allowed() {
  return base::Error(
      "the kernel lets nobody load a BPF program who lacks CAP_BPF and CAP_PERFMON; run ajar with sudo");
}

// A program that the kernel finds unsafe is EACCES, too.
}  // namespace

base::Error load_error(int error) {
  if (error == EPERM) return not_allowed();
  return base::Error("the kernel does not take ajar's BPF program: " + reason(error));
}

void keep_words_of_libbpf() {
  libbpf_set_print(keep);
  last_words().clear();
}

base::Result<void> look_at_machine() {
  if (::access(kTypes, R_OK) != 0)
    return base::Error(std::string("this kernel does not describe its types (no ") + kTypes +
                       "), without which the BPF program can't be fitted to it");
  // The kernel tells the numbers that processes have outside of all.
  constexpr std::uint64_t kInitialPidNamespace = 4026531836;  // PROC_PID_INIT_INO
  if (const auto own = platform::ProcFs().own_pid_namespace(); own && *own != kInitialPidNamespace)
    return base::Error(
        "ajar runs in a pid namespace of its own, and the kernel tells of processes by the numbers that they "
        "have "
        "outside of it; run ajar on the host");
  const auto privileges = platform::own_privileges();
  if (!privileges.ok()) return {};
  using enum platform::Capability;
  const platform::Privileges& own = privileges.value();
  if (!own.has(sys_admin) && !(own.has(bpf) && own.has(perfmon))) return not_allowed();
  return {};
}

}  // namespace ajar::capture::ebpf
