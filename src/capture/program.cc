#include "capture/program.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/path.h"
#include "objfile/elf.h"
#include "platform/mapped_file.h"
#include "platform/privileges.h"

namespace ajar::capture {
namespace {

using objfile::ElfFile;
using objfile::ElfLinkage;
using objfile::ElfMachine;
using Kind = Program::Kind;

constexpr int kCannotEnter = 2;
constexpr int kCannotExecute = 126;
constexpr int kNotFound = 127;
constexpr std::size_t kFirstLine = 256;  // what the kernel reads of a script (BINPRM_BUF_SIZE)
constexpr int kMostInterpreters = 5;     // that it follows
constexpr const char* kShell = "/bin/sh";

// A Program about whose path something is to be said.
Program verdict(const std::string& path, Kind kind, int exit_status, const std::string& words) {
  return {.kind = kind,
          .path = path,
          .executed = path,
          .reason = words,
          .words = path + ": " + words,
          .exit_status = exit_status};
}

Program system_verdict(const std::string& path, int error_number) {
  const bool missing = error_number == ENOENT || error_number == ENOTDIR;
  return {.kind = missing ? Kind::missing : Kind::not_executable,
          .path = path,
          .executed = path,
          .reason = std::generic_category().message(error_number),
          .words = base::system_error(path, error_number).message(),
          .exit_status = missing ? kNotFound : kCannotExecute};
}

// Nothing where the file may be executed.
std::optional<Program> judge_rights(const std::string& path) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) return system_verdict(path, errno);
  if (S_ISDIR(about.st_mode))
    return verdict(path, Kind::directory, kCannotExecute, "a folder, not a program");
  if (!S_ISREG(about.st_mode))
    return verdict(path, Kind::not_executable, kCannotExecute, "not a regular file");
  if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0) return std::nullopt;
  return verdict(path, Kind::not_executable, kCannotExecute,
                 "not executable (missing x permission, or on a file system mounted noexec)");
}

std::optional<Program> judge_machine(const std::string& path, const ElfFile& elf) {
  const objfile::ElfHeader& header = elf.header();
  const bool can_run = header.machine == ElfMachine::x86_64 || header.machine == ElfMachine::x86;
  if (!can_run) {
    return verdict(path, Kind::not_a_program, kCannotExecute,
                   "a program for " + objfile::elf_machine_name(header.machine) + ", not for this machine");
  }
  if (header.machine == ElfMachine::x86_64 && header.is_64) return std::nullopt;
  return verdict(path, Kind::other_bits, kCannotEnter,
                 std::string("a 32-bit program, which the 64-bit agent cannot enter") + kFromOutside);
}

// A loader that is given a program as its argument looks like a library, but does what loaders do.
bool is_loader(std::string_view path) {
  return base::file_name(path).starts_with("ld-");
}

std::optional<Program> judge_linkage(const std::string& path, const ElfFile& elf) {
  const ElfLinkage linkage = elf.linkage();
  if (linkage == ElfLinkage::none) {
    return verdict(path, Kind::not_a_program, kCannotExecute, "an object file or a core dump, not a program");
  }
  if (linkage == ElfLinkage::shared_library && is_loader(path)) return std::nullopt;
  if (linkage == ElfLinkage::shared_library) {
    return verdict(path, Kind::not_a_program, kCannotExecute, "a shared library, not a program");
  }
  if (linkage != ElfLinkage::dynamic) {
    return verdict(path, Kind::static_program, kCannotEnter,
                   std::string("statically linked, so that the agent cannot enter it") + kFromOutside);
  }
  const std::string loader(elf.interpreter());
  if (::access(loader.c_str(), F_OK) == 0) return std::nullopt;
  return verdict(path, Kind::missing, kNotFound, "its loader " + loader + " does not exist");
}

std::optional<Program> judge_privileges(const std::string& path) {
  const auto own = platform::own_privileges();
  const auto file = platform::file_privileges(path);
  if (!own.ok() || !file.ok() || !file.value().secure_for(own.value())) return std::nullopt;
  const std::string_view what = file.value().setuid   ? "setuid"
                                : file.value().setgid ? "setgid"
                                                      : "file capabilities";
  return verdict(path, Kind::privileged, kCannotEnter,
                 "gains privileges when it starts (" + std::string(what) +
                     "), and such programs ignore LD_PRELOAD; a copy of it has none and can be traced");
}

Program judge_elf(const std::string& path, std::span<const std::byte> bytes) {
  const auto elf = ElfFile::parse(bytes);
  if (!elf.ok()) return verdict(path, Kind::not_a_program, kCannotExecute, elf.error().message());
  auto found = judge_machine(path, elf.value());
  if (!found.has_value()) found = judge_linkage(path, elf.value());
  if (!found.has_value()) found = judge_privileges(path);
  return found.value_or(Program{.path = path, .executed = path, .reason = {}, .words = {}});
}

// The interpreter that a script names; a text that names none is the shell's. Nothing for what is no text:
// the shells, too, take a NUL in the first line for the sign of a binary file.
std::optional<std::string> interpreter_of(std::string_view file) {
  constexpr std::string_view blanks = " \t";
  std::string_view line = file.substr(0, std::min(file.find('\n'), kFirstLine));
  if (line.find('\0') != std::string_view::npos) return std::nullopt;
  if (!line.starts_with("#!")) return kShell;
  line.remove_prefix(2);
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(blanks)));
  const std::string_view name = line.substr(0, line.find_first_of(blanks));
  return std::string(name.empty() ? kShell : name);
}

Program inspect(const std::string& path, int depth);

Program judge_script(const std::string& path, std::string_view text, int depth) {
  const auto interpreter = interpreter_of(text);
  if (!interpreter.has_value()) {
    return verdict(path, Kind::not_a_program, kCannotExecute, "neither an ELF program nor a script");
  }
  if (depth >= kMostInterpreters) {
    return verdict(path, Kind::not_a_program, kCannotExecute, "its interpreters are scripts without end");
  }
  Program program = inspect(*interpreter, depth + 1);
  program.path = path;
  if (program.words.empty()) return program;
  program.reason = "its interpreter " + program.words;
  if (interpreter->ends_with('\r')) program.reason += " (the script has Windows line ends)";
  program.words = path + ": " + program.reason;
  return program;
}

Program inspect(const std::string& path, int depth) {
  if (auto refused = judge_rights(path); refused.has_value()) return *std::move(refused);
  const auto file = platform::MappedFile::open(path);
  if (!file.ok()) return {.path = path, .executed = path, .reason = {}, .words = {}};
  const auto bytes = file.value().bytes();
  if (ElfFile::is_elf(bytes)) return judge_elf(path, bytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              std::min(bytes.size(), kFirstLine));
  return judge_script(path, text, depth);
}

}  // namespace

Program inspect_program(const std::string& path) {
  return inspect(path, 0);
}

std::optional<Refusal> refuse_preload(const std::string& path) {
  const Program program = inspect_program(path);
  if (program.agent_can_enter()) return std::nullopt;
  return Refusal{.message = program.words, .exit_status = program.exit_status};
}

}  // namespace ajar::capture
