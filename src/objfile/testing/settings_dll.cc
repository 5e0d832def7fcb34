// For tests: a DLL with code that is exported, local and inlined.
namespace settings {
namespace {

volatile int calls = 0;

__attribute__((noinline)) int open_one(int key) {
  ++calls;
  return key * 3;
}

}  // namespace

static inline __attribute__((always_inline)) int open_twice(int key) {
  return open_one(key) + open_one(key + 1);  // line 15
}

}  // namespace settings

extern "C" __declspec(dllexport) int ReadSettings(int key) {
  return settings::open_twice(key) + 7;
}
