// Other lists that glibc opens by its inner ways, and keeps for its next call; musl has none.
#include <aliases.h>
#include <fstab.h>
#include <grp.h>
#include <gshadow.h>
#include <netdb.h>
#include <pwd.h>
#include <rpc/netdb.h>
#include <shadow.h>
#include <ttyent.h>
#include <utmp.h>
#include <utmpx.h>

#include "situation.h"

KEPT_WHOLE static void services_kept(void) {
  int lists = 0;
  const char* const files[] = {"/etc/services", "/etc/protocols", "/etc/hosts", "/etc/networks", "/etc/rpc"};
  for (int i = 0; i < 5; ++i) lists += access(files[i], R_OK) == 0;
  setservent(1);
  MUST(getservbyname("http", "tcp") == NULL || getservent() != NULL);
  setprotoent(1);
  sethostent(1);
  setnetent(1);
  setrpcent(1);
  OPENED_HERE("file", lists);
  truth_print(3, 0, 0);
}

static void make_login_list(void) {
  const char nobody[384 * 4] = {0};
  FILE* file = fopen("logins", "w");
  MUST(file != NULL && fwrite(nobody, sizeof(nobody), 1, file) == 1 && fclose(file) == 0);
  MUST(utmpxname("logins") == 0);
}

// A list under a name of the program's own.
KEPT_WHOLE static void logins_kept(void) {
  make_login_list();
  setutxent();
  MUST(getutxent() != NULL);
  MUST(utmpxname("logins") == 0);  // closes
  MUST(getutxent() != NULL);
  unlink("logins");
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

static void all_lists(void) {
  char text[4096];
  int error;
  void* found;
#define EACH(name, entry, set, ...)                                                       \
  do {                                                                                    \
    struct entry one;                                                                     \
    set;                                                                                  \
    (void)get##name##ent();                                                               \
    (void)get##name##ent_r(&one, text, sizeof(text), (struct entry**)&found __VA_ARGS__); \
    end##name##ent();                                                                     \
  } while (0)
  EACH(pw, passwd, setpwent());
  EACH(gr, group, setgrent());
  EACH(sp, spwd, setspent());
  EACH(sg, sgrp, setsgent());
  EACH(serv, servent, setservent(1));
  EACH(proto, protoent, setprotoent(1));
  EACH(host, hostent, sethostent(1), , &error);
  EACH(net, netent, setnetent(1), , &error);
  EACH(rpc, rpcent, setrpcent(1));
  EACH(alias, aliasent, setaliasent());
#undef EACH
}

static void all_logins(void) {
  struct utmpx line = {.ut_type = USER_PROCESS, .ut_line = "none"};
  struct utmp* found;
  struct utmp buffer;
  make_login_list();
  setutxent();
  (void)getutxent();
  (void)getutxid(&line);
  (void)getutxline(&line);
  (void)pututxline(&line);
  endutxent();
  MUST(utmpname("logins") == 0);
  setutent();
  (void)getutent();
  (void)getutid((struct utmp*)&line);
  (void)getutline((struct utmp*)&line);
  (void)pututline((struct utmp*)&line);
  (void)getutent_r(&buffer, &found);
  (void)getutid_r((struct utmp*)&line, &buffer, &found);
  (void)getutline_r((struct utmp*)&line, &buffer, &found);
  (void)getlogin();
  (void)getlogin_r(buffer.ut_host, sizeof(buffer.ut_host));
  endutent();
  unlink("logins");
}

// Every function that may keep something, and its end.
static void all_kept(void) {
  all_lists();
  setfsent();
  (void)getfsent();
  (void)getfsspec("none");
  (void)getfsfile("none");
  endfsent();
  setttyent();
  (void)getttyent();
  (void)getttynam("none");
  endttyent();
  setusershell();
  (void)getusershell();
  endusershell();
  all_logins();
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(services_kept),
    SITUATION(logins_kept),
    SITUATION(all_kept),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
