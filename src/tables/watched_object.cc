#include "tables/watched_object.h"

#include "tables/kernel_words.h"

namespace ajar::tables {

std::string object_words(const WatchedObject& object) {
  if (object.handle.has_value()) return "fd " + std::to_string(*object.handle);
  if (object.inode.has_value() && object.device.has_value())
    return "inode " + std::to_string(*object.inode) + " on " + device_words(*object.device);
  if (object.device.has_value()) return "file system " + device_words(*object.device);
  return object.mount.has_value() ? "mount " + std::to_string(*object.mount) : "?";
}

}  // namespace ajar::tables
