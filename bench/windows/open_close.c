/* open_close.exe PAIRS DEPTH: how many nanoseconds an event takes to be made and closed, called from so many
 * functions deep. */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

static void pair(void) {
  HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (event != NULL) CloseHandle(event);
}

static __attribute__((noinline)) void descend(long pairs, int depth) {
  if (depth > 0) {
    descend(pairs, depth - 1);
    __asm__ volatile(""); /* or the call would be a jump */
    return;
  }
  for (long i = 0; i < pairs; ++i) pair();
}

int main(int count, char** words) {
  const long pairs = count > 1 ? atol(words[1]) : 100000;
  const int depth = count > 2 ? atoi(words[2]) : 10;
  LARGE_INTEGER begin, end, frequency;
  descend(pairs / 10, depth);
  QueryPerformanceFrequency(&frequency);
  QueryPerformanceCounter(&begin);
  descend(pairs, depth);
  QueryPerformanceCounter(&end);
  printf("%.1f\n",
         (double)(end.QuadPart - begin.QuadPart) * 1e9 / (double)frequency.QuadPart / (double)pairs);
  return 0;
}
