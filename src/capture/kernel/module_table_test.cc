#include "capture/kernel/module_table.h"

#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <link.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>

#include "base/owned_fd.h"
#include "capture/testing/module_image.h"

namespace ajar::capture::testing {
namespace {

using kernel::ModuleTable;

using objfile::ElfFile;

// The libraries that this test itself uses, this test, and a large program.
std::vector<std::string> real_files() {
  static void* const crypto = dlopen("libcrypto.so.3", RTLD_LAZY);  // much of it is written by hand
  static_cast<void>(crypto);
  std::vector<std::string> paths = {std::filesystem::canonical("/proc/self/exe")};
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* to) {
        const std::string name = info->dlpi_name;
        if (name.starts_with('/'))
          static_cast<std::vector<std::string>*>(to)->push_back(std::filesystem::canonical(name));
        return 0;
      },
      &paths);
  std::istringstream folders(std::getenv("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::error_code none;
    const auto path = std::filesystem::canonical(folder + "/python3", none);
    if (none) continue;
    const std::string bytes = file_bytes(path);
    if (!ElfFile::is_elf(std::as_bytes(std::span(bytes)))) continue;
    paths.push_back(path);
    break;
  }
  return paths;
}

struct Module {
  explicit Module(const std::string& path)
      : bytes(file_bytes(path)),
        elf(ElfFile::parse(std::as_bytes(std::span(bytes))).value()),
        table(ModuleTable::of_frames(elf).value()) {}

