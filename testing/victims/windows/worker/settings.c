// MyCustomDll.dll: reads settings from the registry for each request, by the system's own library, and closes
// no key.
#include "settings.h"

#include "classes.h"

#define EXPORTED __declspec(dllexport) __attribute__((noipa))

static HKEY classes;

// The classes, which are there from then on, and the key that names are relative to.
EXPORTED long PrepareSettings(void) {
  wchar_t name[48];
  HKEY key;
  const LSTATUS error =
      RegCreateKeyExW(HKEY_CURRENT_USER, all_classes, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &classes, NULL);
  if (error != ERROR_SUCCESS) return error;
  for (int i = 0; i < class_count; ++i) {
    class_name(i, name, sizeof name / sizeof *name);
    if (RegCreateKeyExW(classes, name, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL) == ERROR_SUCCESS)
      RegCloseKey(key);
  }
  return ERROR_SUCCESS;
}

// Every 16th request makes sure that the key is there.
EXPORTED long ReadSettings(int request, OpenKeys* open) {
  const AskedKey asked = asked_by(request, classes);
  HKEY key;
  LSTATUS error;
  if (request % 16 == 15) {
    open->create_line = __LINE__ + 1;
    error = RegCreateKeyExW(asked.parent, asked.name, 0, NULL, 0, KEY_READ, NULL, &key, NULL);
    open->by_create += error == ERROR_SUCCESS;
  } else {
    open->open_line = __LINE__ + 1;
    error = RegOpenKeyExW(asked.parent, asked.name, 0, KEY_READ, &key);
    open->by_open += error == ERROR_SUCCESS;
  }
  return error;
}
