#include "analyze/system_modules.h"

#include <algorithm>

#include "analyze/pattern.h"
#include "base/path.h"
#include "base/words.h"

namespace ajar::analyze {
namespace {

// By stem; a star stands for any text. Words that a program of the user's may well be called ("version",
// "ld") stand with their extension and mean the whole file name.
constexpr std::string_view built_in[] = {
    // Linux: glibc and its loader.
    "libc", "ld.so*", "ld-?.*.so", "ld-linux*", "libpthread", "libm", "libmvec", "libdl", "librt",
    "libresolv", "libutil", "libanl", "libnsl", "libnss_*", "libcrypt", "libthread_db", "libc_malloc_debug",
    "libbrokenlocale",
    // musl and Android.
    "ld-musl*", "libc.musl*", "linker64",
    // The compilers' runtimes.
    "libstdc++", "libgcc_s", "libc++", "libc++abi", "libsupc++", "libunwind", "libatomic", "libssp",
    // What the kernel maps.
    "vdso", "linux-vdso", "linux-vdso64", "linux-gate", "vsyscall",
    // Tools that live in the program they watch, this one among them.
    "libasan", "libubsan", "libtsan", "liblsan", "libhwasan", "libclang_rt*", "vgpreload_*", "libajar*",
    "ajar-agent*", "libfakeroot*", "libeatmydata", "libsegfault",
    // Windows: kernel interface and base.
    "ntdll", "kernel32", "kernelbase", "wow64", "wow64win", "wow64cpu", "win32u", "ntoskrnl", "apphelp",
    "api-ms-win-*", "ext-ms-*", "verifier.dll", "vrfcore",
    // Windows: the libraries that programs call to open things.
    "advapi32", "sechost", "user32", "gdi32", "gdi32full", "shell32", "shlwapi", "shcore", "setupapi",
    "cfgmgr32", "wtsapi32", "userenv", "profapi", "secur32", "sspicli", "cryptbase", "crypt32", "bcrypt",
    "bcryptprimitives", "ncrypt", "rsaenh", "ws2", "ws2_32", "mswsock", "wsock32", "iphlpapi", "dnsapi",
    "nsi.dll", "winhttp", "wininet", "winmm", "psapi", "version.dll", "netapi32", "powrprof", "imm32",
    "dbghelp", "wintrust",
    // Windows: COM and RPC.
    "ole32", "oleaut32", "combase", "rpcrt4", "clbcatq", "comsvcs", "rpcss", "propsys",
    // Windows: C and C++ runtimes.
    "ucrtbase", "ucrtbased", "msvcrt", "msvcr*", "msvcp*", "vcruntime*", "concrt*", "libwinpthread",
    "libgcc_s_*", "libc++_shared"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_separator(char c) {
  return c == '-' || c == '_' || c == '.';
}

// Cuts ".so", ".so.6", ".dll" and the like.
void cut_extension(std::string& name) {
  if (const std::size_t so = name.find(".so"); so != std::string::npos && so > 0) {
    const std::size_t after = so + 3;
    if (after == name.size() || name[after] == '.') name.resize(so);
  }
  for (const std::string_view extension : {".dll", ".exe", ".sys", ".drv", ".ocx"}) {
    if (name.size() > extension.size() && name.ends_with(extension)) {
      name.resize(name.size() - extension.size());
    }
  }
}

// Cuts "-2.36" and "_5_2_3790_4455": a separator, then nothing but digits and separators.
void cut_version(std::string& name) {
  std::size_t start = name.size();
  while (start > 0 && (is_digit(name[start - 1]) || is_separator(name[start - 1]))) --start;
  if (start == 0) return;
  while (start < name.size() && !is_separator(name[start])) ++start;
  // A single group after an underscore is a name ("ws2_32"), not a version.
  const bool one_group = std::ranges::count_if(name.substr(start), is_separator) == 1;
  if (start < name.size() && name[start] == '_' && one_group) return;
  name.resize(start);
}

}  // namespace

std::string module_stem(std::string_view path) {
  std::string name = base::lowered(base::file_name(path));
  if (name.size() > 2 && name.front() == '[' && name.back() == ']') name = name.substr(1, name.size() - 2);
  cut_extension(name);
  cut_version(name);
  return name;
}

SystemModules::SystemModules(const std::vector<std::string>& more) {
  for (const std::string_view entry : built_in) {
    (entry.find_first_of("*.") == std::string_view::npos ? stems_ : name_patterns_).emplace_back(entry);
  }
  for (const std::string& entry : more) {
    if (entry.find_first_of("/\\") != std::string::npos) {
      path_patterns_.push_back(entry);
    } else if (entry.find_first_of("*?") != std::string::npos) {
      name_patterns_.push_back(base::lowered(entry));
    } else {
      stems_.push_back(module_stem(entry));
    }
  }
  std::ranges::sort(stems_);
}

bool SystemModules::contains(std::string_view path) const {
  const std::string stem = module_stem(path);
  if (std::ranges::binary_search(stems_, stem)) return true;
  const std::string name = base::lowered(base::file_name(path));
  const auto of_name = [&](const std::string& pattern) {
    return matches_pattern(pattern, stem) || matches_pattern(pattern, name);
  };
  const auto of_path = [&](const std::string& pattern) { return matches_pattern(pattern, path); };
  return std::ranges::any_of(name_patterns_, of_name) || std::ranges::any_of(path_patterns_, of_path);
}

}  // namespace ajar::analyze
