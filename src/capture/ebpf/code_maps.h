#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "capture/ebpf/program.h"
#include "capture/kernel/image_code.h"

namespace ajar::capture::ebpf {

// Puts processes' code and its call-frame rules where the BPF program finds them. One thread at a time.
class CodeMaps {
 public:
  explicit CodeMaps(Program& program);

  // So many chunks are needed for the rules of this code.
  static std::uint32_t chunks_for(std::span<const kernel::ImageCode::Mapping> code);

  // Where in the array of codes it is now; AJAR_NO_CODE where there is no room. Give it back with free().
  std::uint32_t put(const kernel::ImageCode& image);
  void free(std::uint32_t number);
  // It is not free after all.
  void keep(std::uint32_t number) { std::erase(free_codes_, number); }

 private:
  struct Placed {
    std::shared_ptr<const kernel::CodeFile> file;
    std::uint32_t first_chunk = 0, chunks = 0;  // none where there was no room
  };

  const Placed& place(const std::shared_ptr<const kernel::CodeFile>& file);
  void fill(std::uint32_t number, const ajar_unwind_table& table, std::uint32_t first_row);
  std::uint16_t rule_number(const ajar_rule& rule);
  void add(ajar_code& code, std::uint64_t begin, const ajar_code_entry& entry);
  void add_mapping(ajar_code& code, const kernel::ImageCode::Mapping& mapping);

  Program& program_;
  std::map<const kernel::CodeFile*, Placed> placed_;
  std::map<std::uint64_t, std::uint16_t> rules_;  // numbers, by their bytes
  std::uint32_t chunks_used_ = 0;
  std::uint64_t serial_ = 0;
  std::vector<std::uint32_t> free_codes_;
};

}  // namespace ajar::capture::ebpf
