// The main of a fuzz target where there is no libFuzzer: runs the target on files, then on mutated copies of
// them. The mutations depend on the seed, the run's number and the files alone, so that a run can be had
// again. An input that kills the target is left in the file `crash-input` in the current folder.

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
#if defined(__GNUC__) && !defined(_WIN32)
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());
#endif

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::string_view kUsage =
    "usage: TARGET [--runs N] [--seconds N] [--seed N] FILE-OR-FOLDER…\n"
    "Runs the target on each file, then on N mutated copies, for at most so many seconds.\n";
constexpr std::size_t kLargestInput = std::size_t{1} << 20U;

struct Options {
  std::uint64_t runs = 0;
  std::uint64_t seconds = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t seed = 1;
  std::vector<std::filesystem::path> paths;
};

// What is being run, for whoever has to tell of its death.
struct Running {
  const Input* input = nullptr;
  std::string name;
};
Running running;

void leave_the_input() {
  if (running.input == nullptr) return;
  std::fprintf(stderr, "the target died of %s; the input is in crash-input\n", running.name.c_str());
  if (std::FILE* out = std::fopen("crash-input", "wb"); out != nullptr) {
    std::fwrite(running.input->data(), 1, running.input->size(), out);
    std::fclose(out);
  }
  running.input = nullptr;
}

void on_signal(int signal) {
  leave_the_input();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void watch_for_death() {
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL}) std::signal(signal, on_signal);
#if defined(__GNUC__) && !defined(_WIN32)
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(leave_the_input);
#endif
}

void run(const Input& input, std::string name) {
  running = {.input = &input, .name = std::move(name)};
  // In a block of exactly its size, so that a sanitizer sees the first byte read beyond it.
  const Input exact(input);
  if (LLVMFuzzerTestOneInput(exact.data(), exact.size()) != 0) std::abort();
  running.input = nullptr;
}

class Mutator {
 public:
  Mutator(const std::vector<Input>& corpus, std::uint64_t seed) : corpus_(corpus), random_(seed) {}

  Input next() {
    Input input = pick();
    const std::size_t changes = 1 + below(4);
    for (std::size_t i = 0; i < changes; ++i) change(input);
    if (input.size() > kLargestInput) input.resize(kLargestInput);
    return input;
  }

 private:
  const Input& pick() { return corpus_[below(corpus_.size())]; }

  // Not std::uniform_int_distribution, which may differ from one library to the next.
  std::size_t below(std::size_t limit) {
    return limit == 0 ? 0 : static_cast<std::size_t>(random_() % limit);
  }

  void change(Input& input) {
    const std::size_t at = below(input.size());
    const std::size_t length = std::min(input.size() - at, below(64));
    const auto begin = input.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = begin + static_cast<std::ptrdiff_t>(length);
    switch (below(8)) {
      case 0:
        return flip(input, at);
      case 1:
        return input.resize(at);
      case 2:
        return static_cast<void>(input.erase(begin, end));
      case 3:
        return repeat(input, at, length);
      case 4:
        return splice(input, at);
      case 5:
        return overwrite(input, at);
      case 6:
        return static_cast<void>(input.insert(begin, static_cast<std::uint8_t>(random_())));
      default:
        return flip(input, below(std::min<std::size_t>(input.size(), 64)));
    }
  }

  void flip(Input& input, std::size_t at) {
    if (!input.empty()) input[at] = static_cast<std::uint8_t>(input[at] ^ (1U << below(8)));
  }

  static void repeat(Input& input, std::size_t at, std::size_t length) {
    const Input copy(input.begin() + static_cast<std::ptrdiff_t>(at),
                     input.begin() + static_cast<std::ptrdiff_t>(at + length));
    input.insert(input.begin() + static_cast<std::ptrdiff_t>(at), copy.begin(), copy.end());
  }

  // This input's front, another one's back.
  void splice(Input& input, std::size_t at) {
    const Input& other = pick();
    input.resize(at);
    input.insert(input.end(), other.begin() + static_cast<std::ptrdiff_t>(below(other.size())), other.end());
  }

  // A number at which parsers go wrong, in one of the usual widths.
  void overwrite(Input& input, std::size_t at) {
    static constexpr std::array<std::uint64_t, 9> kNumbers{0,
                                                           1,
                                                           0x7f,
                                                           0xff,
                                                           0x7fff'ffff,
                                                           0xffff'ffff,
                                                           0x8000'0000,
                                                           0x7fff'ffff'ffff'ffff,
                                                           0xffff'ffff'ffff'ffff};
    std::uint64_t number = kNumbers[below(kNumbers.size())];
    const std::size_t width = std::min(std::size_t{1} << below(4), input.size() - at);
    for (std::size_t i = 0; i < width; ++i, number >>= 8U) input[at + i] = static_cast<std::uint8_t>(number);
  }

  const std::vector<Input>& corpus_;
  std::mt19937_64 random_;
};

std::vector<std::filesystem::path> files_of(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::filesystem::path> files;
  for (const auto& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    std::uint64_t* number = word == "--runs"      ? &options.runs
                            : word == "--seconds" ? &options.seconds
                            : word == "--seed"    ? &options.seed
                                                  : nullptr;
    if (number == nullptr) {
      options.paths.emplace_back(word);
    } else if (++i < argc) {
      *number = std::strtoull(argv[i], nullptr, 10);
    } else {
      return false;
    }
  }
  return !options.paths.empty();
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fputs(kUsage.data(), stderr);
    return 2;
  }
  watch_for_death();
  std::vector<Input> corpus;
  for (const auto& path : files_of(options.paths)) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
      std::fprintf(stderr, "%s: cannot be read\n", path.string().c_str());
      return 2;
    }
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    run(corpus.back(), path.string());
  }
  if (corpus.empty()) {
    std::fputs("no input: the folder is empty\n", stderr);
    return 2;
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
  std::uint64_t done = 0;
  while (done < options.runs && std::chrono::steady_clock::now() < until) {
    ++done;
    run(Mutator(corpus, options.seed * 1'000'003 + done).next(),
        "mutated run " + std::to_string(done) + " of seed " + std::to_string(options.seed));
  }
  std::printf("%zu files, %llu mutated runs\n", corpus.size(), static_cast<unsigned long long>(done));
  return 0;
}
