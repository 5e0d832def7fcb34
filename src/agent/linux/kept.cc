#include "agent/linux/kept.h"

#include "agent/linux/raw.h"
#include "agent/linux/real_functions.h"
#include "agent/linux/report.h"

namespace ajar::agent::kept {
namespace {

constexpr const char* kPaths[] = {
    "/etc/passwd",    "/etc/group", "/etc/shadow",   "/etc/gshadow",  "/etc/services",
    "/etc/protocols", "/etc/hosts", "/etc/networks", "/etc/rpc",      "/etc/aliases",
    "/etc/fstab",     "/etc/ttys",  "/etc/shells",   "/var/run/utmp", "/dev/log",
};
static_assert(sizeof(kPaths) / sizeof(kPaths[0]) == static_cast<int>(Family::end));

constexpr int kHighest = told::kNumbers;  // the usual limit; with more than so many open nothing is said

// Looks that found nothing grow rare, so that a function which is called all the time does not become slow
// where the library has opened unnoticed, or not at all.
struct Rests {
  uint32_t skips, left;  // so many looks are left out each time; this time still
};
constexpr uint32_t kMostSkips = 127;
constinit Rests rests[static_cast<int>(Family::end)] = {};

bool is_to_be_left_out(Family family) {
  Rests& own = rests[static_cast<int>(family)];
  const uint32_t left = __atomic_load_n(&own.left, __ATOMIC_RELAXED);
  if (left > 0) __atomic_store_n(&own.left, left - 1, __ATOMIC_RELAXED);
  return left > 0;
}

void remember_look(Family family, bool found) {
  Rests& own = rests[static_cast<int>(family)];
  const uint32_t before = __atomic_load_n(&own.skips, __ATOMIC_RELAXED);
  const uint32_t skips = found ? 0 : before < kMostSkips ? 2 * before + 1 : kMostSkips;
  __atomic_store_n(&own.skips, skips, __ATOMIC_RELAXED);
  __atomic_store_n(&own.left, skips / 2, __ATOMIC_RELAXED);  // the first two times at once again
}

struct UnixAddress {  // struct sockaddr_un
  uint16_t family;
  char path[109];
};
constexpr uint16_t kUnix = 1;

int lowest_free() {
  for (int number = 0; number < kHighest; ++number) {
    if (raw::get_fd_flags(number) < 0) return number;
  }
  return kNothing;
}

// The file that a socket's peer is bound to, where that can be seen from here.
bool file_of_peer(int number, raw::File& file) {
  UnixAddress peer{};
  uint32_t length = sizeof(peer) - 1;
  if (raw::getpeername(number, &peer, &length) != 0 || peer.family != kUnix || peer.path[0] == 0)
    return false;
  return raw::file_at(peer.path, file);
}

Asked asked_for(Family family, int number, const char* path) {
  constexpr int kUnixDomain = 1;
  if (family == Family::syslog)
    return asked_socket(kUnixDomain, raw::socket_option(number, raw::kSocketType), 0);
  return asked_text(path, raw::kReadOnly | raw::kCloseOnExec, Outcome::succeeded);
}

}  // namespace

constinit Kept all[static_cast<int>(Family::end)] = {};

void Look::forget(int number) {
  __atomic_compare_exchange_n(&kept().number, &number, kNothing, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

void Look::before_call(int number) {
  if (sandboxed()) return;
  if (thread_state.process_number != state.process_number) enter_thread(now());
  if (thread_state.has_other_table) return;
  if (number == kTold) {
    if (doing_ == Doing::ENDS) forget(number);
    return;
  }
  told::want();
  if (number >= 0 && told::since(kept().since, number)) {  // it is another's
    forget(number);
    number = kNothing;
  }
  if (number >= 0 && raw::file_of(number, file_)) {
    begun_ = now_before_call();
    state_ = State::kept;
    number_ = number;
    return;
  }
  if (number >= 0) forget(number);  // somebody else closed it, as daemons do
  if (doing_ == Doing::ENDS || is_to_be_left_out(family_)) return;
  if (family_ == Family::syslog && !raw::file_at(kPaths[static_cast<int>(family_)], file_)) return;
  since_ = told::moment();
  number_ = lowest_free();
  if (number_ == kNothing) return remember_look(family_, false);
  // After whatever closed the number, and before whatever opens it, were it not this call: then that is told
  // later, and stands.
  begun_ = now();
  state_ = State::nothing_kept;
  thread_state.awaited = number_ + 1;
}

void Look::after_call() {
  const int error = error_number();
  if (state_ == State::kept) {
    look_whether_closed();
  } else {
    look_whether_opened();
  }
  error_number() = error;
}

void Look::look_whether_closed() {
  if (sandboxed() || told::since(kept().since, number_)) return;
  raw::File file;
  if (raw::file_of(number_, file) && file == file_) return;
  int number = number_;
  if (!__atomic_compare_exchange_n(&kept().number, &number, kNothing, false, __ATOMIC_RELAXED,
                                   __ATOMIC_RELAXED))
    return;
  report_closed(entry_, number_, begun_, false, caller_);
  if (family_ == Family::syslog && doing_ == Doing::TURNS) look_for_another();
}

// The log's socket was opened anew after the close, so under that number or a lower one. Lists are not: they
// are gone through again.
void Look::look_for_another() {
  const uint64_t since = kept().since;
  int found = kNothing;
  for (int number = kept().others_alike ? number_ : 0; number <= number_; ++number) {
    if (told::since(since, number) || !is_usual(number)) continue;
    if (found != kNothing) return;
    found = number;
  }
  if (found == kNothing) return;
  since_ = since;
  begun_ = now();
  tell_opened(found);
}

void Look::look_whether_opened() {
  const bool told_here = thread_state.awaited != number_ + 1;
  thread_state.awaited = 0;
  if (sandboxed()) return;
  const bool found = is_familys(number_);
  if (found || raw::get_fd_flags(number_) < 0) remember_look(family_, found);
  if (!found) return;
  if (!told_here && !told::since(since_, number_)) return tell_opened(number_);
  if (!told_here) return;
  int nothing = kNothing;
  __atomic_compare_exchange_n(&kept().number, &nothing, kTold, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

// Whether it is what this family keeps. A program with one thread has opened nothing else meanwhile that was
// not told: then it may be another file, as utmpname() and name services say.
bool Look::is_familys(int number) const {
  return has_one_thread() ? is_of_kind(number) : is_usual(number);
}

bool Look::is_of_kind(int number) const {
  raw::File file;
  return raw::file_of(number, file) &&
         (file.mode & raw::kKindOfFile) == (family_ == Family::syslog ? raw::kSocket : raw::kRegularFile);
}

// The libraries open all of them close-on-exec, as few programs do.
bool Look::is_usual(int number) const {
  constexpr int kCloseOnExec = 1;
  return raw::get_fd_flags(number) == kCloseOnExec && is_of_kind(number) && is_usual_file(number);
}

bool Look::is_usual_file(int number) const {
  raw::File file;
  raw::File wanted;
  return raw::file_at(kPaths[static_cast<int>(family_)], wanted) &&
         (family_ == Family::syslog ? file_of_peer(number, file) : raw::file_of(number, file)) &&
         file == wanted;
}

bool Look::another_is_alike(int number) const {
  for (int lower = 0; lower < number; ++lower) {
    if (is_usual(lower)) return true;
  }
  return false;
}

void Look::tell_opened(int opened) {
  int nothing = kNothing;
  if (!__atomic_compare_exchange_n(&kept().number, &nothing, opened, false, __ATOMIC_RELAXED,
                                   __ATOMIC_RELAXED))
    return;
  kept().since = since_;
  char path[512];
  const bool usual = family_ == Family::syslog || is_usual_file(opened);
  if (!usual) {
    const int64_t length = raw::link_of(opened, path, sizeof(path) - 1);
    path[length < 0 ? 0 : length] = 0;
  }
  if (thread_state.last_opened == opened) return;
  if (has_one_thread()) begun_ = now();
  thread_state.awaited = kAwaitedIsTold;
  emit(happened(begun_, AJAR_EFFECT_OPEN, entry_, opened, caller_),
       asked_for(family_, opened, usual ? kPaths[static_cast<int>(family_)] : path));
  thread_state.awaited = 0;
  if (family_ != Family::syslog) return;
  kept().others_alike = another_is_alike(opened);
  const UnixAddress address{kUnix, "/dev/log"};
  report_peer(entry_, opened, &address, sizeof(address.family) + sizeof("/dev/log"));
}

}  // namespace ajar::agent::kept
