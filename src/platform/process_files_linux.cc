#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "base/path.h"
#include "platform/process_files.h"
#include "platform/procfs.h"
#include "platform/read_file.h"

// The files' formats are those of proc(5).
namespace ajar::platform {
namespace {

constexpr std::string_view kVdso = "[vdso]";
constexpr std::string_view kSelf = "/proc/self/";
constexpr std::string_view kOwnDescriptors = "/dev/fd/";

struct Line {
  std::uint64_t begin = 0, end = 0, offset = 0;
  bool of_file = false, of_code = false;
  std::string_view range, file, path;
};

std::uint64_t hex_number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return value;
}

std::string_view take_field(std::string_view& line) {
  const std::string_view field = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), field.size() + 1));
  return field;
}

// "7f1c2000-7f1c4000 r-xp 00002000 fe:00 1234      /usr/lib/x.so"
Line parse_mapping(std::string_view line) {
  Line mapping;
  mapping.range = take_field(line);
  const std::size_t dash = std::min(mapping.range.find('-'), mapping.range.size());
  mapping.begin = hex_number(mapping.range.substr(0, dash));
  mapping.end = hex_number(mapping.range.substr(std::min(dash + 1, mapping.range.size())));
  mapping.of_code = take_field(line).find('x') != std::string_view::npos;
  mapping.offset = hex_number(take_field(line));
  mapping.file = line;
  const std::string_view device = take_field(line);
  const std::string_view inode = take_field(line);
  mapping.file = mapping.file.substr(0, device.size() + 1 + inode.size());
  mapping.of_file = inode != "0";
  mapping.path = line.substr(std::min(line.find_first_not_of(' '), line.size()));
  return mapping;
}

// The next line of what is left of the text.
Line take_mapping(std::string_view& maps) {
  const std::string_view line = maps.substr(0, maps.find('\n'));
  maps.remove_prefix(std::min(maps.size(), line.size() + 1));
  return parse_mapping(line);
}

template <typename Wanted>
std::optional<Line> find_mapping(std::string_view maps, const Wanted& wanted) {
  while (!maps.empty()) {
    const Line mapping = take_mapping(maps);
    if (wanted(mapping)) return mapping;
  }
  return std::nullopt;
}

MappedRange range_of(const Line& mapping) {
  MappedRange range;
  range.begin = mapping.begin;
  range.end = mapping.end;
  range.offset = mapping.offset;
  if (mapping.of_file) range.file = mapping.file;
  if (mapping.of_file || mapping.path == kVdso) range.path = mapping.path;
  return range;
}

// What the path is for everybody, if the process is the one that says "self".
std::string absolute(const MappedCode& code, const std::string& process) {
  if (code.path.starts_with(kSelf)) return process + code.path.substr(kSelf.size() - 1);
  if (code.path.starts_with(kOwnDescriptors))
    return process + "/fd/" + code.path.substr(kOwnDescriptors.size());
  return {};
}

}  // namespace

bool means_another_file_for_each(const std::string& path) {
  return path.starts_with(kSelf) || path.starts_with(kOwnDescriptors) ||
         path.starts_with("/proc/thread-self/");
}

std::vector<std::string> paths_through_process(const MappedCode& code) {
  const ProcFs proc;
  if (code.pid == 0 || !proc.alive(code.pid, code.start_ticks)) return {};
  const std::string process = "/proc/" + std::to_string(code.pid);
  std::vector<std::string> paths;
  const std::string own = absolute(code, process);
  if (!own.empty()) {
    paths.push_back(own);
  } else if (const std::string root = root_of_process(code.pid, code.start_ticks); !root.empty()) {
    paths.push_back(root + std::string(base::without_deleted(code.path)));
  }
  if (const auto maps = read_file(process + "/maps")) {
    const auto lies_there = [&code](const Line& mapping) {
      return mapping.of_file && mapping.begin >= code.begin && mapping.begin < code.end &&
             (!code.named_by_kernel ||
              base::without_deleted(mapping.path) == base::without_deleted(code.path));
    };
    const auto found = find_mapping(*maps, lies_there);
    if (found) paths.push_back(process + "/map_files/" + std::string(found->range));
  }
  const auto executable = read_link(process + "/exe");
  if (executable && base::without_deleted(*executable) == base::without_deleted(code.path))
    paths.push_back(process + "/exe");
  return paths;
}

std::string root_of_process(std::int64_t pid, std::uint64_t start_ticks) {
  if (pid == 0 || !ProcFs().alive(pid, start_ticks)) return {};
  const std::string root = "/proc/" + std::to_string(pid) + "/root";
  struct stat theirs{};
  struct stat ours{};
  if (::stat((root + "/").c_str(), &theirs) != 0 || ::stat("/", &ours) != 0) return {};
  if (theirs.st_dev != ours.st_dev || theirs.st_ino != ours.st_ino) return root;
  // The same folder may have other file systems mounted on it.
  const auto their_mounts = read_link("/proc/" + std::to_string(pid) + "/ns/mnt");
  const auto our_mounts = read_link("/proc/self/ns/mnt");
  return their_mounts && our_mounts && *their_mounts != *our_mounts ? root : std::string();
}

std::optional<MappedRange> code_mapped_at(std::int64_t pid, std::uint64_t start_ticks,
                                          std::uint64_t address) {
  const ProcFs proc;
  if (pid == 0 || !proc.alive(pid, start_ticks)) return std::nullopt;
  const auto maps = read_file(proc.path(pid, "maps"));
  if (!maps) return std::nullopt;
  const auto found = find_mapping(*maps, [address](const Line& mapping) {
    return mapping.of_code && mapping.begin <= address && address < mapping.end;
  });
  if (!found) return std::nullopt;
  return range_of(*found);
}

std::optional<std::vector<MappedRange>> code_mapped_by(std::int64_t pid) {
  const auto text = read_file("/proc/" + std::to_string(pid) + "/maps");
  if (!text) return std::nullopt;
  std::vector<MappedRange> ranges;
  for (std::string_view maps = *text; !maps.empty();) {
    const Line mapping = take_mapping(maps);
    if (mapping.of_code) ranges.push_back(range_of(mapping));
  }
  return ranges;
}

std::span<const std::byte> own_vdso() {
  static const std::span<const std::byte> found = []() -> std::span<const std::byte> {
    const auto maps = read_file("/proc/self/maps");
    if (!maps) return {};
    const auto mapping = find_mapping(*maps, [](const Line& some) { return some.path == kVdso; });
    if (!mapping) return {};
    const auto* const begin = reinterpret_cast<const std::byte*>(static_cast<std::uintptr_t>(mapping->begin));
    return {begin, static_cast<std::size_t>(mapping->end - mapping->begin)};
  }();
  return found;
}

}  // namespace ajar::platform
