#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "analyze/bad_closes.h"
#include "analyze/code_path.h"
#include "analyze/stack_table.h"
#include "analyze/thefts.h"

namespace ajar::analyze {

// The codes of stacks (see Habits), each made once: "shop-server!close_journal" where the culprit's function
// is known.
class Codes {
 public:
  explicit Codes(CodePaths& paths) : paths_(paths) {}

  const std::string& of(model::StackId stack);

 private:
  CodePaths& paths_;
  std::map<model::StackId, std::string> codes_;
};

// Whom closes that failed accuse in one process. What it is made from has to outlive it and to stay as it is.
class Accusations {
 public:
  // `stats` tells what is usual in the process.
  Accusations(const BadCloses& bad_closes, const StackTable& stats, CodePaths& paths)
      : bad_closes_(bad_closes), stats_(stats), paths_(paths), codes_(paths) {}

  // Whether that code closes one number after the other, open or not.
  [[nodiscard]] bool is_sweep(model::StackId stack) const { return bad_closes_.sweeps().has(stack); }
  // Whether its closes that fail are no bug: a sweep's, or a shell's, which closes numbers to be sure.
  [[nodiscard]] bool is_noise(model::StackId stack) { return is_sweep(stack) || is_shells(stack); }
  // The same of whatever failed there; also where syslog finds out that its socket was closed.
  [[nodiscard]] bool is_harmless(model::StackId stack, bool is_use);

  // Whether only the system's code was at work: posix_spawn closes in the child what it is about to open, be
  // it open or not. That is nobody's fault.
  [[nodiscard]] bool is_systems_own(model::StackId stack);

  // Who had taken the handle away, as places among the lives of `bad`; nothing where that may as well be the
  // fault of whoever failed.
  [[nodiscard]] std::optional<Theft> theft_behind(const BadClose& bad);

  // Who closes mostly what is opened by whom.
  [[nodiscard]] const Habits& habits();
  [[nodiscard]] const std::string& code_of(model::StackId stack) { return codes_.of(stack); }

 private:
  bool may_come_of_theft(const BadClose& bad) {
    return bad.lives.size() >= 2 && !bad.is_use && !is_noise(bad.stack);
  }
  [[nodiscard]] Surprise surprise_of(const BadClose& bad);
  bool is_shells(model::StackId stack);
  void learn_surprised();

  const BadCloses& bad_closes_;
  const StackTable& stats_;
  CodePaths& paths_;
  Codes codes_;
  std::optional<Habits> habits_, surprised_;  // made when they are asked for
};

}  // namespace ajar::analyze
