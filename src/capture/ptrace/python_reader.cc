#include "capture/ptrace/python_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>

#include "capture/ptrace/stopped_thread.h"

namespace ajar::capture::ptrace {
namespace {

constexpr unsigned kMostThreads = 1024;

template <typename T>
T part_of(std::span<const std::byte> bytes, std::size_t offset) {
  T value{};
  if (offset + sizeof(T) <= bytes.size()) std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

}  // namespace

// One look at one thread.
class PythonReader::Walk {
 public:
  Walk(PythonReader& reader, const ajar_python& where, int pid, int tid, const Tell& tell)
      : reader_(reader), where_(where), pid_(pid), tid_(tid), tell_(tell), memory_(reader.memory_) {
    memory_.begin(tid);
  }

  Frames frames() {
    base_ = thread_base(tid_);
    if (base_ == 0) return {};
    std::uint64_t& known = reader_.threads_[tid_];
    std::uint64_t at = innermost_of(known);
    if (at == 0) {
      known = find_thread();
      at = innermost_of(known);
    }
    for (unsigned i = 0; at != 0 && i < AJAR_CALL_MOST_WALKED && go_on(at); ++i) {
      if (met_.size() == kMostPieces) take_all();
    }
    take_all();
    if (at == 0) last_enters();
    return std::move(frames_);
  }

 private:
  struct Met {
    std::uint64_t code = 0;  // 0: it is no frame; the one before it is the outermost of its activation
    std::uint64_t instruction = 0;
    bool enters = false;
  };

  bool is_own(std::uint64_t thread) {
    std::uint64_t id = 0;
    return thread != 0 && memory_.word(thread + where_.thread_id, id) && id == base_;
  }

  // Of a state that is the thread's. One that was given back may look as if it were, but runs nothing: 0.
  std::uint64_t innermost_of(std::uint64_t thread) {
    std::uint64_t at = 0;
    if (!is_own(thread) || !memory_.word(thread + where_.frame_of_thread, at) || at == 0) return 0;
    if (where_.frame_of_c_frame != AJAR_PYTHON_NO_C_FRAME && !memory_.word(at + where_.frame_of_c_frame, at))
      return 0;
    return at;
  }

  std::uint64_t find_thread() {
    std::uint64_t interpreter = 0;
    std::uint64_t thread = 0;
    memory_.word(where_.interpreters, interpreter);
    for (unsigned looks = 0; interpreter != 0 && looks < kMostThreads;) {
      if (!memory_.word(interpreter + where_.threads, thread)) return 0;
      for (; thread != 0 && looks < kMostThreads; ++looks) {
        if (is_own(thread)) return thread;
        if (!memory_.word(thread + where_.next_thread, thread)) return 0;
      }
      ++looks;
      if (!memory_.word(interpreter + where_.next_interpreter, interpreter)) return 0;
    }
    return 0;
  }

  // Takes the frame, if it is one, and goes to its caller.
  bool go_on(std::uint64_t& at) {
    std::array<std::byte, AJAR_PYTHON_MOST_FRAME> room;
    const std::span<std::byte> frame = std::span(room).first(where_.frame_size);
    if (!memory_.read(at, frame.data(), frame.size())) return false;
    at = part_of<std::uint64_t>(frame, where_.previous);
    const auto owner = part_of<std::uint8_t>(frame, where_.owner);
    if (where_.entry == AJAR_PYTHON_ENTERS_AFTER_C && owner == AJAR_PYTHON_OWNED_BY_C) {
      met_.push_back({});
      return true;
    }
    const bool enters = where_.entry == AJAR_PYTHON_ENTERS_ALWAYS ||
                        (where_.entry == AJAR_PYTHON_ENTERS_BY_FLAG && owner != 0);
    const auto code = part_of<std::uint64_t>(frame, where_.code);
    if (code != 0) met_.push_back({code, instruction_of(frame, code), enters});
    return true;
  }

  // Their code objects lie far from each other, and are read together.
  void take_all() {
    std::array<std::byte, kMostPieces * AJAR_PYTHON_MOST_CODE> room;
    std::array<std::uint64_t, kMostPieces> from;
    for (std::size_t at = 0; at < met_.size();) {
      const std::span<const Met> rest = std::span(met_).subspan(at);
      std::ranges::transform(rest, from.begin(), &Met::code);
      const std::size_t there =
          read_pieces(tid_, std::span(from).first(rest.size()), room.data(), where_.code_size);
      for (std::size_t i = 0; i < there; ++i)
        take(rest[i], std::span(room).subspan(i * where_.code_size, where_.code_size));
      if (there < rest.size() && rest[there].code == 0) last_enters();
      at += there + 1;
    }
    met_.clear();
  }

  void take(const Met& met, std::span<const std::byte> code) {
    const std::uint64_t at = met.code;
    if (part_of<std::uint64_t>(code, AJAR_PYTHON_TYPE) != where_.code_type) return;
    ajar_python_code told{};
    told.code = at;
    told.first_line = part_of<std::uint32_t>(code, where_.first_line);
    told.mark = static_cast<std::uint32_t>(
        AJAR_PYTHON_MIX(part_of<std::uint64_t>(code, where_.name), part_of<std::uint64_t>(code, where_.file),
                        part_of<std::uint64_t>(code, where_.lines), told.first_line));
    put(at | (met.enters ? AJAR_PYTHON_ENTERS : 0), met.instruction | std::uint64_t{told.mark} << 32U);
    const std::tuple key(pid_, at, told.mark);
    if (!reader_.told_.contains(key) && tell(told, code)) reader_.told_.insert(key);
  }

