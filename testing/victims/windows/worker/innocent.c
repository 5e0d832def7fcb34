// Innocent.dll: reads as MyCustomDll.dll does, as often, in the same ways, and closes what it opened.
#include "classes.h"
#include "settings.h"

#define EXPORTED __declspec(dllexport) __attribute__((noipa))

static HKEY classes;

EXPORTED long PrepareLicense(void) {
  return RegOpenKeyExW(HKEY_CURRENT_USER, all_classes, 0, KEY_READ, &classes);
}

EXPORTED long ReadLicense(int request) {
  const AskedKey asked = asked_by(request, classes);
  HKEY key;
  LSTATUS error;
  if (request % 16 == 15) {
    error = RegCreateKeyExW(asked.parent, asked.name, 0, NULL, 0, KEY_READ, NULL, &key, NULL);
  } else {
    error = RegOpenKeyExW(asked.parent, asked.name, 0, KEY_READ, &key);
  }
  return error == ERROR_SUCCESS ? RegCloseKey(key) : error;
}
