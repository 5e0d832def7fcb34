#include "platform/privileges.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string_view>

#include "platform/read_file.h"

namespace ajar::platform {
namespace {

// The number after "\nKey:\t" of /proc/self/status; 0 where there is none.
std::uint64_t status_number(std::string_view status, std::string_view key, int base) {
  const std::size_t at = status.find(key);
  if (at == std::string_view::npos) return 0;
  const std::string_view text = status.substr(at + key.size());
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

}  // namespace

base::Result<Privileges> own_privileges(const std::string& proc_root) {
  const std::string path = proc_root + "/self/status";
  const auto status = read_file(path);
  if (!status.has_value()) return base::system_error(path, status.error());
  Privileges own;
  own.user = ::getuid();
  own.effective_user = ::geteuid();
  own.group = ::getgid();
  own.effective_group = ::getegid();
  own.capabilities = status_number(*status, "\nCapEff:\t", 16);
  own.no_new_privileges = status_number(*status, "\nNoNewPrivs:\t", 10) != 0;
  return own;
}

std::optional<int> yama_scope(const std::string& proc_root) {
  const auto text = read_file(proc_root + "/sys/kernel/yama/ptrace_scope");
  if (!text.has_value()) return std::nullopt;
  int scope = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), scope);
  if (parsed.ec != std::errc()) return std::nullopt;
  return scope;
}

base::Result<FilePrivileges> file_privileges(const std::string& path) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) return base::system_error(path, errno);
  struct statvfs mount{};
  if (::statvfs(path.c_str(), &mount) != 0) return base::system_error(path, errno);
  FilePrivileges file;
  file.owner = about.st_uid;
  file.group = about.st_gid;
  file.setuid = (about.st_mode & S_ISUID) != 0;
  // Without the group's right to execute, the bit means mandatory locking.
  file.setgid = (about.st_mode & S_ISGID) != 0 && (about.st_mode & S_IXGRP) != 0;
  file.capabilities = ::getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
  file.mounted_nosuid = (mount.f_flag & ST_NOSUID) != 0;
  return file;
}

// As execve(2) and the kernel's security/commoncap.c have it: the effective ids would differ from the real
// ones, or a user other than root gains capabilities.
bool FilePrivileges::secure_for(const Privileges& who) const {
  const bool counts = !mounted_nosuid && !who.no_new_privileges;
  const std::uint32_t user = counts && setuid ? owner : who.effective_user;
  const std::uint32_t new_group = counts && setgid ? group : who.effective_group;
  return user != who.user || new_group != who.group || (counts && capabilities && who.user != 0);
}

}  // namespace ajar::platform
