#include "platform/terminal.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/owned_fd.h"

namespace ajar::platform {
namespace {

// Standard error is another stream for as long as this lives.
class ErrorsTo {
 public:
  explicit ErrorsTo(int fd) : saved_(::dup(STDERR_FILENO)) { ::dup2(fd, STDERR_FILENO); }
  ErrorsTo(const ErrorsTo&) = delete;
  ErrorsTo& operator=(const ErrorsTo&) = delete;
  ~ErrorsTo() { ::dup2(saved_.get(), STDERR_FILENO); }

 private:
  base::OwnedFd saved_;
};

Terminal errors_on_terminal() {
  int main_end = -1;
  int other_end = -1;
  winsize size{};
  size.ws_col = 132;
  if (::openpty(&main_end, &other_end, nullptr, nullptr, &size) != 0) return {};
  const base::OwnedFd a(main_end);
  const base::OwnedFd b(other_end);
  const ErrorsTo errors(other_end);
  return terminal_of(Stream::error);
}

TEST(Terminal, HasItsWidthAndColorsUnlessToldOtherwise) {
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  const Terminal terminal = errors_on_terminal();
  if (!terminal.interactive) GTEST_SKIP() << "no pseudo-terminals here";
  EXPECT_EQ(terminal.columns, 132U);
  EXPECT_TRUE(terminal.color);
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(errors_on_terminal().color);
  ::unsetenv("NO_COLOR");
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(errors_on_terminal().color);
}

TEST(Terminal, APipeIsNone) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const base::OwnedFd reading(ends[0]);
  const base::OwnedFd writing(ends[1]);
  const ErrorsTo errors(writing.get());
  const Terminal terminal = terminal_of(Stream::error);
  EXPECT_FALSE(terminal.interactive);
  EXPECT_FALSE(terminal.color);
  EXPECT_EQ(terminal.columns, 80U);
}

}  // namespace
}  // namespace ajar::platform
