/* Of the kernel's own structures, what is read here: members are found by name when the program is loaded, in
 * the running kernel's type information (CO-RE). include/linux/{sched,fdtable,fs,dcache,path}.h,
 * include/net/sock.h, fs/mount.h, arch/x86/include/asm/{ptrace,thread_info}.h in Linux' sources. */
#ifndef AJAR_BPF_KERNEL_H
#define AJAR_BPF_KERNEL_H

// clang-format off: the others need the first one's types
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
// clang-format on

#include "wire/wire.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct atomic_count {
  int counter;
};
struct dentry;
struct qstr {
  const unsigned char* name;
};
struct dentry {
  struct qstr d_name;
  struct dentry* d_parent;
};
struct vfsmount {
  struct dentry* mnt_root;
};
struct mount {
  struct mount* mnt_parent;
  struct dentry* mnt_mountpoint;
  struct vfsmount mnt;
};
struct path {
  struct vfsmount* mnt;
  struct dentry* dentry;
};
struct super_block {
  unsigned long s_magic;
};
struct inode {
  unsigned short i_mode;
  unsigned int i_rdev;
  unsigned long i_ino;
  struct super_block* i_sb;
};
struct file {
  struct path f_path;
  struct inode* f_inode;
};
struct sock_common {
  unsigned short skc_family;
};
struct sock {
  struct sock_common __sk_common;
  unsigned short sk_protocol;
};
struct socket {
  short type;
  struct sock* sk;
};
struct socket_alloc {
  struct socket socket;
  struct inode vfs_inode;
};
struct fdtable {
  unsigned int max_fds;
  struct file** fd;
  unsigned long* open_fds;
};
struct files_struct {
  struct atomic_count count;
  struct fdtable* fdt;
};
struct thread_info {
  ajar_u32 status;
};
struct signal_struct {
  struct atomic_count live;
};
struct mm_context {
  void* vdso;
};
struct mm_struct {
  unsigned long start_code, arg_start, arg_end;
  struct file* exe_file;
  struct mm_context context;
};
struct thread_struct {
  unsigned long fsbase;
};
struct task_struct {
  struct thread_info thread_info;
  struct thread_struct thread;
  int pid, tgid;
  int exit_code;
  struct files_struct* files;
  struct signal_struct* signal;
  struct mm_struct* mm;
};
struct pt_regs {
  unsigned long bp, bx, r10, r9, r8, cx, dx, si, di, orig_ax, ip, cs, sp;
};

#pragma clang attribute pop

enum { TASK_IS_COMPAT = 2 }; /* TS_COMPAT in thread_info's status: within a call by a 32-bit entry */

#endif
