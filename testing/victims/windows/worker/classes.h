/* The keys that both libraries read: classes with identifiers, as component servers register them, under the
 * user's classes. */
#ifndef AJAR_VICTIMS_WINDOWS_CLASSES_H_
#define AJAR_VICTIMS_WINDOWS_CLASSES_H_

#include <stdio.h>
#include <windows.h>

enum { class_count = 16 };

static const wchar_t* const all_classes = L"Software\\Classes\\CLSID";

static void class_name(int request, wchar_t* name, size_t size) {
  _snwprintf(name, size, L"{8D1C5A00-0000-4AA2-B4E5-00000000%04X}", (unsigned)request % class_count);
}

/* What a request asks for: a name that begins at the user's root, one that begins at an open key, or none at
 * all, which opens that key once more. */
typedef struct {
  HKEY parent;
  wchar_t name[80];
} AskedKey;

static AskedKey asked_by(int request, HKEY classes) {
  AskedKey asked = {.parent = classes, .name = L""};
  wchar_t name[48];
  class_name(request, name, sizeof name / sizeof *name);
  if (request % 3 == 0) {
    asked.parent = HKEY_CURRENT_USER;
    _snwprintf(asked.name, sizeof asked.name / sizeof *asked.name, L"%ls\\%ls", all_classes, name);
  } else if (request % 3 == 1) {
    wcscpy(asked.name, name);
  }
  return asked;
}

#endif
