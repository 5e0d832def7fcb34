/* The least that starting a program through another one takes: forks, execs, waits.
 *
 *   fork_exec PROGRAM [ARGUMENT]…
 *
 * Linked statically, so that next to nothing is loaded.
 */
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const pid_t child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    execv(argv[1], argv + 1);
    _exit(127);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) return 2;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
