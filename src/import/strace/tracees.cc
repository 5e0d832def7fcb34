#include "import/strace/tracees.h"

#include <algorithm>
#include <utility>

#include "calls/numbers.h"
#include "import/strace/making.h"

namespace ajar::import::strace {
namespace {

// How many are kept that were made and have not been seen: where strace didn't follow them, none ever is.
constexpr std::size_t kMostChildren = 256;

}  // namespace

void Numbers::put(std::uint64_t number, const Number& what) {
  Number& known_one = known[number];
  if (!known_one.open) ++open;
  known_one = what;
  known_one.open = true;
}

void Numbers::close(std::uint64_t number) {
  Number& known_one = known[number];
  if (known_one.open) --open;
  known_one.open = false;
}

NumbersPtr Tracees::add_numbers(model::TableId copied_from, model::Time time) {
  auto numbers = std::make_shared<Numbers>();
  numbers->id = world_.tables.add(
      {.id = world_.tables.next_id(), .copied_from = copied_from, .created = time, .died = {}});
  return numbers;
}

NumbersPtr Tracees::copy_of(const NumbersPtr& numbers, model::Time time) {
  NumbersPtr copy = add_numbers(numbers->id, time);
  told_ += numbers->open;
  if (told_ > kMostTold) return copy;
  copy->known = numbers->known;
  copy->open = numbers->open;
  copy->is_met = numbers->is_met;
  return copy;
}

Thread& Tracees::add_thread(std::uint32_t pid, std::shared_ptr<Process> process, NumbersPtr numbers) {
  Thread& thread = threads_[pid];
  thread = {.pid = pid,
            .id = world_.threads.add(
                {.id = world_.threads.next_id(), .process = process->id, .tid = pid, .name = {}}),
            .process = std::move(process),
            .numbers = std::move(numbers),
            .pending = {}};
  ++thread.process->threads;
  ++thread.numbers->users;
  return thread;
}

std::shared_ptr<Process> Tracees::add_process(std::uint32_t pid, model::Image image, NumbersPtr numbers,
                                              std::int64_t parent, model::Time time) {
  model::Process row;
  row.id = world_.processes.next_id();
  row.pid = pid;
  row.parent_pid = parent;
  row.started = time;
  auto process = std::make_shared<Process>();
  process->pid = pid;
  process->id = world_.processes.add(std::move(row));
  image.id = world_.images.next_id();
  image.process = process->id;
  image.table = numbers->id;
  image.started = time;
  process->is_from_start = image.how != model::Image::Started::attached;
  process->image = world_.images.add(std::move(image));
  process->numbers = std::move(numbers);
  return process;
}

model::Snapshot Tracees::table_of(const Process& process, model::Snapshot::Taken taken, model::Time time) {
  model::Snapshot table;
  table.table = process.numbers->id;
  table.image = process.image;
  table.taken = taken;
  table.begin = table.end = time;
  table.complete = false;
  told_ += process.numbers->open;
  if (told_ > kMostTold) return table;
  process.numbers->known.for_each([&](std::uint64_t number, const Number& what) {
    if (!what.open) return;
    model::Handle& handle = table.handles.emplace_back();
    handle.value = number;
    handle.type = what.type.none() ? "unknown" : names_.text(what.type);
    handle.name = names_.text(what.text);
  });
  return table;
}

// One of which nothing tells how it came to be. It was there before, or the calls that make processes are not
// in the log: then the signal at a process's end tells it from a thread.
Thread& Tracees::begin(std::uint32_t pid, model::Time time, bool is_exec) {
  if (first_ != nullptr && first_->threads > 0 && !is_exec && !is_process(pid)) {
    ++unexplained_;
    if (!first_->is_from_start && first_->pid > pid && pid != 0) {
      first_->pid = pid;
      world_.processes.find(first_->id)->pid = pid;
    }
    return add_thread(pid, first_, first_->numbers);
  }
  model::Image image;
  image.how = is_exec ? model::Image::Started::exec : model::Image::Started::attached;
  NumbersPtr numbers = add_numbers({}, time);
  auto process = add_process(pid, std::move(image), numbers, 0, time);
  if (first_ == nullptr || first_->threads == 0) first_ = process;
  return add_thread(pid, std::move(process), std::move(numbers));
}

Child Tracees::child_of(const Thread& maker, std::uint64_t flags, model::Time time) {
  Child child{.flags = flags, .parent = maker.process, .parents = maker.numbers, .copy = {}, .time = time};
  if ((flags & calls::kCloneFiles) == 0) child.copy = copy_of(maker.numbers, time);
  return child;
}

Thread& Tracees::adopt(std::uint32_t pid, const Child& child) {
  NumbersPtr numbers = child.copy == nullptr ? child.parents : child.copy;
  if (child.is_thread()) return add_thread(pid, child.parent, std::move(numbers));
  model::Image image;
  image.how = model::Image::Started::fork;
  if (const model::Image* from = world_.images.find(child.parent->image)) {
    image.path = from->path;
    image.command = from->command;
  }
  auto process = add_process(pid, std::move(image), numbers, child.parent->pid, child.time);
  if (child.copy != nullptr) queue_.add(table_of(*process, model::Snapshot::Taken::at_start, child.time));
  return add_thread(pid, std::move(process), std::move(numbers));
}

// A call that makes one may come to its end only after what it made has done something.
Thread* Tracees::adopt_from_pending(std::uint32_t pid, model::Time time, std::string_view ahead) {
  std::vector<Thread*> makers;
  for (auto& [maker, thread] : threads_) {
    const bool makes = thread.pending && thread.pending->child == 0 &&
                       thread.pending->row->effect == calls::Effect::COPIES_TABLE;
    if (makes) makers.push_back(&thread);
  }
  if (makers.empty()) return nullptr;
  std::ranges::sort(makers, {}, &Thread::pid);
  Thread* maker = makers.front();
  if (makers.size() > 1) {
    const std::uint32_t found = maker_in(ahead, pid);
    for (Thread* one : makers) {
      if (one->pid == found) maker = one;
    }
  }
  maker->pending->child = pid;
  return &adopt(pid, child_of(*maker, making_flags(maker->pending->name, maker->pending->text), time));
}

// On the terminal the lines of one that is alone have no pid; its first line that has one tells it.
Thread* Tracees::rename_first(std::uint32_t pid) {
  const auto unnamed = threads_.find(0);
  if (unnamed == threads_.end() || announced_.contains(pid)) return nullptr;
  const auto& pending = unnamed->second.pending;
  const bool makes = pending && pending->child == 0 && pending->row->effect == calls::Effect::COPIES_TABLE;
  if (announced_.empty() && makes) return nullptr;
  learn_pid(unnamed->second, pid);
  return &threads_.at(pid);
}

void Tracees::learn_pid(Thread& thread, std::uint32_t pid) {
  if (thread.pid != 0 || threads_.contains(pid)) return;
  if (thread.process->pid == 0) {
    thread.process->pid = pid;
    world_.processes.find(thread.process->id)->pid = pid;
  }
  world_.threads.find(thread.id)->tid = pid;
  auto node = threads_.extract(0);
  node.key() = pid;
  node.mapped().pid = pid;
  threads_.insert(std::move(node));
  last_ = pid;
}

void Tracees::name_only(std::uint32_t pid) {
  const auto unnamed = threads_.find(0);
  if (unnamed != threads_.end()) return learn_pid(unnamed->second, pid);
  for (const model::Process& process : world_.processes) {
    if (process.pid == 0) world_.processes.find(process.id)->pid = pid;
  }
}

bool Tracees::is_opening(const Numbers& numbers, const Thread& but) const {
  return std::ranges::any_of(threads_, [&](const auto& row) {
    const Thread& thread = row.second;
    if (&thread == &but || thread.numbers.get() != &numbers || !thread.pending) return false;
    using calls::Effect;
    const Effect effect = thread.pending->row->effect;
    return effect == Effect::OPENS_RESULT || effect == Effect::OPENS_PAIR || effect == Effect::OPENS_IF ||
           effect == Effect::DUPLICATES || effect == Effect::RECEIVES || effect == Effect::RECEIVES_MANY;
  });
}

Thread& Tracees::thread_of(std::uint32_t pid, model::Time time, bool is_exec, std::string_view ahead) {
  if (pid == 0) {
    if (threads_.empty()) return begin(0, time, is_exec);
    if (threads_.size() == 1) return threads_.begin()->second;
    auto known = threads_.find(0);
    if (known == threads_.end()) known = threads_.find(last_);
    if (known == threads_.end())
      known = std::ranges::min_element(threads_, {}, [](const auto& row) { return row.first; });
    return known->second;
  }
  has_pids_ = true;
  if (const auto known = threads_.find(pid); known != threads_.end()) return known->second;
  if (const auto made = children_.find(pid); made != children_.end()) {
    const Child child = std::move(made->second);
    children_.erase(made);
    return adopt(pid, child);
  }
  if (Thread* renamed = rename_first(pid)) return *renamed;
  if (Thread* adopted = adopt_from_pending(pid, time, ahead)) return *adopted;
  return begin(pid, time, is_exec);
}

void Tracees::made(Thread& maker, std::uint32_t pid, std::uint64_t flags, model::Time time) {
  if (threads_.contains(pid)) return;
  if (children_.size() >= kMostChildren) {
    const auto oldest =
        std::ranges::min_element(children_, {}, [](const auto& row) { return row.second.time; });
    ++(oldest->second.is_thread() ? forgotten_.threads : forgotten_.processes);
    children_.erase(oldest);
  }
  children_[pid] = child_of(maker, flags, time);
}

void Tracees::execed(Thread& thread, std::string path, std::vector<std::string> command, model::Time time) {
  const std::shared_ptr<Process> process = thread.process;
  for (auto other = threads_.begin(); other != threads_.end();) {
    Thread& one = (other++)->second;
    if (one.process != process || &one == &thread) continue;
    leave(one, time);
    threads_.erase(one.pid);
  }
  forgotten_.threads += std::erase_if(
      children_, [&](const auto& row) { return row.second.is_thread() && row.second.parent == process; });
  if (thread.pid != process->pid && process->pid != 0 && !threads_.contains(process->pid)) {
    auto node = threads_.extract(thread.pid);
    node.key() = process->pid;
    node.mapped().pid = process->pid;
    threads_.insert(std::move(node));
  }
  parted(thread, time);
  model::Image* before = world_.images.find(process->image);
  if (before->how == model::Image::Started::exec && before->path.empty()) {
    before->path = std::move(path);
    before->command = std::move(command);
    return;
  }
  before->ended = time;
  stacks_.ended(process->image);
  model::Image image;
  image.id = world_.images.next_id();
  image.process = process->id;
  image.table = thread.numbers->id;
  image.how = model::Image::Started::exec;
  image.path = std::move(path);
  image.command = std::move(command);
  image.started = time;
  process->image = world_.images.add(std::move(image));
  std::vector<std::uint64_t> closed;
  thread.numbers->known.for_each([&](std::uint64_t number, const Number& what) {
    if (what.open && what.close_on_exec) closed.push_back(number);
  });
  for (const std::uint64_t number : closed) thread.numbers->close(number);
  queue_.add(table_of(*process, model::Snapshot::Taken::at_start, time));
}

// A process's table is its main thread's. Where that one parts from other threads it takes its table along,
// and those that stay have the copy.
void Tracees::take_along(Thread& main, model::Time time) {
  const NumbersPtr copy = copy_of(main.numbers, time);
  for (auto& [pid, thread] : threads_) {
    if (&thread == &main || thread.numbers != main.numbers) continue;
    --thread.numbers->users;
    ++copy->users;
    thread.numbers = copy;
  }
  for (auto& [pid, child] : children_) {
    if (child.shares(main.numbers)) child.parents = copy;
  }
}

void Tracees::parted(Thread& thread, model::Time time) {
  const std::shared_ptr<Process> process = thread.process;
  bool is_awaited = false;  // by a child, of which no line has come yet
  bool is_others = std::ranges::any_of(threads_, [&](const auto& row) {
    return row.second.numbers == thread.numbers && row.second.process != process;
  });
  for (const auto& [pid, child] : children_) {
    if (!child.shares(thread.numbers)) continue;
    is_awaited = true;
    is_others = is_others || !child.is_thread() || child.parent != process;
  }
  if (thread.numbers->users <= 1 && !is_awaited) return;
  const bool is_main = process->numbers == thread.numbers && thread.pid == process->pid;
  if (is_main && !is_others) return take_along(thread, time);
  const NumbersPtr copy = copy_of(thread.numbers, time);
  --thread.numbers->users;
  ++copy->users;
  thread.numbers = copy;
  if (!is_main) return;
  process->numbers = copy;
  world_.images.find(process->image)->table = copy->id;
  queue_.add(table_of(*process, model::Snapshot::Taken::at_start, time));
}

void Tracees::leave(Thread& thread, model::Time time) {
  if (thread.pending && thread.pending->closing != nullptr) thread.pending->closing->ready = true;
  --thread.process->threads;
  if (--thread.numbers->users > 0) return;
  if (model::Table* table = world_.tables.find(thread.numbers->id)) table->died = time;
}

void Tracees::ended(Thread& thread, std::string_view how, model::Time time) {
  if (how.starts_with("superseded")) return;  // by a thread that goes on under its pid
  const Ending ending = ending_of(how);
  const std::shared_ptr<Process> process = thread.process;
  if (process->threads == 1) {
    queue_.add(table_of(*process, model::Snapshot::Taken::at_exit, time));
    if (model::Process* row = world_.processes.find(process->id)) {
      row->ended = time;
      row->exit_status = ending.exit_status;
      row->killed_by_signal = ending.signal;
    }
    if (model::Image* image = world_.images.find(process->image)) image->ended = time;
    stacks_.ended(process->image);
  }
  leave(thread, time);
  threads_.erase(thread.pid);
}

Thread* Tracees::moving_to(std::uint32_t pid) {
  for (auto& [of, thread] : threads_) {
    if (thread.pending && pid != 0 && thread.pending->moves_to == pid) return &thread;
  }
  return nullptr;
}

bool Tracees::is_process(std::uint32_t pid) {
  if (!processes_that_end_) processes_that_end_ = children_that_end(log_);
  return processes_that_end_->contains(pid);
}

void Tracees::finish(model::Time time) {
  std::map<model::ProcessId, std::shared_ptr<Process>> living;
  for (const auto& [pid, thread] : threads_) living[thread.process->id] = thread.process;
  for (const auto& [id, process] : living)
    queue_.add(table_of(*process, model::Snapshot::Taken::on_request, time));
}

Tracees::Unseen Tracees::unseen_children() const {
  Unseen unseen = forgotten_;
  for (const auto& [pid, child] : children_) ++(child.is_thread() ? unseen.threads : unseen.processes);
  return unseen;
}

}  // namespace ajar::import::strace
