/* What a descriptor stands for: its file's kind and path. All that is read here goes into records without
 * frames, whose payload begins where frames would. */
#ifndef AJAR_BPF_FILES_H
#define AJAR_BPF_FILES_H

#include "bpf/record.h"

enum { MOST_COMPONENT = 256, MOST_STEPS = 48 };

/* One step from a file towards the root: its name, or across a mount. */
static long walk_path(ajar_u32 step __attribute__((unused)), void* unused __attribute__((unused))) {
  struct work* w = own_work();
  if (!w) return 1;
  struct dentry* at = (struct dentry*)w->path.dentry;
  struct vfsmount* mounted = (struct vfsmount*)w->path.mount;
  if (at == BPF_CORE_READ(mounted, mnt_root)) {
    struct mount* mount = (struct mount*)((ajar_u64)mounted - bpf_core_field_offset(struct mount, mnt));
    struct mount* outer = BPF_CORE_READ(mount, mnt_parent);
    if (outer == mount) return 1;
    w->path.dentry = (ajar_u64)BPF_CORE_READ(mount, mnt_mountpoint);
    w->path.mount = (ajar_u64)outer + bpf_core_field_offset(struct mount, mnt);
    return 0;
  }
  ajar_u64 length = w->path.end;
  __asm__("" : "+r"(length));
  if (length > AJAR_CALL_PAYLOAD) return 1;
  const long name =
      bpf_probe_read_kernel_str((ajar_u8*)w->frames + length, MOST_COMPONENT, BPF_CORE_READ(at, d_name.name));
  if (name <= 0) return 1;
  struct dentry* parent = BPF_CORE_READ(at, d_parent);
  w->path.end = length + (ajar_u64)name;
  w->path.dentry = (ajar_u64)parent;
  return at == parent;
}

/* Puts the file's path into the payload from `begin` on: its components, the last one first, each with its
 * NUL; an object that has no path, its name. Returns where it ends. */
static __always_inline ajar_u64 path_to(struct work* w, ajar_u64 begin, const struct file* file) {
  w->path.dentry = (ajar_u64)BPF_CORE_READ(file, f_path.dentry);
  w->path.mount = (ajar_u64)BPF_CORE_READ(file, f_path.mnt);
  w->path.end = begin;
  if (w->path.dentry != 0) bpf_loop(MOST_STEPS, walk_path, 0, 0);
  return w->path.end;
}

static __always_inline bool is_open(struct task_struct* task, ajar_u32 number) {
  const struct fdtable* table = task->files->fdt;
  if (number >= table->max_fds) return false;
  ajar_u64 word = 0;
  bpf_probe_read_kernel(&word, sizeof(word), table->open_fds + number / 64);
  return (word >> (number % 64) & 1U) != 0;
}

static __always_inline struct file* file_of(struct task_struct* task, ajar_u32 number) {
  struct file* file = 0;
  struct fdtable* table = BPF_CORE_READ(task, files, fdt);
  if (number < BPF_CORE_READ(table, max_fds))
    bpf_probe_read_kernel(&file, sizeof(file), BPF_CORE_READ(table, fd) + number);
  return file;
}

/* Whether the number is a fanotify group, whose events bring descriptors. Few reads come as far as here. */
static __always_inline bool is_fanotify(ajar_u32 number) {
  char name[12] = {};
  const struct file* file = file_of(current(), number);
  if (!file) return false;
  if (bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name)) != 11)
    return false;
  return name[0] == '[' && name[1] == 'f' && name[2] == 'a' && name[3] == 'n' && name[4] == 'o';
}

/* The path of what mmap() mapped, if it was a file. */
static __always_inline void read_mapped_file(struct work* w) {
  const struct file* file = file_of(current(), (ajar_u32)w->call.arguments[4]);
  w->call.payload = AJAR_CALL_FILE_PATH;
  if (file) w->call.payload_length = (ajar_u32)path_to(w, 0, file);
}

/* The kind and the path of the file, for AJAR_CALL_FILE. */
static __always_inline void read_file(struct work* w, const struct file* file) {
  struct ajar_file* told = (struct ajar_file*)w->call.arguments;
  const struct inode* inode = BPF_CORE_READ(file, f_inode);
  told->mode = BPF_CORE_READ(inode, i_mode);
  told->device = BPF_CORE_READ(inode, i_rdev);
  told->inode = BPF_CORE_READ(inode, i_ino);
  told->file_system = BPF_CORE_READ(inode, i_sb, s_magic);
  if ((told->mode & 0170000U) == 0140000U) { /* S_IFSOCK */
    const struct socket_alloc* alloc =
        (const struct socket_alloc*)((ajar_u64)inode - bpf_core_field_offset(struct socket_alloc, vfs_inode));
    const struct sock* sock = BPF_CORE_READ(alloc, socket.sk);
    told->socket_type = (ajar_u16)BPF_CORE_READ(alloc, socket.type);
    told->family = BPF_CORE_READ(sock, __sk_common.skc_family);
    told->protocol = BPF_CORE_READ(sock, sk_protocol);
  }
  w->call.payload_length = (ajar_u32)path_to(w, 0, file);
}

static long tell_file(ajar_u32 number, void* unused __attribute__((unused))) {
  struct work* w = own_work();
  if (!w) return 1;
  struct task_struct* task = current();
  const struct file* file = file_of(task, number);
  if (!file) return 0;
  begin_record(w, AJAR_CALL_FILE);
  w->call.other = number;
  read_file(w, file);
  send(w);
  return 0;
}

/* What the first of the current task's numbers stand for, a record each. */
static __always_inline void tell_files(void) {
  bpf_loop(AJAR_CALL_FILES, tell_file, 0, 0);
}

#endif
