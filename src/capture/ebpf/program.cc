#include "capture/ebpf/program.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "capture/ebpf/embedded.h"
#include "capture/ebpf/loading.h"
#include "capture/kernel/plans.h"

// The compiled program, whole.
AJAR_EMBED(ajar_bpf_object, AJAR_BPF_OBJECT);

namespace ajar::capture::ebpf {
namespace {

std::size_t page_up(std::size_t size) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return (size + page - 1) / page * page;
}

// How many arguments a tracepoint of the kernel's has, the first of which programs don't get; none where
// there is no such tracepoint.
std::optional<unsigned> arguments_of(const btf* types, const std::string& tracepoint) {
  const std::string name = "btf_trace_" + tracepoint;
  std::int32_t id = types == nullptr ? -1 : btf__find_by_name_kind(types, name.c_str(), BTF_KIND_TYPEDEF);
  for (int step = 0; step < 2 && id > 0; ++step)
    id = static_cast<std::int32_t>(btf__type_by_id(types, static_cast<std::uint32_t>(id))->type);
  const btf_type* function = id > 0 ? btf__type_by_id(types, static_cast<std::uint32_t>(id)) : nullptr;
  if (function == nullptr || !btf_is_func_proto(function)) return std::nullopt;
  return btf_vlen(function);
}

// Kernels differ in io_uring's tracepoints, or are built without it.
void choose_programs(bpf_object* object) {
  btf* types = btf__load_vmlinux_btf();
  const std::optional<unsigned> complete = arguments_of(types, "io_uring_complete");
  constexpr unsigned kWithEntry = 4;  // the completion queue's entry itself, and not what is in it
  const struct {
    const char* program;
    bool wanted;
  } choices[] = {
      {"on_wish", arguments_of(types, "io_uring_submit_req").has_value()},
      {"on_wish_before_6_4", arguments_of(types, "io_uring_submit_sqe").has_value()},
      {"on_wish_done", complete == kWithEntry},
      {"on_wish_done_before_6_10", complete.has_value() && complete != kWithEntry},
  };
  for (const auto& choice : choices) {
    bpf_program* program = bpf_object__find_program_by_name(object, choice.program);
    if (program != nullptr) bpf_program__set_autoload(program, choice.wanted);
  }
  btf__free(types);
}

}  // namespace

base::Result<std::unique_ptr<Program>> Program::load(const Sizes& sizes) {
  if (auto machine = look_at_machine(); !machine.ok()) return std::move(machine).error();
  std::unique_ptr<Program> program(new Program(sizes));
  if (auto opened = program->open(); !opened.ok()) return std::move(opened).error();
  return program;
}

Program::~Program() {
  for (bpf_link* link : links_) bpf_link__destroy(link);
  if (ring_ != nullptr) ring_buffer__free(ring_);
  for (const Memory& memory : {codes_, chunks_, rules_, pids_}) {
    if (memory.at != nullptr) ::munmap(memory.at, memory.size);
  }
  if (object_ != nullptr) bpf_object__close(object_);
}

int Program::map_of(const char* name) const {
  return bpf_object__find_map_fd_by_name(object_, name);
}

base::Result<void> Program::open() {
  keep_words_of_libbpf();
  const auto size = static_cast<std::size_t>(ajar_bpf_object_end - ajar_bpf_object);
  object_ = bpf_object__open_mem(ajar_bpf_object, size, nullptr);
  if (object_ == nullptr) return load_error(errno);
  choose_programs(object_);
  const int processors = libbpf_num_possible_cpus();
  const auto resize = [&](const char* name, std::uint32_t count) {
    bpf_map* map = bpf_object__find_map_by_name(object_, name);
    if (map != nullptr) bpf_map__set_max_entries(map, count);
  };
  resize("records", sizes_.ring_bytes);
  resize("works", static_cast<std::uint32_t>(std::max(processors, 1)));
  resize("spots", static_cast<std::uint32_t>(std::max(processors, 1)) * AJAR_STACK_PLACES);
  resize("memos", static_cast<std::uint32_t>(std::max(processors, 1)) * AJAR_STACK_PLACES);
  resize("codes", sizes_.codes);
  resize("chunks", sizes_.chunks);
  if (const int failed = bpf_object__load(object_); failed != 0) return load_error(-failed);

  watched_ = map_of("watched");
  lost_ = map_of("lost");
  lost_of_ = map_of("lost_of");
  use_code_ = bpf_program__fd(bpf_object__find_program_by_name(object_, "use_code"));
  struct {
    Memory& memory;
    const char* name;
    std::size_t value;
    std::uint32_t count;
  } shared[] = {{codes_, "codes", sizeof(ajar_code), sizes_.codes},
                {chunks_, "chunks", sizeof(ajar_unwind_chunk), sizes_.chunks},
                {rules_, "rules", sizeof(ajar_unwind_rules), 1},
                {pids_, "pids", sizeof(ajar_pids), AJAR_PAGES_OF_PIDS}};
  for (auto& row : shared) {
    auto memory = map_memory(row.name, row.value, row.count);
    if (!memory.ok()) return std::move(memory).error();
    row.memory = memory.value();
  }
  ring_ = ring_buffer__new(map_of("records"), on_record, this, nullptr);
  if (ring_ == nullptr) return load_error(errno);
  return fill_plans();
}

