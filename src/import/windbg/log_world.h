#pragma once

#include <map>
#include <string>
#include <tuple>

#include "import/windbg/log_text.h"
#include "model/process_rows.h"
#include "model/world.h"

namespace ajar::import::windbg {

// Makes rows of a World of what a text shows.
class LogWorld {
 public:
  LogWorld(model::World& world, const LogText& text) : world_(world), text_(text) {}

  // Each once, by number; 0 and a name where no number is said.
  const model::ProcessRows& process(std::uint64_t pid, const std::string& program);

  // Of code that the process has.
  model::StackId stack(model::ImageId image, const std::vector<PrintedFrame>& frames);

  model::StringId string(const std::string& text);

 private:
  using FrameKey = std::tuple<model::ImageId, std::string, std::string, std::uint64_t>;

  model::Frame frame(model::ImageId image, const PrintedFrame& printed);
  model::ModuleId module(model::ImageId image, const std::string& name);
  [[nodiscard]] model::Symbol symbol(const PrintedFrame& printed) const;

  model::World& world_;
  const LogText& text_;
  std::map<std::pair<std::uint64_t, std::string>, model::ProcessRows> processes_;
  std::map<std::pair<model::ImageId, std::string>, model::ModuleId> modules_;
  std::map<FrameKey, std::uint64_t> offsets_;  // of what is named without a place
  std::map<std::pair<model::StackId, std::pair<model::ModuleId, std::uint64_t>>, model::StackId> nodes_;
  std::map<std::string, model::StringId> strings_;
};

}  // namespace ajar::import::windbg
