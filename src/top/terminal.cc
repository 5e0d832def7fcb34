#include "top/terminal.h"

#include <langinfo.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <string>
#include <string_view>

#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "top/terminal_kind.h"

namespace ajar::top {
namespace {

constexpr std::array kEnding = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr short kRed = 1, kYellow = 2;  // pairs of colours

volatile std::sig_atomic_t came = 0;

extern "C" void note_signal(int number) {
  came = number;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// A locale that the system doesn't have would make everything ASCII, also where the terminal's is UTF-8.
void choose_locale() {
  if (std::setlocale(LC_CTYPE, "") != nullptr) return;
  std::string wanted = variable("LC_ALL");
  if (wanted.empty()) wanted = variable("LC_CTYPE");
  if (wanted.empty()) wanted = variable("LANG");
  const bool utf8 = wanted.find("UTF-8") != std::string::npos || wanted.find("utf8") != std::string::npos;
  if (utf8) std::setlocale(LC_CTYPE, "C.UTF-8");
}

attr_t in_colour(short pair) {
  return static_cast<attr_t>(COLOR_PAIR(pair));
}

attr_t attributes_of(Look look, bool colours) {
  switch (look) {
    case Look::plain:
      return A_NORMAL;
    case Look::strong:
      return A_BOLD;
    case Look::faint:
      return A_DIM;
    case Look::heading:
      return A_REVERSE;
    case Look::warning:
      return colours ? in_colour(kYellow) : A_BOLD;
    case Look::grave:
      return colours ? A_BOLD | in_colour(kRed) : A_BOLD;
  }
  return A_NORMAL;
}

std::string in_utf8(wint_t character) {
  std::array<char, 16> bytes{};
  std::mbstate_t state{};
  const std::size_t length = std::wcrtomb(bytes.data(), static_cast<wchar_t>(character), &state);
  return length == static_cast<std::size_t>(-1) ? "" : std::string(bytes.data(), length);
}

struct Meaning {
  int curses;
  Key::Code code;
};

constexpr std::array kKeys = {
    Meaning{KEY_UP, Key::Code::up},         Meaning{KEY_DOWN, Key::Code::down},
    Meaning{KEY_LEFT, Key::Code::left},     Meaning{KEY_RIGHT, Key::Code::right},
    Meaning{KEY_PPAGE, Key::Code::page_up}, Meaning{KEY_NPAGE, Key::Code::page_down},
    Meaning{KEY_HOME, Key::Code::home},     Meaning{KEY_END, Key::Code::end},
    Meaning{KEY_ENTER, Key::Code::enter},   Meaning{KEY_BACKSPACE, Key::Code::backspace},
    Meaning{KEY_RESIZE, Key::Code::resize},
};

std::optional<Key> function_key(wint_t pressed) {
  const auto found = std::ranges::find(kKeys, static_cast<int>(pressed), &Meaning::curses);
  if (found == kKeys.end()) return std::nullopt;
  return Key{.code = found->code};
}

std::optional<Key> character_key(wint_t pressed) {
  constexpr wint_t kEscape = 27, kBackspace = 8, kDelete = 127;
  if (pressed == '\n' || pressed == '\r') return Key{.code = Key::Code::enter};
  if (pressed == kEscape) return Key{.code = Key::Code::escape};
  if (pressed == kBackspace || pressed == kDelete) return Key{.code = Key::Code::backspace};
  std::string text = in_utf8(pressed);
  if (pressed < ' ' || text.empty()) return std::nullopt;
  return Key{.code = Key::Code::character, .text = std::move(text)};
}

}  // namespace

struct Terminal::State {
  SCREEN* screen = nullptr;
  bool colours = false;
  bool is_gone = false;
  sigset_t blocked_before{};

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();

  void take_signals();
  // The next key that there is already. Keys without a meaning are passed over.
  [[nodiscard]] std::optional<Key> take_key() const;
};

// They come while ajar waits for a key, and at no other time.
void Terminal::State::take_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGWINCH);
  came = 0;
  for (const int signal : kEnding) {
    sigaddset(&set, signal);
    struct sigaction action{};
    action.sa_handler = note_signal;
    ::sigaction(signal, &action, nullptr);
  }
  ::pthread_sigmask(SIG_BLOCK, &set, &blocked_before);
}

