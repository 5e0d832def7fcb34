#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace ajar::tables {

// What the running kernel's drivers call their devices (/proc/devices, /proc/misc): "kvm", "drm", "tun",
// "ptmx". Read when first asked for. May be used by several threads.
class DeviceNames {
 public:
  enum class Kind : std::uint8_t { character, block };

  explicit DeviceNames(std::string proc = "/proc") : proc_(std::move(proc)) {}

  // Empty where no driver has that number.
  [[nodiscard]] std::string of(Kind kind, unsigned major, unsigned minor) const;

 private:
  void read() const;
  void add_drivers(const std::string& text) const;
  void add_miscellaneous(const std::string& text) const;

  using Majors = std::map<unsigned, std::string>;

  std::string proc_;
  mutable std::once_flag wanted_;
  mutable Majors character_, block_;
  mutable std::map<unsigned, std::string> miscellaneous_;  // by minor number, of one major number
};

}  // namespace ajar::tables
