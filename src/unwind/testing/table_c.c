/* table.h is C: this compiles, and says how large its structs are. */
#include "unwind/table.h"

_Static_assert(sizeof(struct ajar_rule) == 8, "a rule is 8 bytes");
_Static_assert(sizeof(struct ajar_unwind_chunk) == 4 + 6 * AJAR_CHUNK_ROWS, "a row is 6 bytes");

int ajar_test_offset_in_c(const struct ajar_unwind_table* table, __UINT64_TYPE__ address);
int ajar_test_offset_in_c(const struct ajar_unwind_table* table, __UINT64_TYPE__ address) {
  return ajar_unwind_rule(table, address).offset;
}