Terminal::State::~State() {
  if (screen == nullptr) return;
  ::endwin();
  ::delscreen(screen);
  ::pthread_sigmask(SIG_SETMASK, &blocked_before, nullptr);
}

std::optional<Key> Terminal::State::take_key() const {
  for (;;) {
    wint_t pressed = 0;
    const int kind = ::get_wch(&pressed);
    if (kind == ERR) return std::nullopt;
    const auto key = kind == KEY_CODE_YES ? function_key(pressed) : character_key(pressed);
    if (key) return key;
  }
}

base::Result<std::unique_ptr<Terminal>> Terminal::open(bool colours) {
  choose_locale();
  if (auto checked = check_terminal(); !checked.ok())
    return checked.error();  // or newterm() writes something
  auto state = std::make_unique<State>();
  state->screen = ::newterm(nullptr, stdout, stdin);
  if (state->screen == nullptr) return base::Error("the terminal can't be used");
  state->take_signals();
  ::cbreak();
  ::noecho();
  ::nonl();
  ::keypad(stdscr, true);
  ::nodelay(stdscr, true);
  ::curs_set(0);
  constexpr int kEscapeDelay = 25;  // ms; what comes later than that is no part of a key's code
  ::set_escdelay(kEscapeDelay);
  if (colours && ::has_colors()) {
    ::start_color();
    ::use_default_colors();
    ::init_pair(kRed, COLOR_RED, -1);
    ::init_pair(kYellow, COLOR_YELLOW, -1);
    state->colours = true;
  }
  return std::unique_ptr<Terminal>(new Terminal(std::move(state)));
}

Terminal::Terminal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Terminal::~Terminal() = default;

Style Terminal::style() const {
  return {.utf8 = std::string_view(::nl_langinfo(CODESET)) == "UTF-8"};
}

Size Terminal::size() const {
  return {.columns = static_cast<std::size_t>(std::max(getmaxx(stdscr), 0)),
          .lines = static_cast<std::size_t>(std::max(getmaxy(stdscr), 0))};
}

void Terminal::show(const Picture& picture) {
  ::erase();
  int row = 0;
  for (const Line& line : picture) {
    ::move(row, 0);
    for (const Piece& piece : line.pieces) {
      attr_t attributes = attributes_of(piece.look, state_->colours);
      if (line.chosen) attributes = (attributes & ~A_DIM) | A_REVERSE;
      ::attrset(static_cast<int>(attributes));
      ::addstr(piece.text.c_str());
    }
    // The bar of the chosen line, and of headings, goes to the screen's edge.
    const bool is_bar = line.chosen || (!line.pieces.empty() && line.pieces.front().look == Look::heading);
    if (is_bar && getcury(stdscr) == row) {
      ::attrset(static_cast<int>(A_REVERSE));
      ::hline(' ', getmaxx(stdscr) - getcurx(stdscr));
    }
    ::attrset(A_NORMAL);
    ++row;
  }
  ::refresh();
}

std::optional<Key> Terminal::wait(std::chrono::steady_clock::time_point until) {
  using std::chrono::nanoseconds;
  using Clock = std::chrono::steady_clock;
  sigset_t open = state_->blocked_before;
  sigdelset(&open, SIGWINCH);
  for (const int signal : kEnding) sigdelset(&open, signal);
  while (!is_over()) {
    if (const auto key = state_->take_key()) return key;
    // Also without a time to wait there is a look at the signals.
    const nanoseconds left = std::max<nanoseconds>(until - Clock::now(), nanoseconds(0));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec time{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    ::ppoll(&input, 1, &time, &open);
    if ((input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) state_->is_gone = true;
    if (left == nanoseconds(0)) return is_over() ? std::nullopt : state_->take_key();
  }
  return std::nullopt;
}

bool Terminal::is_over() const {
  return state_->is_gone || came != 0;
}

}  // namespace ajar::top