  [[nodiscard]] std::uint64_t instruction_of(std::span<const std::byte> frame, std::uint64_t code) const {
    if (where_.code_units == 0) {
      const auto number = part_of<std::int32_t>(frame, where_.instruction);
      return number < 0 ? 0 : static_cast<std::uint32_t>(number);
    }
    const auto at = part_of<std::uint64_t>(frame, where_.instruction);
    const std::uint64_t begin = code + where_.code_units;
    return at < begin ? 0 : static_cast<std::uint32_t>((at - begin) / 2);
  }

  void put(std::uint64_t first, std::uint64_t second) {
    const std::uint32_t met = frames_.met++;
    const std::size_t place = met < AJAR_CALL_INNERMOST
                                  ? met
                                  : AJAR_CALL_INNERMOST + (met - AJAR_CALL_INNERMOST) % AJAR_CALL_OUTERMOST;
    if (frames_.words.size() < 2 * place + 2) frames_.words.resize(2 * place + 2);
    frames_.words[2 * place] = first;
    frames_.words[2 * place + 1] = second;
    last_ = 2 * place;
  }

  // The last one that was met is the outermost that its activation of the loop runs.
  void last_enters() {
    if (!frames_.words.empty() && where_.entry == AJAR_PYTHON_ENTERS_AFTER_C)
      frames_.words[last_] |= AJAR_PYTHON_ENTERS;
  }

  bool tell(ajar_python_code& told, std::span<const std::byte> code) {
    std::string payload;
    told.name_bytes =
        add_text(payload, part_of<std::uint64_t>(code, where_.name), AJAR_PYTHON_MOST_NAME, false);
    told.file_bytes =
        add_text(payload, part_of<std::uint64_t>(code, where_.file), AJAR_PYTHON_MOST_FILE, true);
    told.lines_bytes = add_lines(payload, part_of<std::uint64_t>(code, where_.lines));
    return tell_(told, payload);
  }

  std::uint16_t add_text(std::string& payload, std::uint64_t object, std::size_t most, bool the_end) {
    constexpr std::size_t kHead = 40;
    constexpr unsigned kAscii = 0x40, kCompact = 0x20;
    constexpr std::uint64_t kLongest = std::uint64_t{1} << 20U;
    std::array<std::byte, AJAR_PYTHON_HEAD> head{};
    if (!memory_.read(object, head.data(), kHead)) return 0;
    const auto state = part_of<std::uint8_t>(head, AJAR_PYTHON_STATE);
    const auto length = part_of<std::uint64_t>(head, AJAR_PYTHON_SIZE);
    const unsigned width = (state >> 2U) & 7U;
    if ((state & kCompact) == 0 || (width != 1 && width != 2 && width != 4) || length > kLongest) return 0;
    const std::size_t begin =
        std::min<std::size_t>((state & kAscii) != 0 ? where_.ascii_text : where_.other_text, head.size());
    const std::uint64_t whole = length * width;
    const std::size_t bytes = std::min<std::uint64_t>(whole, most);
    std::string characters(bytes, '\0');
    if (!memory_.read(object + begin + (the_end ? whole - bytes : 0), characters.data(), bytes)) return 0;
    const std::uint64_t there = bytes / width;
    std::memcpy(head.data() + AJAR_PYTHON_SIZE, &there, sizeof(there));
    const std::size_t before = payload.size();
    payload.append(reinterpret_cast<const char*>(head.data()), begin).append(characters);
    payload.resize((payload.size() + 7) / 8 * 8);
    return static_cast<std::uint16_t>(payload.size() - before);
  }

  std::uint16_t add_lines(std::string& payload, std::uint64_t object) {
    std::uint64_t size = 0;
    if (!memory_.word(object + AJAR_PYTHON_SIZE, size)) return 0;
    std::string lines(std::min<std::uint64_t>(size, AJAR_PYTHON_MOST_LINES), '\0');
    if (!memory_.read(object + AJAR_PYTHON_BYTES, lines.data(), lines.size())) return 0;
    payload += lines;
    return static_cast<std::uint16_t>(lines.size());
  }

  PythonReader& reader_;
  const ajar_python& where_;
  int pid_, tid_;
  const Tell& tell_;
  StillMemory& memory_;
  std::uint64_t base_ = 0;  // of the thread's own memory, by which the interpreter knows it
  std::vector<Met> met_;    // frames whose code objects aren't looked at yet
  Frames frames_;
  std::size_t last_ = 0;
};

std::optional<ajar_python> PythonReader::where_of(int pid) const {
  if (auto where = table_.find(pid)) return where;
  const auto parent = parents_.find(pid);
  return parent == parents_.end() ? std::nullopt : table_.find(parent->second);
}

PythonReader::Frames PythonReader::frames(int pid, int tid, const Tell& tell) {
  const auto where = where_of(pid);
  if (!where || where->frame_size > AJAR_PYTHON_MOST_FRAME || where->code_size > AJAR_PYTHON_MOST_CODE)
    return {};
  // What is forgotten is told again.
  constexpr std::size_t kMostTold = 1U << 17U;
  if (told_.size() > kMostTold) told_.clear();
  return Walk(*this, *where, pid, tid, tell).frames();
}

void PythonReader::forked(int pid, int child) {
  const auto grandparent = parents_.find(pid);
  parents_[child] = table_.find(pid) || grandparent == parents_.end() ? pid : grandparent->second;
}

void PythonReader::forget(int pid) {
  parents_.erase(pid);
  told_.erase(told_.lower_bound({pid, 0, 0}), told_.lower_bound({pid + 1, 0, 0}));
}

}  // namespace ajar::capture::ptrace
