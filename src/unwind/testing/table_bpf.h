#ifndef AJAR_UNWIND_TESTING_TABLE_BPF_H
#define AJAR_UNWIND_TESTING_TABLE_BPF_H

#include "unwind/table.h"

enum { TABLE_BPF_CHUNKS = 64 };

struct table_bpf_question {
  __UINT32_TYPE__ chunk;
  __UINT32_TYPE__ offset;
  struct ajar_rule rule; /* the answer */
};

#endif
