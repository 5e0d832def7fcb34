#include "capture/kernel/python_stacks.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "capture/testing/world_recorder.h"

namespace ajar::capture::kernel {
namespace {

constexpr std::uint32_t kMark = 7;

// A str as Python 3.11 has it in memory, ASCII or of two bytes a character.
std::string text_object(std::string_view text) {
  std::string object(48, '\0');
  const std::uint64_t length = text.size();
  std::memcpy(object.data() + AJAR_PYTHON_SIZE, &length, sizeof(length));
  object[AJAR_PYTHON_STATE] = 0x64;
  object += text;
  object.resize((object.size() + 7) / 8 * 8);
  return object;
}
std::string text_object(std::u16string_view text) {
  std::string object(72, '\0');
  const std::uint64_t length = text.size();
  std::memcpy(object.data() + AJAR_PYTHON_SIZE, &length, sizeof(length));
  object[AJAR_PYTHON_STATE] = 0x28;
  object.append(reinterpret_cast<const char*>(text.data()), 2 * text.size());
  object.resize((object.size() + 7) / 8 * 8);
  return object;
}

// Code objects at addresses, and stacks of the processor's and of the interpreter's own frames.
class PythonStacksTest : public ::testing::Test {
 protected:
  PythonStacksTest() { stacks_.is(python::layout_of(0x030b'0000)); }

  // Its instructions are all of its first line.
  void learn(std::uint64_t code, const std::string& name, const std::string& file, std::uint32_t line,
             std::uint32_t mark = kMark) {
    const std::string lines = "\xf7\x01";  // eight instructions, of a line that is 0 further
    ajar_python_code told{};
    told.code = code;
    told.mark = mark;
    told.first_line = line;
    told.name_bytes = static_cast<ajar_u16>(name.size());
    told.file_bytes = static_cast<ajar_u16>(file.size());
    told.lines_bytes = static_cast<ajar_u16>(lines.size());
    stacks_.learn(told, name + file + lines);
  }
  void learn(std::uint64_t code, std::string_view name, std::uint32_t line) {
    learn(code, text_object(name), text_object("app.py"), line);
  }

  static std::vector<std::uint64_t> words(std::initializer_list<std::uint64_t> codes,
                                          std::uint64_t mark = kMark) {
    std::vector<std::uint64_t> all;
    for (const std::uint64_t code : codes) {
      all.push_back(code);
      all.push_back(mark << 32U);
    }
    return all;
  }

  // Of the processor's frames "loop" are activations of the interpreter's loop.
  model::StackId native(const std::vector<std::string>& functions) {
    model::StackId at;
    for (const std::string& function : functions) {
      model::Frame frame;
      frame.kind = model::FrameKind::managed;
      frame.function = recorder_.intern(function);
      at = recorder_.world().stacks.add({.callee = at, .frame = frame});
      if (function == "loop") stacks_.is_loop(at);
    }
    return at;
  }

  std::string told(model::StackId stack) {
    std::string text;
    for (const model::Frame& frame : recorder_.world().frames(stack)) {
      if (frame.kind == model::FrameKind::marker) {
        text += frame.marker == model::Marker::cut ? "… " : "? ";
        continue;
      }
      text += std::string(recorder_.world().text(frame.function));
      if (frame.line != 0) text += ":" + std::to_string(frame.line);
      text += " ";
    }
    return text;
  }

  testing::WorldRecorder recorder_;
  PythonStacks stacks_{recorder_};
};

TEST_F(PythonStacksTest, FramesStandWhereTheLoopThatRunsThemStands) {
  learn(0x1000, "inner", 5);
  learn(0x2000, "outer", 9);
  const auto stack = native({"open", "loop", "call", "loop", "main"});
  EXPECT_EQ(
      told(stacks_.with_frames(stack, words({0x1000 | AJAR_PYTHON_ENTERS, 0x2000 | AJAR_PYTHON_ENTERS}), 2)),
      "open inner:5 call outer:9 main ");
  EXPECT_EQ(told(stacks_.with_frames(native({"open", "loop", "main"}),
                                     words({0x1000, 0x2000 | AJAR_PYTHON_ENTERS}), 2)),
            "open inner:5 outer:9 main ");
}

TEST_F(PythonStacksTest, WithoutFramesTheStackIsAsItWas) {
  const auto stack = native({"open", "loop", "main"});
  EXPECT_EQ(stacks_.with_frames(stack, {}, 0), stack);
  EXPECT_EQ(stacks_.with_frames({}, words({0x1000}), 1), model::StackId{});
}

TEST_F(PythonStacksTest, CodeThatWasNotToldIsUnseenUntilItIs) {
  const auto stack = native({"open", "loop", "main"});
  EXPECT_EQ(told(stacks_.with_frames(stack, words({0x1000 | AJAR_PYTHON_ENTERS}), 1)), "open ? main ");
  learn(0x1000, "late", 3);
  EXPECT_EQ(told(stacks_.with_frames(stack, words({0x1000 | AJAR_PYTHON_ENTERS}), 1)), "open late:3 main ");
}

TEST_F(PythonStacksTest, OtherCodeAtTheSameAddressIsKnownByItsMark) {
  learn(0x1000, text_object("first"), text_object("app.py"), 3, 1);
  learn(0x1000, text_object("second"), text_object("app.py"), 4, 2);
  const auto stack = native({"open", "loop"});
  EXPECT_EQ(told(stacks_.with_frames(stack, words({0x1000 | AJAR_PYTHON_ENTERS}, 1), 1)), "open first:3 ");
  EXPECT_EQ(told(stacks_.with_frames(stack, words({0x1000 | AJAR_PYTHON_ENTERS}, 2), 1)), "open second:4 ");
}

TEST_F(PythonStacksTest, TheInterpretersOwnCodeIsLeftOut) {
  learn(0x1000, "inner", 5);
  learn(0x3000, text_object("__init__"), text_object("__init__"), 0);
  learn(0x2000, "outer", 9);
  EXPECT_EQ(told(stacks_.with_frames(native({"open", "loop", "main"}),
                                     words({0x1000, 0x3000, 0x2000 | AJAR_PYTHON_ENTERS}), 3)),
            "open inner:5 outer:9 main ");
}

TEST_F(PythonStacksTest, NamesAreUtf8) {
  learn(0x1000, text_object(u"größe"), text_object("app.py"), 5);
  EXPECT_EQ(told(stacks_.with_frames(native({"open", "loop"}), words({0x1000 | AJAR_PYTHON_ENTERS}), 1)),
            "open größe:5 ");
}

TEST_F(PythonStacksTest, ADeepRecursionHasItsInnermostAndItsOutermostFrames) {
  learn(0x1000, "recursion", 5);
  learn(0x2000, "top", 9);
  constexpr std::uint32_t kMet = AJAR_CALL_FRAMES + 5;
  std::vector<std::uint64_t> all(2 * AJAR_CALL_FRAMES);
  for (std::uint32_t i = 0; i < kMet; ++i) {
    const std::size_t place =
        i < AJAR_CALL_INNERMOST ? i : AJAR_CALL_INNERMOST + (i - AJAR_CALL_INNERMOST) % AJAR_CALL_OUTERMOST;
    all[2 * place] = i + 1 == kMet ? 0x2000 | AJAR_PYTHON_ENTERS : 0x1000;
    all[2 * place + 1] = std::uint64_t{kMark} << 32U;
  }
  const std::string text = told(stacks_.with_frames(native({"open", "loop", "main"}), all, kMet));
  EXPECT_EQ(text.substr(0, 17), "open recursion:5 ");
  EXPECT_NE(text.find("… recursion:5 "), std::string::npos);
  EXPECT_EQ(text.substr(text.size() - 23), "recursion:5 top:9 main ");
}

TEST_F(PythonStacksTest, TextsThatClaimMoreThanCameAreEmpty) {
  std::string name = text_object("inner");
  const std::uint64_t length = 1U << 19U;
  std::memcpy(name.data() + AJAR_PYTHON_SIZE, &length, sizeof(length));
  learn(0x1000, name, text_object("app.py"), 5);
  learn(0x2000, "", "", 6);
  EXPECT_EQ(told(stacks_.with_frames(native({"open", "loop"}), words({0x1000 | AJAR_PYTHON_ENTERS}), 1)),
            "open :5 ");
  EXPECT_EQ(told(stacks_.with_frames(native({"open", "loop"}), words({0x2000 | AJAR_PYTHON_ENTERS}), 1)),
            "open :6 ");
}

}  // namespace
}  // namespace ajar::capture::kernel
