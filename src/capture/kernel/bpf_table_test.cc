#include <elf.h>
#include <gtest/gtest.h>
#include <link.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/owned_fd.h"
#include "capture/kernel/module_table.h"
#include "capture/testing/module_image.h"
#include "unwind/testing/table_bpf.h"

// The lookup of unwind/table.h in the kernel: its verifier takes it, and what it finds in maps is what is
// found here.
namespace ajar::capture::testing {
namespace {

using kernel::ModuleTable;

int bpf(int command, bpf_attr& attributes) {
  return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof(attributes)));
}

base::OwnedFd make_array(std::uint32_t value_size, std::uint32_t entries) {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = sizeof(std::uint32_t);
  attributes.value_size = value_size;
  attributes.max_entries = entries;
  return base::OwnedFd(bpf(BPF_MAP_CREATE, attributes));
}

void put(const base::OwnedFd& map, std::uint32_t key, const void* value) {
  bpf_attr attributes{};
  attributes.map_fd = static_cast<std::uint32_t>(map.get());
  attributes.key = reinterpret_cast<std::uint64_t>(&key);
  attributes.value = reinterpret_cast<std::uint64_t>(value);
  ASSERT_EQ(bpf(BPF_MAP_UPDATE_ELEM, attributes), 0) << std::strerror(errno);
}

template <typename T>
T read_at(std::string_view bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

// The program of an object file, the maps put in where it refers to them.
std::vector<bpf_insn> linked_program(const std::string& bytes, int chunks, int rules) {
  const auto elf = objfile::ElfFile::parse(std::as_bytes(std::span(bytes))).value();
  const auto contents = [&](std::string_view name) {
    const std::span<const std::byte> found = elf.contents(*elf.section(name));
    return std::string_view(reinterpret_cast<const char*>(found.data()), found.size());
  };
  const std::string_view code = contents("syscall");
  std::vector<bpf_insn> program(code.size() / sizeof(bpf_insn));
  std::memcpy(program.data(), code.data(), code.size());
  const std::string_view relocations = contents(".relsyscall");
  const std::string_view symbols = contents(".symtab");
  const std::string_view names = contents(".strtab");
  for (std::size_t at = 0; at < relocations.size(); at += sizeof(Elf64_Rel)) {
    const auto relocation = read_at<Elf64_Rel>(relocations, at);
    const auto symbol = read_at<Elf64_Sym>(symbols, ELF64_R_SYM(relocation.r_info) * sizeof(Elf64_Sym));
    const std::string name = names.data() + symbol.st_name;
    bpf_insn& load = program[relocation.r_offset / sizeof(bpf_insn)];
    load.src_reg = BPF_PSEUDO_MAP_FD;
    load.imm = name == "chunks" ? chunks : rules;
  }
  return program;
}

base::OwnedFd load(const std::vector<bpf_insn>& program, std::string& log) {
  log.resize(std::size_t{1} << 20U);
  bpf_attr attributes{};
  attributes.prog_type = BPF_PROG_TYPE_SYSCALL;
  attributes.prog_flags = BPF_F_SLEEPABLE;
  attributes.insns = reinterpret_cast<std::uint64_t>(program.data());
  attributes.insn_cnt = static_cast<std::uint32_t>(program.size());
  attributes.license = reinterpret_cast<std::uint64_t>("GPL");
  attributes.log_level = 4;  // how much it had to look at
  attributes.log_buf = reinterpret_cast<std::uint64_t>(log.data());
  attributes.log_size = static_cast<std::uint32_t>(log.size());
  base::OwnedFd loaded(bpf(BPF_PROG_LOAD, attributes));
  log.resize(std::strlen(log.c_str()));
  return loaded;
}

std::string path_of_libc() {
  std::string path;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* to) {
        const std::string name = info->dlpi_name;
        if (name.contains("/libc.so")) *static_cast<std::string*>(to) = name;
        return 0;
      },
      &path);
  return path;
}

TEST(BpfTable, FindsInMapsWhatIsFoundInMemory) {
  const base::OwnedFd chunks = make_array(sizeof(ajar_unwind_chunk), TABLE_BPF_CHUNKS);
  if (chunks.get() < 0 && (errno == EPERM || errno == ENOSYS)) GTEST_SKIP() << "no BPF for this user";
  ASSERT_GE(chunks.get(), 0) << std::strerror(errno);
  const base::OwnedFd rules = make_array(sizeof(ajar_unwind_rules), 1);
  ASSERT_GE(rules.get(), 0) << std::strerror(errno);

  const std::string bytes = file_bytes(path_of_libc());
  const ModuleTable module =
      ModuleTable::make(objfile::ElfFile::parse(std::as_bytes(std::span(bytes))).value()).value();
  const ajar_unwind_table table = module.table();
  const auto all_rules = std::make_unique<ajar_unwind_rules>();
  std::copy_n(table.rules, module.rule_count(), all_rules->at);
  put(rules, 0, all_rules.get());
  const auto chunk = std::make_unique<ajar_unwind_chunk>();
  const std::uint32_t chunk_count = (table.row_count + AJAR_CHUNK_ROWS - 1) / AJAR_CHUNK_ROWS;
  ASSERT_LE(chunk_count, TABLE_BPF_CHUNKS);
  for (std::uint32_t number = 0; number < chunk_count; ++number) {
    const std::uint32_t first = number * AJAR_CHUNK_ROWS;
    chunk->row_count = std::min<std::uint32_t>(AJAR_CHUNK_ROWS, table.row_count - first);
    std::copy_n(table.offsets + first, chunk->row_count, chunk->offsets);
    std::copy_n(table.rule_of + first, chunk->row_count, chunk->rule_of);
    put(chunks, number, chunk.get());
  }

  std::string log;
  const auto program = linked_program(file_bytes(AJAR_TABLE_BPF), chunks.get(), rules.get());
  const base::OwnedFd loaded = load(program, log);
  ASSERT_GE(loaded.get(), 0) << std::strerror(errno) << log;
  std::printf("the verifier: %s", log.c_str());

  for (std::uint32_t row = 0; row < table.row_count; row += 7) {
    table_bpf_question question{row / AJAR_CHUNK_ROWS, table.offsets[row], {}};
    bpf_attr attributes{};
    attributes.test.prog_fd = static_cast<std::uint32_t>(loaded.get());
    attributes.test.ctx_in = reinterpret_cast<std::uint64_t>(&question);
    attributes.test.ctx_size_in = sizeof(question);
    ASSERT_EQ(bpf(BPF_PROG_TEST_RUN, attributes), 0) << std::strerror(errno);
    ASSERT_EQ(attributes.test.retval, 0U);
    const ajar_rule wanted = ajar_unwind_rule(&table, table.base + table.offsets[row]);
    ASSERT_EQ(std::memcmp(&question.rule, &wanted, sizeof(wanted)), 0) << row;
  }
}

}  // namespace
}  // namespace ajar::capture::testing
