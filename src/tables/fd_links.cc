#include "tables/fd_links.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <span>
#include <string>
#include <string_view>

#include "tables/fd_numbers.h"
#include "tables/handle_type.h"
#include "tables/in_slices.h"

namespace ajar::tables {
namespace {

constexpr std::uint64_t kChunk = 512;       // numbers that are tried one after the other
constexpr std::size_t kDense = kChunk / 4;  // so many of them open: it is worth trying the next ones
constexpr std::uint64_t kMostReserved = 1U << 20U;
constexpr std::size_t kListed = 32 * 1024;  // bytes: some 1,300 handles

// Links that one thread has read, in the order in which it did.
struct Batch {
  struct Link {
    std::uint64_t value = 0;
    std::size_t begin = 0, length = 0;  // of its text
  };
  std::vector<Link> links;
  std::string texts;
  std::uint64_t refused = 0;
  int error = 0;
};

// Reads links one by one, and adds them to `batch`.
class LinkReader {
 public:
  LinkReader(int folder, Batch& batch) : folder_(folder), batch_(batch) {}

  // What is not open is left out.
  void read(std::uint64_t value) {
    *std::to_chars(name_.data(), name_.data() + name_.size() - 1, value).ptr = '\0';
    const ssize_t length = ::readlinkat(folder_, name_.data(), target_.data(), target_.size());
    if (length >= 0) {
      add(value, {target_.data(), static_cast<std::size_t>(length)});
    } else if (errno == ENAMETOOLONG) {
      add(value, {});
    } else if (errno != ENOENT) {
      ++batch_.refused;
      batch_.error = errno;
    }
  }

 private:
  void add(std::uint64_t value, std::string_view text) {
    batch_.links.push_back({.value = value, .begin = batch_.texts.size(), .length = text.size()});
    batch_.texts += text;
  }

  int folder_;
  Batch& batch_;
  std::array<char, 4097> target_{};  // PATH_MAX: the kernel's own limit here
  std::array<char, 24> name_{};
};

// Handles are made by one thread: those of several would be in arenas of their own, which cost the kernel
// more than the links.
void add_handles(Links& all, const Batch& batch, std::size_t begin, std::size_t size) {
  const std::string_view texts = batch.texts;
  for (const Batch::Link& link : std::span(batch.links).subspan(begin, size)) {
    const std::string_view text = texts.substr(link.begin, link.length);
    all.handles.push_back(
        {.value = link.value, .type = type_of_link(text), .name = std::string(text), .facts = {}});
  }
}

// `error`: why the last of them was.
void note_refused(Links& all, std::uint64_t refused, int error) {
  all.refused += refused;
  if (refused != 0) all.error = error;
}

// All that is in the batch, which is empty then.
void move_handles(Links& all, Batch& batch) {
  add_handles(all, batch, 0, batch.links.size());
  note_refused(all, batch.refused, batch.error);
  batch.links.clear();
  batch.texts.clear();
  batch.refused = 0;
}

void read_listed(int folder, std::span<const std::uint64_t> numbers, unsigned threads, Links& all) {
  std::vector<Batch> slices(std::max(threads, 1U));
  in_slices(numbers.size(), threads, [&](std::size_t slice, std::size_t begin, std::size_t end) {
    LinkReader reader(folder, slices[slice]);
    for (std::size_t i = begin; i < end; ++i) reader.read(numbers[i]);
  });
  for (Batch& slice : slices) move_handles(all, slice);
}

// Tries numbers from `first` on, as long as most are open and up to `last`, which costs less than to have
// them listed first. Gives the first number that has not been tried.
std::uint64_t read_tried(int folder, std::uint64_t first, std::uint64_t last, unsigned threads, Links& all) {
  if (last <= first) return first;
  // kChunk numbers, of which `size` are open and stand in that batch from `begin` on, and `refused` were
  // refused.
  struct Chunk {
    std::uint64_t index = 0;
    const Batch* batch = nullptr;
    std::size_t begin = 0, size = 0;
    std::uint64_t refused = 0;
  };
  struct Part {  // of one thread
    Batch batch;
    std::vector<Chunk> chunks;
  };
  std::atomic<std::uint64_t> next = 0;
  std::atomic<std::uint64_t> end = (last - first - 1) / kChunk + 1;  // chunks from this one on are not tried
  std::vector<Part> parts(std::clamp<std::uint64_t>(end.load(), 1, std::max(threads, 1U)));
  in_threads(parts.size(), [&](std::size_t i) {
    auto& [batch, chunks] = parts[i];
    LinkReader reader(folder, batch);
    for (;;) {
      const std::uint64_t index = next.fetch_add(1);
      if (index >= end.load()) return;
      const std::size_t known = batch.links.size(), refused_before = batch.refused;
      const std::uint64_t begin = first + index * kChunk;
      for (std::uint64_t value = begin; value < std::min(begin + kChunk, last); ++value) reader.read(value);
      const Chunk& chunk = chunks.emplace_back(Chunk{.index = index,
                                                     .batch = &batch,
                                                     .begin = known,
                                                     .size = batch.links.size() - known,
                                                     .refused = batch.refused - refused_before});
      const bool dense = chunk.size + chunk.refused >= kDense;
      for (std::uint64_t known_end = end.load(); !dense && index + 1 < known_end;) {
        if (end.compare_exchange_weak(known_end, index + 1)) break;
      }
      // One thread alone meets them in their order.
      if (parts.size() == 1) {
        move_handles(all, batch);
        chunks.clear();
      }
    }
  });

  std::vector<Chunk> chunks;
  for (const Part& part : parts) chunks.insert(chunks.end(), part.chunks.begin(), part.chunks.end());
  std::ranges::sort(chunks, {}, &Chunk::index);
  // Those that were begun before the end was known are listed again with the rest.
  for (const Chunk& chunk : chunks) {
    if (chunk.index >= end.load()) break;
    add_handles(all, *chunk.batch, chunk.begin, chunk.size);
    note_refused(all, chunk.refused, chunk.batch->error);
  }
  return std::min(first + end.load() * kChunk, last);
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
  const std::uint64_t counted = count_handles(folder);
  all.handles.reserve(std::min(counted, kMostReserved));
  const auto first = list_some(folder, kListed);
  if (!first.has_value()) return std::unexpected(first.error());
  std::vector<std::uint64_t> numbers = *first;
  // Listing costs a third of the whole, and most large tables have hardly a gap.
  const bool is_large = numbers.size() > 1000 && is_of_kernel(folder);
  if (is_large) {
    read_listed(folder, numbers, threads, all);
    // Without a gap the last number is one less than their count; where that is not known, at the first gap.
    const std::uint64_t last = counted > 0 ? counted : UINT64_MAX;
    go_on_with(folder, read_tried(folder, numbers.back() + 1, last, threads, all));
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
