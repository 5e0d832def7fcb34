#include "agent/linux/parted_tables.h"

#include "agent/core/state.h"

namespace ajar::agent {

void tables_may_have_parted() {
  __atomic_store_n(&state.tables_parted, true, __ATOMIC_RELAXED);
  __atomic_fetch_add(&state.process_number, 1U, __ATOMIC_RELEASE);  // every thread enters anew
}

}  // namespace ajar::agent