  std::string bytes;
  ElfFile elf;
  ModuleTable table;
};

// What is mapped, and .debug_frame, which is not.
unwind::CallFrameInfo all_of(const Module& module, const ModuleImage& image) {
  unwind::CallFrameInfo info = image.info();
  const unwind::CallFrameInfo file = module.table.frames(image.bias());
  for (std::uint32_t i = 0; i < file.section_count; ++i) {
    if (file.sections[i].form != unwind::CfiSection::Form::debug_frame) continue;
    info.sections = file.sections + i;
    info.section_count = 1;
  }
  return info;
}

bool operator==(const ajar_rule& a, const ajar_rule& b) {
  return a.offset == b.offset && a.bp_offset == b.bp_offset && a.cfa == b.cfa && a.bp == b.bp;
}

std::string words(const ajar_rule& rule) {
  return "cfa " + std::to_string(rule.cfa) + " " + std::to_string(rule.offset) + " bp " +
         std::to_string(rule.bp) + " " + std::to_string(rule.bp_offset);
}

class RealFile : public ::testing::TestWithParam<std::string> {};

// Every row is met, at its first address and at those before and after it.
void expect_same_as_search(const ajar_unwind_table& table, const unwind::CallFrameInfo& info) {
  std::size_t different = 0;
  for (std::uint32_t row = 0; row < table.row_count && different < 10; ++row) {
    for (const int off : {-1, 0, 1}) {
      const std::uint64_t address = table.base + table.offsets[row] + static_cast<std::uint64_t>(off);
      const ajar_rule ours = ajar_unwind_rule(&table, address);
      const ajar_rule theirs = unwind::find_rule(info, address + info.load_bias);
      if (ours == theirs) continue;
      ++different;
      ADD_FAILURE() << std::hex << address << ": " << words(ours) << " instead of " << words(theirs);
    }
  }
}

TEST_P(RealFile, HasInItsTableWhatASearchFindsAtEveryRow) {
  const Module module(GetParam());
  const ModuleImage image(module.elf, module.bytes);
  expect_same_as_search(module.table.table(), all_of(module, image));
  EXPECT_EQ(module.table.unreadable(), 0U);
  EXPECT_GT(module.table.row_count(), 0U);
}

TEST_P(RealFile, CostsSoMuch) {
  const Module module(GetParam());
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    const auto again = ModuleTable::make(module.elf);
    best = std::min(
        best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::size_t section = module.elf.contents(*module.elf.section(".eh_frame")).size();
  std::printf("%-28s .eh_frame %8zu bytes, %6zu FDEs: %7zu rows, %4zu rules, %8zu bytes, %6.2f ms\n",
              std::filesystem::path(GetParam()).filename().c_str(), section, module.table.fde_count(),
              module.table.row_count(), module.table.rule_count(), module.table.bytes(), best);
  EXPECT_LT(module.table.bytes(), 3 * section);
}

// What libdw says of a frame, as a rule. Of what is not simple: EXOTIC.
class LibdwFrame {
 public:
  explicit LibdwFrame(Dwarf_Frame* frame) : frame_(frame) {
    return_column_ = dwarf_frame_info(frame, &begin_, &end_, &signal_);
    dwarf_frame_cfa(frame, &cfa_, &cfa_count_);
    bp_ = reg(6, bp_memory_);
    ra_ = reg(return_column_, ra_memory_);
  }
  LibdwFrame(const LibdwFrame&) = delete;
  LibdwFrame& operator=(const LibdwFrame&) = delete;
  ~LibdwFrame() { std::free(frame_); }

  [[nodiscard]] std::uint64_t end() const { return end_; }

  // Whether the rule, other than EXOTIC, says what libdw does.
  [[nodiscard]] bool agrees_with(const ajar_rule& rule) const {
    if (ra_.undefined()) return rule.cfa == AJAR_CFA_END;
    if (rule.cfa == AJAR_CFA_PLT)
      return ops(cfa_, cfa_count_) == plt(rule) && bp_.kept() && return_is_below();
    if (rule.cfa == AJAR_CFA_SIGNAL) {
      return signal_ && ops(cfa_, cfa_count_) == Ops{{DW_OP_breg7, rule.offset}, {DW_OP_deref, 0}} &&
             ra_.is({{DW_OP_breg7, rule.offset + 8}}) && bp_.is({{DW_OP_breg7, rule.offset - 40}});
    }
    return !signal_ && return_is_below() && ops(cfa_, cfa_count_) == cfa(rule) && bp_agrees(rule);
  }

  // A rule can say it: base and offset, the return address below the CFA, %rbp kept or saved near it.
  [[nodiscard]] bool is_plain() const {
    const bool based =
        cfa_count_ == 1 && cfa_[0].atom == DW_OP_bregx && (cfa_[0].number == 6 || cfa_[0].number == 7);
    return !signal_ && based && return_is_below() && (bp_.kept() || bp_.saved_near());
  }

 private:
  using Op = std::pair<int, std::int64_t>;
  using Ops = std::vector<Op>;

  static Ops ops(const Dwarf_Op* from, std::size_t count) {
    Ops out;
    for (std::size_t i = 0; i < count; ++i) {
      const bool bregx = from[i].atom == DW_OP_bregx;
      out.emplace_back(bregx ? DW_OP_bregx * 256 + static_cast<int>(from[i].number) : from[i].atom,
                       static_cast<std::int64_t>(bregx ? from[i].number2 : from[i].number));
    }
    return out;
  }

  struct Register {
    Ops is_ops;
    bool none = false;  // no operations
    bool lost = false;  // … which means that it is lost, not that it is kept
    [[nodiscard]] bool undefined() const { return none && lost; }
    [[nodiscard]] bool kept() const { return none; }
    [[nodiscard]] bool saved_near() const {
      return !none && is_ops.size() <= 2 && is_ops.front().first == DW_OP_call_frame_cfa &&
             (is_ops.size() == 1 || is_ops[1].first == DW_OP_plus_uconst);
    }
    [[nodiscard]] std::int64_t offset() const { return is_ops.size() == 1 ? 0 : is_ops[1].second; }
    // An expression, for which libdw puts the CFA in front.
    [[nodiscard]] bool is(Ops expression) const {
      expression.insert(expression.begin(), Op{DW_OP_call_frame_cfa, 0});
      return !none && is_ops == expression;
    }
  };

  Register reg(int number, Dwarf_Op (&memory)[3]) const {
    Dwarf_Op* at = nullptr;
    std::size_t count = 0;
    dwarf_frame_register(frame_, number, memory, &at, &count);
    return {.is_ops = ops(at, count), .none = count == 0, .lost = count == 0 && at == memory};
  }

  [[nodiscard]] bool return_is_below() const { return ra_.saved_near() && ra_.offset() == -8; }

  [[nodiscard]] bool bp_agrees(const ajar_rule& rule) const {
    if (rule.bp == AJAR_BP_SAME) return bp_.kept();
    if (rule.bp == AJAR_BP_AT_CFA) return bp_.saved_near() && bp_.offset() == rule.bp_offset;
    return bp_.is({{DW_OP_breg6, rule.bp_offset}});
  }

  static Ops cfa(const ajar_rule& rule) {
    switch (rule.cfa) {
      case AJAR_CFA_SP:
        return {{DW_OP_bregx * 256 + 7, rule.offset}};
      case AJAR_CFA_BP:
        return {{DW_OP_bregx * 256 + 6, rule.offset}};
      case AJAR_CFA_SP_DEREF:
        return {{DW_OP_breg7, rule.offset}, {DW_OP_deref, 0}};
      case AJAR_CFA_BP_DEREF:
        return {{DW_OP_breg6, rule.offset}, {DW_OP_deref, 0}};
      default:
        return {};
    }
  }
  static Ops plt(const ajar_rule& rule) {
    return {{DW_OP_breg7, rule.offset},
            {DW_OP_breg16, 0},
            {DW_OP_lit15, 0},
            {DW_OP_and, 0},
            {DW_OP_lit0 + rule.bp_offset, 0},
            {DW_OP_ge, 0},
            {DW_OP_lit3, 0},
            {DW_OP_shl, 0},
            {DW_OP_plus, 0}};
  }

  Dwarf_Frame* frame_;
  Dwarf_Addr begin_ = 0, end_ = 0;
  bool signal_ = false;
  int return_column_ = 0;
  Dwarf_Op* cfa_ = nullptr;
  std::size_t cfa_count_ = 0;
  Dwarf_Op bp_memory_[3], ra_memory_[3];
  Register bp_, ra_;
};

class Libdw {
 public:
  explicit Libdw(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    elf_version(EV_CURRENT);
    elf_ = elf_begin(fd_.get(), ELF_C_READ_MMAP, nullptr);
    eh_ = dwarf_getcfi_elf(elf_);
    dwarf_ = dwarf_begin_elf(elf_, DWARF_C_READ, nullptr);
    debug_ = dwarf_ == nullptr ? nullptr : dwarf_getcfi(dwarf_);
  }
  Libdw(const Libdw&) = delete;
  Libdw& operator=(const Libdw&) = delete;
  ~Libdw() {
    dwarf_cfi_end(eh_);
    dwarf_end(dwarf_);
    elf_end(elf_);
  }

  [[nodiscard]] std::unique_ptr<LibdwFrame> at(std::uint64_t address) const {
    Dwarf_Frame* frame = nullptr;
    if (eh_ != nullptr && dwarf_cfi_addrframe(eh_, address, &frame) == 0)
      return std::make_unique<LibdwFrame>(frame);
    if (debug_ != nullptr && dwarf_cfi_addrframe(debug_, address, &frame) == 0)
      return std::make_unique<LibdwFrame>(frame);
    return nullptr;
  }

 private:
  base::OwnedFd fd_;
  Elf* elf_ = nullptr;
  Dwarf_CFI* eh_ = nullptr;
  Dwarf* dwarf_ = nullptr;
  Dwarf_CFI* debug_ = nullptr;  // belongs to dwarf_
};

TEST_P(RealFile, SaysAtEveryAddressWhatLibdwSays) {
  const Module module(GetParam());
  const Libdw libdw(GetParam());
  const ajar_unwind_table table = module.table.table();
  std::size_t rows = 0;
  std::size_t different = 0;
  std::map<int, std::size_t> exotic;
  for (std::uint32_t row = 0; row < table.row_count && different < 10; ++row) {
    const std::uint64_t end = row + 1 < table.row_count ? table.base + table.offsets[row + 1] : 0;
    const ajar_rule rule = table.rules[table.rule_of[row]];
    for (std::uint64_t address = table.base + table.offsets[row]; address < end;) {
      const auto frame = libdw.at(address);
      ++rows;
      if (rule.cfa == AJAR_CFA_EXOTIC) ++exotic[rule.bp];
      const bool agrees = rule.cfa == AJAR_CFA_NONE     ? frame == nullptr
                          : frame == nullptr            ? false
                          : rule.cfa == AJAR_CFA_EXOTIC ? !frame->is_plain()
                                                        : frame->agrees_with(rule);
      if (!agrees) {
        ++different;
        ADD_FAILURE() << std::hex << address << ": " << words(rule)
                      << (frame == nullptr ? ", libdw has nothing" : "");
      }
      if (frame == nullptr) break;
      address = frame->end();
    }
  }
  std::printf("%s: %zu rows of libdw's", std::filesystem::path(GetParam()).filename().c_str(), rows);
  constexpr const char* kKinds[] = {
      "no room",          "CFA by another register", "CFA an expression", "return address elsewhere",
      "%rbp saved oddly", "%rsp not the CFA",        "signal frame",      "far"};
  for (const auto& [kind, count] : exotic) std::printf(", %zu exotic: %s", count, kKinds[kind]);
  std::printf("\n");
}

}  // namespace

std::string file_name(const ::testing::TestParamInfo<std::string>& each) {
  std::string name = std::filesystem::path(each.param).filename();
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}
namespace {
INSTANTIATE_TEST_SUITE_P(ModuleTable, RealFile, ::testing::ValuesIn(real_files()), file_name);
}  // namespace
}  // namespace ajar::capture::testing
