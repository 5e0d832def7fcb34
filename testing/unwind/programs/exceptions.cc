// Exceptions, lambdas, virtual calls, callbacks of the C library, threads and variable-sized frames: what
// makes call-frame information of every kind that compilers write.
#include <alloca.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "shapes.h"

namespace {

volatile int sink = 0;

struct alignas(64) Wide {
  char bytes[192];
};

struct Owner {
  explicit Owner(int n) : text(20 + static_cast<std::size_t>(n) % 40, 'x') {}
  ~Owner() { sink = sink + static_cast<int>(std::string(text).size()); }
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  std::string text;
};

[[gnu::noinline]] int realigned(int depth) {
  Wide wide{};
  std::memset(wide.bytes, depth, sizeof(wide.bytes));
  const std::string text(30 + static_cast<std::size_t>(depth), wide.bytes[3]);
  return depth == 0 ? static_cast<int>(text.size()) : realigned(depth - 1) + wide.bytes[depth % 192];
}

[[gnu::noinline]] int variable(int depth) {
  auto* bytes = static_cast<char*>(alloca(16 + static_cast<std::size_t>(depth) * 24));
  std::memset(bytes, 1, 16 + static_cast<std::size_t>(depth) * 24);
  const std::vector<int> numbers(static_cast<std::size_t>(depth) + 1, bytes[depth]);
  return depth == 0 ? bytes[0] : variable(depth - 1) + static_cast<int>(numbers.size());
}

[[gnu::noinline]] void thrower(int depth, int kind) {
  const Owner owner(depth);
  if (depth > 0) return thrower(depth - 1, kind);
  if (kind % 3 == 0) throw std::runtime_error("a text that is too long for its small buffer: " + owner.text);
  if (kind % 3 == 1) throw kind;
  throw std::make_shared<std::string>(owner.text);
}

[[gnu::noinline]] void rethrower(int depth, int kind) {
  try {
    const Owner owner(kind);
    thrower(depth, kind);
  } catch (const std::exception&) {
    const std::string text(40, 'c');
    throw std::logic_error(text);
  }
}

void exceptions() {
  for (int i = 0; i < 200; ++i) {
    try {
      rethrower(i % 17, i);
    } catch (const std::exception& e) {
      sink = sink + e.what()[0];
    } catch (int n) {
      sink = sink + n;
    } catch (...) {
      sink = sink + static_cast<int>(std::string(50, 'z').size());
    }
  }
}

int compare_numbers(const void* a, const void* b) {
  const std::string text(33, 'q');  // a stack in the middle of qsort
  sink = sink + text[3];
  return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

void callbacks() {
  std::vector<int> numbers(300);
  std::iota(numbers.rbegin(), numbers.rend(), 0);
  std::qsort(numbers.data(), numbers.size(), sizeof(int), compare_numbers);
  std::sort(numbers.begin(), numbers.end(), [](int a, int b) {
    const std::string text(static_cast<std::size_t>(30 + a % 8), 's');
    return a % 13 < b % 13 || (a % 13 == b % 13 && a + text[0] < b + text[0]);
  });
  std::map<std::string, std::function<int(int)>> functions;
  for (int i = 0; i < 30; ++i) {
    functions["function number " + std::to_string(i)] = [i, owner = std::make_shared<Owner>(i)](int n) {
      return i + n + static_cast<int>((owner->text + owner->text).size());
    };
  }
  for (const auto& [name, function] : functions) sink = sink + function(3) + realigned(5) + variable(6);
}

void library() {
  const std::regex pattern("(a|b)*c+(d[ef]{1,3})?");
  for (int i = 0; i < 20; ++i) {
    std::ostringstream out;
    out << std::string(static_cast<std::size_t>(i), 'a') << "ccde" << 1.5 * i;
    sink = sink + static_cast<int>(std::regex_search(out.str(), pattern));
  }
  std::unordered_map<std::string, std::list<std::string>> lists;
  for (int i = 0; i < 200; ++i) lists["list " + std::to_string(i % 20)].push_back(std::string(40, 'l'));
  for (auto& [name, list] : lists) list.sort();
}

void on_signal(int) {
  // No program should; here it makes a stack through the signal's frame, at a place where that is safe.
  std::free(std::malloc(100));
  sink = sink + realigned(3);
}

void signals() {
  std::signal(SIGUSR1, on_signal);
  for (int i = 0; i < 40; ++i) {
    shapes::deep(i, [] { std::raise(SIGUSR1); });
  }
}

void threads() {
  std::vector<std::future<int>> results;
  for (int i = 0; i < 4; ++i) {
    results.push_back(std::async(std::launch::async, [i] {
      exceptions();
      return realigned(i) + variable(i);
    }));
  }
  for (auto& result : results) sink = sink + result.get();
}

}  // namespace

int main(int argc, char** argv) {
  const int turns = argc > 1 ? std::atoi(argv[1]) : 3;
  for (int turn = 0; turn < turns; ++turn) {
    exceptions();
    callbacks();
    library();
    signals();
    threads();
    shapes::all(turn, [] { sink = sink + static_cast<int>(std::string(60, 'm').size()); });
  }
  std::printf("done\n");
  return 0;
}
