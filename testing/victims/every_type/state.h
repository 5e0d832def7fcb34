/* How every_type states what it knows of a descriptor: a line for each, {"handle":3,"type":"file",…}, with
 * the keys and values that an answer about the descriptor must have; or
 * {"unavailable":"fanotify","why":"Operation not permitted"}.
 */
#ifndef AJAR_VICTIMS_EVERY_TYPE_STATE_H_
#define AJAR_VICTIMS_EVERY_TYPE_STATE_H_

extern const char* working_directory;

/* `more`: further keys, each with a comma before it. `name`: NULL where the victim does not know it. */
void state(int fd, const char* type, const char* name, const char* more);

/* The same, of what lies at a path: how many names it has, and where in it the descriptor stands. */
void state_file(int fd, const char* type, const char* name, const char* more);

/* A name below the working directory. */
const char* below(const char* name);

void hold_files(void);
void hold_devices(void);
void hold_pipes(void);
void hold_sockets(void);
void hold_events(void);
void hold_processes(void);
void hold_kernel_objects(void);

#endif
