#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "unwind/followed_code.h"
#include "unwind/testing/followed_bytes.h"
#include "unwind/x86_instruction.h"

namespace {

using namespace ajar::unwind;

void check_rows(const FollowedCode& code, std::uint32_t size) {
  FollowedCode::Row row;
  for (std::uint32_t at = 0; code.next_row(at, row); at = row.begin + 1) {
    if (row.begin < at || row.end <= row.begin || row.end > size) std::abort();
    if (row.rule.cfa == AJAR_CFA_SP && row.rule.offset < 8) std::abort();
  }
}

}  // namespace

// The first byte says how much memory there is, the second one how many functions; of each function there are
// its beginning and its size, and the rest is code.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::size_t count = size < 2 ? 0 : data[1] % 8U;
  if (size < 2 + 2 * count) return 0;
  std::vector<FollowedFunction> functions;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t begin = data[2 + 2 * i];
    if (functions.empty() || functions.back().begin < begin)
      functions.push_back({begin, data[3 + 2 * i], false});
  }
  const std::vector<std::uint8_t> bytes(data + 2 + 2 * count, data + size);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const X86Instruction it = x86_instruction(bytes.data() + at, bytes.data() + bytes.size());
    if (it.length > bytes.size() - at || it.length > 15) std::abort();
  }
  if (!bytes.empty()) {
    // With exactly as much memory as is promised to be enough, or with little.
    const bool is_roomy = *data < 200;
    testing::FollowedRoom room(bytes.size(), is_roomy ? bytes.size() / 4 + 16 : 2, is_roomy ? 1024 : 5);
    FollowedCode code(testing::code_of(bytes, functions, 3), room.memory());
    code.run();
    check_rows(code, static_cast<std::uint32_t>(bytes.size()));
  }
  return 0;
}
