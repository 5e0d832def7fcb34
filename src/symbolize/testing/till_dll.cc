// A DLL with a PDB, for tests that look for the lines that end in a marker. Made for x86_64-pc-windows-msvc,
// and without any library.

static int opened;

__attribute__((always_inline)) static inline int twice(int value) {
  opened += 1;            // in twice
  return value * opened;  // in twice
}

namespace shop {

class Till {
 public:
  __declspec(noinline) int count(int value) {  // in count
    return twice(value) + CHANGE;              // in count, calls twice
  }  // in count
};

}  // namespace shop

extern "C" __declspec(dllexport) int outer(int value) {  // in outer
  shop::Till till;
  return till.count(value) - 1;  // in outer, calls count
}  // in outer
