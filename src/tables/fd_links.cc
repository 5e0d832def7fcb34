#include "tables/fd_links.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "tables/fd_numbers.h"
#include "tables/handle_type.h"
#include "tables/in_slices.h"

namespace ajar::tables {
namespace {

using model::Handle;

constexpr std::uint64_t kChunk = 512;       // numbers that are tried one after the other
constexpr std::size_t kDense = kChunk / 4;  // so many of them open: it is worth trying the next ones
constexpr std::uint64_t kMostReserved = 1U << 20U;
constexpr std::size_t kListed = 32 * 1024;  // bytes: some 1,300 handles

Handle handle_of(std::uint64_t value, std::string_view link) {
  Handle handle{.value = value, .type = type_of_link(link), .name = std::string(link), .facts = {}};
  if (const auto inode = model::inode_in_name(link))
    handle.facts.push_back({.key = model::FactKey::inode, .number = *inode, .text = {}});
  return handle;
}

// Reads links one by one.
class LinkReader {
 public:
  LinkReader(int folder, std::size_t expected) : folder_(folder), expected_(expected) {
    links_.handles.reserve(expected);
  }

  // What is not open is left out.
  void read(std::uint64_t value) {
    *std::to_chars(name_.data(), name_.data() + name_.size() - 1, value).ptr = '\0';
    const ssize_t length = ::readlinkat(folder_, name_.data(), target_.data(), target_.size());
    if (length >= 0) {
      links_.handles.push_back(handle_of(value, {target_.data(), static_cast<std::size_t>(length)}));
    } else if (errno == ENAMETOOLONG) {
      links_.handles.push_back({.value = value, .type = "file", .name = "", .facts = {}});
    } else if (errno != ENOENT) {
      ++links_.refused;
      links_.error = errno;
    }
  }

  [[nodiscard]] std::size_t met() const { return links_.handles.size() + links_.refused; }
  Links take() {
    Links taken = std::exchange(links_, {});
    links_.handles.reserve(expected_);
    return taken;
  }

 private:
  int folder_;
  std::size_t expected_;
  Links links_;
  std::array<char, 4097> target_{};  // PATH_MAX: the kernel's own limit here
  std::array<char, 24> name_{};
};

void append(Links& all, Links more) {
  std::ranges::move(more.handles, std::back_inserter(all.handles));
  all.refused += more.refused;
  if (more.error != 0) all.error = more.error;
}

void read_listed(int folder, std::span<const std::uint64_t> numbers, unsigned threads, Links& all) {
  std::vector<Links> slices(std::max(threads, 1U));
  in_slices(numbers.size(), threads, [&](std::size_t slice, std::size_t begin, std::size_t end) {
    LinkReader reader(folder, end - begin);
    for (std::size_t i = begin; i < end; ++i) reader.read(numbers[i]);
    slices[slice] = reader.take();
  });
  for (Links& slice : slices) append(all, std::move(slice));
}

// Tries numbers from `first` on, as long as most are open, which costs less than to have them listed first.
// Gives the first number that has not been tried.
std::uint64_t read_tried(int folder, std::uint64_t first, unsigned threads, Links& all) {
  struct Chunk {
    std::uint64_t index = 0;
    Links links;
  };
  std::atomic<std::uint64_t> next = 0;
  std::atomic<std::uint64_t> end = UINT64_MAX;  // chunks from this one on are not tried
  std::vector<std::vector<Chunk>> read(std::max(threads, 1U));
  const auto work = [&](std::vector<Chunk>& chunks) {
    LinkReader reader(folder, kChunk);
    for (;;) {
      const std::uint64_t index = next.fetch_add(1);
      if (index >= end.load()) return;
      const std::uint64_t begin = first + index * kChunk;
      for (std::uint64_t value = begin; value < begin + kChunk; ++value) reader.read(value);
      const bool dense = reader.met() >= kDense;
      chunks.push_back({.index = index, .links = reader.take()});
      for (std::uint64_t known = end.load(); !dense && index + 1 < known;) {
        if (end.compare_exchange_weak(known, index + 1)) break;
      }
    }
  };
  in_threads(read.size(), [&](std::size_t i) { work(read[i]); });

  std::vector<Chunk> chunks;
  for (std::vector<Chunk>& of_one : read) std::ranges::move(of_one, std::back_inserter(chunks));
  std::ranges::sort(chunks, {}, &Chunk::index);
  // Those that were begun before the end was known are listed again with the rest.
  for (Chunk& chunk : chunks) {
    if (chunk.index < end.load()) append(all, std::move(chunk.links));
  }
  return first + end.load() * kChunk;
}

}  // namespace

std::uint64_t count_handles(int folder) {
  struct stat found{};
  return ::fstat(folder, &found) == 0 && found.st_size > 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
}

bool kernel_counts_handles() {
  struct stat own{};  // this process has some
  return ::stat("/proc/self/fd", &own) == 0 && own.st_size > 0;
}

std::expected<Links, int> read_links(int folder, unsigned threads) {
  Links all;
  all.handles.reserve(std::min(count_handles(folder), kMostReserved));
  const auto first = list_some(folder, kListed);
  if (!first.has_value()) return std::unexpected(first.error());
  std::vector<std::uint64_t> numbers = *first;
  // Listing costs a third of the whole, and most large tables have hardly a gap.
  const bool is_large = numbers.size() > 1000 && is_of_kernel(folder);
  if (is_large) {
    read_listed(folder, numbers, threads, all);
    go_on_with(folder, read_tried(folder, numbers.back() + 1, threads, all));
    numbers.clear();
  }
  const auto rest = list_rest(folder);
  if (!rest.has_value()) return std::unexpected(rest.error());
  numbers.insert(numbers.end(), rest->begin(), rest->end());
  std::ranges::sort(numbers);
  read_listed(folder, numbers, threads, all);
  return all;
}

bool lists_anything(int folder) {
  constexpr std::size_t kFew = 1024;
  ::lseek(folder, 0, SEEK_SET);
  const auto numbers = list_some(folder, kFew);
  return numbers.has_value() && !numbers->empty();
}

}  // namespace ajar::tables
