#include "capture/ptrace/tracer_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "tables/fd_numbers.h"

namespace ajar::capture::ptrace {
namespace {

// Sent to it by the kernel when ajar is gone, and by ajar when it leaves.
constexpr int kAbandon = SIGUSR1;

RecordRing* its_ring = nullptr;

void on_abandon(int /*signal*/) {
  its_ring->abandon();
}

// It ends then: the alarm wakes a wait that the signal came just too early for.
void on_abandon_and_end(int signal) {
  on_abandon(signal);
  ::alarm(1);
}

void set_signals(Tracer::Stops stops) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE, SIGUSR2})
    std::signal(signal, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
  struct sigaction action{};
  action.sa_handler =
      stops == Tracer::Stops::at_all ? on_abandon_and_end : on_abandon;  // and without SA_RESTART
  ::sigaction(kAbandon, &action, nullptr);
  ::sigaction(SIGALRM, &action, nullptr);
  sigset_t wanted;
  ::sigemptyset(&wanted);
  ::sigaddset(&wanted, kAbandon);
  ::sigaddset(&wanted, SIGALRM);
  ::sigprocmask(SIG_UNBLOCK, &wanted, nullptr);
}

// Linux before 5.9 has no call for it.
void close_from(int first) {
  if (::syscall(SYS_close_range, first, ~0U, 0) == 0) return;
  const base::OwnedFd folder(::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto numbers = tables::list_rest(folder.get());
  for (std::size_t i = 0; numbers && i < numbers->size(); ++i) {
    const int number = static_cast<int>((*numbers)[i]);
    if (number >= first && number != folder.get()) ::close(number);
  }
}

// Nobody is to wait for the end of a pipe that only it holds open.
constexpr int kControl = 3;
void hold_nothing_but(int control) {
  const int kept = ::fcntl(control, F_DUPFD, kControl + 1);
  const int null = ::open("/dev/null", O_RDWR);
  for (int standard = 0; standard < kControl; ++standard) ::dup2(null, standard);
  ::dup2(kept, kControl);
  close_from(kControl + 1);
  if (::chdir("/") != 0) return;
}

struct Request {
  std::int32_t pid = 0;
};
struct Answer {
  std::int32_t error = 0;
};

// Until the other side has no more questions, or one was answered of a process that waits for no other.
void answer_requests(Tracer& tracer, Tracer::Stops stops, int control) {
  Request request;
  while (::read(control, &request, sizeof(request)) == static_cast<ssize_t>(sizeof(request))) {
    const bool begins = stops == Tracer::Stops::by_filter;
    const Answer answer{begins ? tracer.begin(request.pid) : tracer.attach(request.pid)};
    if (::send(control, &answer, sizeof(answer), MSG_NOSIGNAL) < 0) break;
    if (begins) break;
  }
  ::close(control);
}

[[noreturn]] void be_tracer(RecordRing& ring, const PythonTable& pythons, Tracer::Stops stops, bool children,
                            int control, pid_t ajar) {
  its_ring = &ring;
  ::setsid();
  ::prctl(PR_SET_NAME, "ajar-tracer", 0, 0, 0);
  set_signals(stops);
  ::prctl(PR_SET_PDEATHSIG, kAbandon, 0, 0, 0);
  if (::getppid() != ajar) ring.abandon();
  hold_nothing_but(control);
  Tracer tracer(ring, pythons, stops, children);
  answer_requests(tracer, stops, kControl);
  tracer.run();
  ::_exit(0);
}

int request_tracing(int control, std::int64_t pid) {
  const Request request{static_cast<std::int32_t>(pid)};
  Answer answer;
  if (::send(control, &request, sizeof(request), MSG_NOSIGNAL) < 0) return errno;
  ssize_t got = 0;
  do {
    got = ::read(control, &answer, sizeof(answer));
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof(answer)) ? answer.error : ESRCH;
}

// Its end is collected then.
bool has_ended_within(pid_t child, int milliseconds) {
  constexpr useconds_t kMillisecond = 1000;
  for (int waited = 0; ::waitpid(child, nullptr, WNOHANG) == 0; ++waited) {
    if (waited == milliseconds) return false;
    ::usleep(kMillisecond);
  }
  return true;
}

}  // namespace

base::Result<TracerProcess> TracerProcess::start(RecordRing& ring, const PythonTable& pythons,
                                                 Tracer::Stops stops, bool children) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return base::system_error("a tracer", errno);
  base::OwnedFd ours(ends[0]);
  const base::OwnedFd its(ends[1]);
  const pid_t ajar = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return base::system_error("a tracer", errno);
  if (pid == 0) be_tracer(ring, pythons, stops, children, its.get(), ajar);
  return TracerProcess(pid, std::move(ours));
}

// Where only a process's ancestors may trace it (Yama), it may allow another one to.
int TracerProcess::trace_me() const {
  ::prctl(PR_SET_PTRACER, pid_, 0, 0, 0);
  const int failed = request_tracing(control_.get(), ::getpid());
  ::prctl(PR_SET_PTRACER, 0, 0, 0, 0);
  return failed;
}

TracerProcess::Refused TracerProcess::attach(const std::vector<std::int64_t>& pids) {
  for (const std::int64_t pid : pids) {
    if (const int failed = request_tracing(control_.get(), pid); failed != 0)
      return {.pid = pid, .error = failed};
  }
  return {};
}

bool TracerProcess::has_ended() const {
  siginfo_t info{};
  const auto tracer = static_cast<id_t>(pid_);
  return ::waitid(P_PID, tracer, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

// It can't be stuck; if it is, its end lets go of them as well.
void TracerProcess::wait_until_it_lets_go() const {
  const auto tracer = static_cast<pid_t>(pid_);
  ::kill(tracer, kAbandon);
  constexpr int kSeconds = 3;
  if (has_ended_within(tracer, kSeconds * 1000)) return;
  ::kill(tracer, SIGKILL);
  ::waitpid(tracer, nullptr, 0);
}

void TracerProcess::collect() const {
  constexpr int kItTakes = 200;  // ms, at the most
  has_ended_within(static_cast<pid_t>(pid_), kItTakes);
}

}  // namespace ajar::capture::ptrace