// How the kernel lays out an array that can be mapped: values on multiples of 8 bytes.
base::Result<Program::Memory> Program::map_memory(const char* name, std::size_t value_size,
                                                  std::uint32_t count) {
  Memory memory;
  memory.stride = (value_size + 7) & ~std::size_t{7};
  memory.size = page_up(memory.stride * count);
  void* at = ::mmap(nullptr, memory.size, PROT_READ | PROT_WRITE, MAP_SHARED, map_of(name), 0);
  if (at == MAP_FAILED) return base::Error(std::string("map ") + name + ": " + std::strerror(errno));
  memory.at = static_cast<std::byte*>(at);
  return memory;
}

base::Result<void> Program::fill_plans() {
  const int plans = map_of("plans");
  const int by_argument = map_of("plans_by_argument");
  const std::vector<ajar_call_plan> rows = kernel::make_plans();
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    const bool is_of_use = rows[row].what != 0 || rows[row].uses != 0;
    if (is_of_use && bpf_map_update_elem(plans, &row, &rows[row], BPF_ANY) != 0) return load_error(errno);
  }
  for (const kernel::PlanByArgument& plan : kernel::make_plans_by_argument()) {
    const ajar_plan_key key{plan.row, plan.value};
    if (bpf_map_update_elem(by_argument, &key, &plan.plan, BPF_ANY) != 0) return load_error(errno);
  }
  return {};
}

base::Result<void> Program::start() {
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object_) {
    if (!bpf_program__autoload(program) || bpf_program__fd(program) == use_code_) continue;
    bpf_link* link = bpf_program__attach(program);
    if (link == nullptr) return load_error(errno);
    links_.push_back(link);
  }
  return {};
}

base::Result<void> Program::watch(std::uint32_t pid, const ajar_watched& how) {
  if (pid < AJAR_PIDS_OF_PAGE * AJAR_PAGES_OF_PIDS &&
      bpf_map_update_elem(watched_, &pid, &how, BPF_ANY) == 0) {
    watch_byte(pid) = 1;
    return {};
  }
  return base::Error("process " + std::to_string(pid) + " can't be watched: " + std::strerror(errno));
}

void Program::use_code(std::uint32_t pid, std::uint32_t code) {
  std::uint64_t arguments[] = {pid, code};
  bpf_test_run_opts options{};
  options.sz = sizeof(options);
  options.ctx_in = arguments;
  options.ctx_size_in = sizeof(arguments);
  bpf_prog_test_run_opts(use_code_, &options);
}

ajar_u8& Program::watch_byte(std::uint32_t pid) {
  auto* page = reinterpret_cast<ajar_pids*>(pids_.at + pid / AJAR_PIDS_OF_PAGE * pids_.stride);
  return page->watched[pid % AJAR_PIDS_OF_PAGE];
}

void Program::unwatch(std::uint32_t pid) {
  if (pid < AJAR_PIDS_OF_PAGE * AJAR_PAGES_OF_PIDS) watch_byte(pid) = 0;
  bpf_map_delete_elem(watched_, &pid);
}

void Program::await(bool on, std::uint32_t flags) {
  const std::uint32_t zero = 0;
  const ajar_awaited wanted{.on = on ? 1U : 0U, .flags = flags};
  bpf_map_update_elem(map_of("awaited"), &zero, &wanted, BPF_ANY);
}

bool Program::watched(std::uint32_t pid, ajar_watched& how) const {
  return bpf_map_lookup_elem(watched_, &pid, &how) == 0;
}

ajar_code& Program::code(std::uint32_t number) {
  return *reinterpret_cast<ajar_code*>(codes_.at + number * codes_.stride);
}

ajar_unwind_chunk& Program::chunk(std::uint32_t number) {
  return *reinterpret_cast<ajar_unwind_chunk*>(chunks_.at + number * chunks_.stride);
}

ajar_unwind_rules& Program::rules() {
  return *reinterpret_cast<ajar_unwind_rules*>(rules_.at);
}

int Program::on_record(void* self, void* data, std::size_t size) {
  const auto& taken = *static_cast<Program*>(self)->taken_;
  taken({static_cast<const std::byte*>(data), size});
  return 0;
}

std::size_t Program::read(const std::function<void(std::span<const std::byte>)>& taken) {
  taken_ = &taken;
  const int records = ring_buffer__consume(ring_);
  taken_ = nullptr;
  return records > 0 ? static_cast<std::size_t>(records) : 0;
}

std::uint64_t Program::lost() const {
  const auto processors = static_cast<std::size_t>(std::max(libbpf_num_possible_cpus(), 1));
  std::vector<std::uint64_t> each(processors);
  const std::uint32_t zero = 0;
  std::uint64_t all = 0;
  if (bpf_map_lookup_elem(lost_, &zero, each.data()) != 0) return 0;
  for (const std::uint64_t count : each) all += count;
  return all;
}

std::map<std::int64_t, std::uint64_t> Program::lost_of_processes() const {
  std::map<std::int64_t, std::uint64_t> all;
  std::uint32_t pid = 0;
  for (int failed = bpf_map_get_next_key(lost_of_, nullptr, &pid); failed == 0;
       failed = bpf_map_get_next_key(lost_of_, &pid, &pid)) {
    std::uint64_t count = 0;
    if (bpf_map_lookup_elem(lost_of_, &pid, &count) == 0) all[pid] = count;
  }
  return all;
}

base::Result<void> usable() {
  auto program = Program::load({});
  if (!program.ok()) return std::move(program).error();
  return {};
}

}  // namespace ajar::capture::ebpf
