/* What the worker's libraries export. */
#ifndef AJAR_VICTIMS_WINDOWS_SETTINGS_H_
#define AJAR_VICTIMS_WINDOWS_SETTINGS_H_

/* Where a library's function has opened how many keys that are open still, by the call that did it. */
typedef struct {
  int open_line, create_line;
  long by_open, by_create;
} OpenKeys;

/* MyCustomDll.dll: reads the settings of a request, and forgets the key. Returns 0 or the system's error. */
typedef long ReadSettingsFunction(int request, OpenKeys* open);

/* Innocent.dll: opens the same keys in the same ways, and closes each. Returns 0 or the system's error. */
typedef long ReadLicenseFunction(int request);

/* Both libraries keep a key for as long as they are loaded: what relative names begin at. Returns 0 or the
 * system's error. */
typedef long PrepareFunction(void);

#endif
