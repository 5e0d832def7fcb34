#include "analyze/failed_opens.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ajar::analyze {
namespace {

constexpr std::size_t groups_shown = 100;

struct ErrorName {
  std::int32_t number;
  std::string_view text;
};

constexpr auto status(std::uint32_t value) {
  return static_cast<std::int32_t>(value);
}

// Linux's numbers (include/uapi/asm-generic/errno-base.h and errno.h), as recordings hold them on every
// system, and what Windows answers (ntstatus.h).
constexpr ErrorName error_names[] = {
    {model::kInvalidHandle, "STATUS_INVALID_HANDLE"},
    {status(0xc0000017), "STATUS_NO_MEMORY"},
    {status(0xc0000022), "STATUS_ACCESS_DENIED"},
    {status(0xc0000043), "STATUS_SHARING_VIOLATION"},
    {status(0xc0000044), "STATUS_QUOTA_EXCEEDED"},
    {status(0xc000009a), "STATUS_INSUFFICIENT_RESOURCES"},
    {status(0xc000011f), "STATUS_TOO_MANY_OPENED_FILES"},
    {status(0xc000012d), "STATUS_COMMITMENT_LIMIT"},
    {1, "EPERM: operation not permitted"},
    {2, "ENOENT: no such file or directory"},
    {4, "EINTR: interrupted"},
    {5, "EIO: input/output error"},
    {6, "ENXIO: no such device or address"},
    {9, "EBADF: bad descriptor"},
    {11, "EAGAIN: try again"},
    {12, "ENOMEM: out of memory"},
    {13, "EACCES: permission denied"},
    {14, "EFAULT: bad address"},
    {16, "EBUSY: busy"},
    {17, "EEXIST: exists already"},
    {19, "ENODEV: no such device"},
    {20, "ENOTDIR: not a directory"},
    {21, "EISDIR: is a directory"},
    {22, "EINVAL: invalid argument"},
    {23, "ENFILE: too many open files in the system"},
    {24, "EMFILE: too many open files"},
    {26, "ETXTBSY: program is running"},
    {27, "EFBIG: file too large"},
    {28, "ENOSPC: no space left"},
    {30, "EROFS: read-only file system"},
    {36, "ENAMETOOLONG: name too long"},
    {38, "ENOSYS: call not available"},
    {40, "ELOOP: too many symbolic links"},
    {93, "EPROTONOSUPPORT: protocol not supported"},
    {95, "EOPNOTSUPP: not supported"},
    {97, "EAFNOSUPPORT: address family not supported"},
    {103, "ECONNABORTED: connection aborted"},
    {105, "ENOBUFS: no buffer space"},
};

bool is_limit(std::int32_t error) {
  return error == 23 || error == 24 || error == status(0xc0000044) || error == status(0xc000009a) ||
         error == status(0xc000011f);
}

}  // namespace

std::string error_text(std::int32_t error) {
  const auto* found = std::ranges::find(error_names, error, &ErrorName::number);
  return found == std::end(error_names) ? "error " + std::to_string(error) : std::string(found->text);
}

void FailedOpens::on_event(const model::Event& event) {
  Tally& tally = tallies_[{.stack = event.stack, .call = event.call, .error = event.error}];
  if (tally.count == 0) {
    tally = {.count = 0, .first = event.time, .last = event.time, .example = event.text};
  }
  ++tally.count;
  tally.first = std::min(tally.first, event.time);
  tally.last = std::max(tally.last, event.time);
}

void FailedOpens::report(const model::World& world, CodePaths& paths, report::Process& process) const {
  std::vector<std::pair<Key, Tally>> all(tallies_.begin(), tallies_.end());
  std::ranges::stable_sort(all, {}, [](const auto& entry) {
    return std::pair(!is_limit(entry.first.error), ~entry.second.count);
  });
  for (std::size_t i = groups_shown; i < all.size(); ++i) {
    ++process.failed_opens_left_out.groups;
    process.failed_opens_left_out.count += all[i].second.count;
  }
  all.resize(std::min(all.size(), groups_shown));
  for (const auto& [key, tally] : all) {
    CodePath path = paths.of(key.stack);
    process.failed_opens.push_back({.error = error_text(key.error),
                                    .at_limit = is_limit(key.error),
                                    .call = std::string(world.text(key.call)),
                                    .count = tally.count,
                                    .first_s = model::seconds(tally.first),
                                    .last_s = model::seconds(tally.last),
                                    .example = std::string(world.text(tally.example)),
                                    .culprit = std::move(path.culprit),
                                    .stack = std::move(path.frames)});
  }
}

}  // namespace ajar::analyze
