#include "tables/windows/in_time.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace ajar::tables::windows {
namespace {

constexpr unsigned kMostGivenUp = 64;

}  // namespace

// Shared with its thread, which may outlive the InTime.
struct InTime::Worker {
  std::mutex mutex;
  std::condition_variable changed;
  std::function<void()> work;  // empty: done, or none was given yet
  bool over = false;

  static void run(const std::shared_ptr<Worker>& self) {
    std::unique_lock lock(self->mutex);
    for (;;) {
      self->changed.wait(lock, [&] { return self->over || self->work; });
      if (self->over) return;
      std::function<void()> work = self->work;
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
      self->work = nullptr;
      self->changed.notify_all();
    }
  }
};

InTime::InTime(std::chrono::nanoseconds limit) : limit_(limit) {}

InTime::~InTime() {
  if (!worker_) return;
  const std::scoped_lock lock(worker_->mutex);
  worker_->over = true;
  worker_->changed.notify_all();
}

bool InTime::run(std::function<void()> work) {
  if (given_up_ >= kMostGivenUp) return false;
  if (!worker_) {
    worker_ = std::make_shared<Worker>();
    std::thread([worker = worker_] { Worker::run(worker); }).detach();
  }
  std::unique_lock lock(worker_->mutex);
  worker_->work = std::move(work);
  worker_->changed.notify_all();
  if (worker_->changed.wait_for(lock, limit_, [&] { return !worker_->work; })) return true;
  worker_->over = true;
  lock.unlock();
  worker_.reset();
  ++given_up_;
  return false;
}

}  // namespace ajar::tables::windows
