// C: static functions, functions inlined into each other, code moved to .cold, variants that the compiler
// makes for some arguments.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct list {
  struct list* next;
  int value;
};

static inline struct list* push(struct list* head, int value) {
  struct list* cell = malloc(sizeof *cell);
  if (cell == NULL) abort();
  cell->next = head;
  cell->value = value;
  return cell;
}

static inline int length(const struct list* head) {
  int n = 0;
  for (; head != NULL; head = head->next) n++;
  return n;
}

static inline int at_most(const struct list* head, int limit) {
  int n = length(head);
  return n < limit ? n : limit;
}

__attribute__((noinline)) static int weigh(const struct list* head, int factor, int unused) {
  int sum = 0;
  for (; head != NULL; head = head->next) {
    if (__builtin_expect(head->value < 0, 0)) {
      fprintf(stderr, "negative: %d\n", head->value);
      abort();
    }
    sum += head->value * factor;
  }
  return sum + (unused != 3 ? unused : 0);
}

static int compare(const void* a, const void* b) {
  const int left = *(const int*)a, right = *(const int*)b;
  return (left > right) - (left < right);
}

static void drop(struct list* head) {
  while (head != NULL) {
    struct list* next = head->next;
    free(head);
    head = next;
  }
}

#ifdef NESTED_FUNCTIONS
// GNU C: a function in a function, which uses the outer one's variables.
__attribute__((noinline)) static int nested(int n) {
  int calls = 0;
  __attribute__((noinline)) int inner(int by) {
    calls++;
    return by <= 0 ? calls : inner(by - 1) + by;
  }
  return inner(n) + calls;
}
#else
static int nested(int n) {
  return n;
}
#endif

int plain_run(int n) {
  struct list* head = NULL;
  int numbers[16];
  for (int i = 0; i < 16; i++) {
    head = push(head, (i * n) % 13);
    numbers[i] = head->value;
  }
  qsort(numbers, 16, sizeof *numbers, compare);
  const int result = weigh(head, 3, 3) + at_most(head, n) + numbers[3] + nested(n) + (int)strlen("four");
  drop(head);
  return result;
}
