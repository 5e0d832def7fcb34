#include <histedit.h>

#include <cstdio>
#include <iostream>

#include "console/line_input.h"

namespace ajar::console {
namespace {

constexpr int kRemembered = 500;  // lines

// With libedit: lines are edited as the user's ~/.editrc says, and recalled with the arrows.
class Edited final : public LineInput {
 public:
  Edited() : editor_(::el_init("ajar", stdin, stdout, stderr)), history_(::history_init()) {
    HistEvent event{};
    ::history(history_, &event, H_SETSIZE, kRemembered);
    ::history(history_, &event, H_SETUNIQUE, 1);
    ::el_set(editor_, EL_CLIENTDATA, this);
    ::el_set(editor_, EL_PROMPT, &Edited::prompt);
    ::el_set(editor_, EL_EDITOR, "emacs");
    ::el_set(editor_, EL_SIGNAL, 1);
    ::el_set(editor_, EL_HIST, &::history, history_);
    ::el_source(editor_, nullptr);
  }

  ~Edited() override {
    ::history_end(history_);
    ::el_end(editor_);
  }

  std::optional<std::string> next(const std::string& prompt) override {
    std::cout << std::flush;
    prompt_ = prompt;
    int length = 0;
    const char* typed = ::el_gets(editor_, &length);
    if (typed == nullptr || length <= 0) {
      std::cout << '\n';
      return std::nullopt;
    }
    std::string line(typed, static_cast<std::size_t>(length));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    HistEvent event{};
    if (!line.empty()) ::history(history_, &event, H_ENTER, line.c_str());
    return line;
  }

 private:
  static char* prompt(::EditLine* editor) {
    Edited* self = nullptr;
    ::el_get(editor, EL_CLIENTDATA, &self);
    return self->prompt_.data();
  }

  ::EditLine* editor_;
  ::History* history_;
  std::string prompt_;
};

}  // namespace

std::unique_ptr<LineInput> terminal_input() {
  return std::make_unique<Edited>();
}

}  // namespace ajar::console
