#include "capture/kernel/told_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "tables/handle_type.h"
#include "tables/sockets/socket_type.h"

namespace ajar::capture::kernel {
namespace {

// st_mode (inode(7)).
constexpr std::uint64_t kKind = 0170000, kSocket = 0140000, kFifo = 0010000, kFolder = 0040000,
                        kBlock = 0060000;

// Magic numbers of file systems without folders (linux/magic.h), and what their links begin with.
struct Pseudo {
  std::uint64_t magic;
  std::string_view prefix;
};
constexpr auto kPseudo = std::to_array<Pseudo>({
    {0x50495045, "pipe"},    // PIPEFS_MAGIC
    {0x534f434b, "socket"},  // SOCKFS_MAGIC
    {0x6e736673, "mnt"},     // NSFS_MAGIC: which namespace it is, the name doesn't tell
    {0x50494446, "pidfd"},   // PID_FS_MAGIC
});
constexpr std::uint64_t kAnonymous = 0x09041934;  // ANON_INODE_FS_MAGIC

bool is_nameless(std::string_view path) {
  return path.starts_with("/memfd:") || path == "/secretmem";
}

std::string link_of(const ajar_file& file, std::string_view payload) {
  const auto* const pseudo = std::ranges::find(kPseudo, file.file_system, &Pseudo::magic);
  if (pseudo != kPseudo.end()) return std::string(pseudo->prefix) + ":[" + std::to_string(file.inode) + "]";
  if (file.file_system == kAnonymous)
    return "anon_inode:" + std::string(payload.substr(0, payload.find('\0')));
  std::string path = told_path(payload);
  if (is_nameless(path)) path += " (deleted)";
  return path;
}

std::string type_of(const ajar_file& file, std::string_view link) {
  switch (file.mode & kKind) {
    case kSocket:
      return std::string(tables::socket_type_name(file.family, file.socket_type, file.protocol));
    case kFolder:
      return "directory";
    case kBlock:
      return "block device";
    case kFifo:
      return link.starts_with('/') ? "fifo" : "pipe";
    default:
      return tables::type_of_link(link);
  }
}

}  // namespace

std::string told_path(std::string_view components) {
  std::vector<std::string_view> names;
  while (!components.empty()) {
    const std::size_t end = std::min(components.find('\0'), components.size());
    names.push_back(components.substr(0, end));
    components.remove_prefix(std::min(end + 1, components.size()));
  }
  std::string path;
  for (std::size_t i = names.size(); i-- > 0;) path.append("/").append(names[i]);
  return path;
}

ToldProgram told_program(const ajar_execed& told, std::string_view payload) {
  ToldProgram program;
  payload.remove_prefix(std::min<std::size_t>(payload.size(), told.numbers_length));
  program.path = told_path(payload.substr(0, told.path_length));
  payload.remove_prefix(std::min<std::size_t>(payload.size(), told.path_length));
  for (std::string_view command = payload.substr(0, told.command_length); !command.empty();) {
    const std::size_t end = std::min(command.find('\0'), command.size());
    program.command.emplace_back(command.substr(0, end));
    command.remove_prefix(std::min(end + 1, command.size()));
  }
  return program;
}

model::Handle told_handle(const ajar_call& call, std::string_view payload) {
  ajar_file file{};
  static_assert(sizeof(file) == sizeof(call.arguments));
  std::memcpy(&file, call.arguments, sizeof(file));
  model::Handle handle;
  handle.value = call.other;
  handle.name = call.payload == AJAR_CALL_LINK ? std::string(payload) : link_of(file, payload);
  handle.type = type_of(file, handle.name);
  return handle;
}

}  // namespace ajar::capture::kernel
