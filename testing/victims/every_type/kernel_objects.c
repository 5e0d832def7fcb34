/* What other subsystems of the kernel make. */
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/kvm.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "state.h"

static void rings(void) {
  char more[512];
  int ends[2];
  struct io_uring_params parameters = {0};
  const int ring = (int)syscall(SYS_io_uring_setup, 4, &parameters);
  if (pipe(ends) != 0) return;
  /* Of four places one is taken. */
  const int32_t places[4] = {-1, ends[1], -1, -1};
  static char room[8192];
  const struct iovec buffer = {room, sizeof(room)};
  if (ring >= 0) syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, places, 4);
  if (ring >= 0) syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1);
  struct stat found;
  fstat(ends[1], &found);
  snprintf(more, sizeof(more),
           ",\"registered_files\":1,\"registered_file\":[\"pipe:[%lu]\"],\"registered_buffers\":1",
           found.st_ino);
  state(ring, "io_uring", "anon_inode:[io_uring]", more);
}

static int bpf(int command, union bpf_attr* attributes) {
  return (int)syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

/* `more`, and the kernel's number for it: the second field of bpf_map_info, bpf_prog_info and bpf_link_info.
 */
static void state_bpf(int fd, const char* type, const char* name, const char* more) {
  char all[256];
  uint32_t info[64] = {0};
  union bpf_attr question = {.info = {(uint32_t)fd, sizeof(info), (uint64_t)(uintptr_t)info}};
  if (fd >= 0) bpf(BPF_OBJ_GET_INFO_BY_FD, &question);
  snprintf(all, sizeof(all), "%s,\"id\":%u", more, info[1]);
  state(fd, type, name, all);
}

static int program(enum bpf_prog_type type, const char* name) {
  const struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
  union bpf_attr attributes = {.prog_type = type,
                               .insn_cnt = 2,
                               .insns = (uint64_t)(uintptr_t)code,
                               .license = (uint64_t)(uintptr_t)"GPL"};
  strcpy(attributes.prog_name, name);
  return bpf(BPF_PROG_LOAD, &attributes);
}

static void bpf_objects(void) {
  union bpf_attr map = {.map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 16};
  strcpy(map.map_name, "prices");
  state_bpf(bpf(BPF_MAP_CREATE, &map), "bpf map", "anon_inode:bpf-map",
            ",\"kind\":\"hash\",\"label\":\"prices\"");
  state_bpf(program(BPF_PROG_TYPE_SOCKET_FILTER, "filter"), "bpf program", "anon_inode:bpf-prog",
            ",\"kind\":\"socket_filter\",\"label\":\"filter\"");
  union bpf_attr link = {0};
  const int looks = program(BPF_PROG_TYPE_RAW_TRACEPOINT, "looks");
  link.raw_tracepoint.name = (uint64_t)(uintptr_t)"sys_enter";
  link.raw_tracepoint.prog_fd = (uint32_t)looks;
  const int attached = looks < 0 ? -1 : bpf(BPF_RAW_TRACEPOINT_OPEN, &link);
  state_bpf(attached, "bpf link", "anon_inode:bpf_link", ",\"kind\":\"raw_tracepoint\"");
}

static void mounts(void) {
  const int context = (int)syscall(430 /* fsopen */, "tmpfs", 0);
  state(context, "fscontext", "anon_inode:[fscontext]", "");
  if (context < 0 || syscall(431 /* fsconfig */, context, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0) != 0)
    return;
  state_file((int)syscall(432 /* fsmount */, context, 0, 0), "directory", "/", "");
}

static void machines(void) {
  const int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  const int machine = kvm < 0 ? -1 : ioctl(kvm, KVM_CREATE_VM, 0);
  state(machine, "kvm-vm", "anon_inode:kvm-vm", "");
  state(machine < 0 ? -1 : ioctl(machine, KVM_CREATE_VCPU, 7), "kvm-vcpu", "anon_inode:kvm-vcpu:7", "");
  close(kvm);
}

/* Every call is allowed, and nobody is asked. */
static int seccomp_listener(void) {
  struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const struct sock_fprog filter = {1, &allow};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
}

void hold_kernel_objects(void) {
  rings();
  bpf_objects();
  mounts();
  machines();
  struct perf_event_attr counter = {.type = PERF_TYPE_SOFTWARE,
                                    .size = sizeof(counter),
                                    .config = PERF_COUNT_SW_CPU_CLOCK,
                                    .exclude_kernel = 1};
  state((int)syscall(SYS_perf_event_open, &counter, 0, -1, -1, 0), "perf event", "anon_inode:[perf_event]",
        "");
  state((int)syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */), "userfaultfd", "anon_inode:[userfaultfd]",
        "");
  const uint64_t handled = 1;
  state((int)syscall(444 /* landlock_create_ruleset */, &handled, sizeof(handled), 0), "landlock ruleset",
        "anon_inode:[landlock-ruleset]", "");
  state(seccomp_listener(), "seccomp listener", "anon_inode:seccomp notify", "");
}
