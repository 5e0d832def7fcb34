// Built twice, as victim_first.dll and victim_second.dll, for the same address: the same code but for the
// name of its function.
#include <windows.h>

__declspec(dllexport) __attribute__((noipa)) int PLUGIN_FUNCTION(int* line) {
  *line = __LINE__ + 1;
  return CreateMutexA(NULL, FALSE, NULL) != NULL;
}
