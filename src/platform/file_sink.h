#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"

namespace ajar::platform {

// Writes a file, unbuffered. Errors begin with the path: "shop.ajar: No space left on device". After an error
// the file holds what was written before it, and perhaps a part of what failed. One thread at a time.
class FileSink {
 public:
  // Makes the file, or empties the one that is there. An error where another FileSink, of any process, writes
  // it at the moment, as with reopen(); devices and pipes are everybody's.
  static base::Result<FileSink> create(const std::string& path);

  // The same of a file that is to take the place of another one: on Linux it has that one's owner, group and
  // mode before anything is in it.
  static base::Result<FileSink> create_like(const std::string& path, const std::string& other);

  // A file that is there, to go on with it where cut_to() says. An error where another FileSink, of any
  // process, writes it at the moment; until this one closes, no other can.
  static base::Result<FileSink> reopen(const std::string& path);

  // The process whose FileSink writes the file at the moment; none where nobody does, or the system does not
  // say (it is Linux that does, in /proc/locks, of the processes in one's own pid namespace).
  static std::optional<std::int64_t> writer_of(const std::string& path);

  // Cuts the file to that size and goes on from there.
  base::Result<void> cut_to(std::uint64_t size);

  FileSink(FileSink&& other) noexcept;
  FileSink& operator=(FileSink&& other) noexcept;
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;
  ~FileSink();

  base::Result<void> write(std::span<const std::byte> bytes);

  // Closes the file; some file systems tell only now that there was no room. The destructor closes, too, and
  // tells nobody.
  base::Result<void> close();

  [[nodiscard]] const std::string& path() const { return path_; }

  // Somebody gave the file that name.
  void is_called(std::string path) { path_ = std::move(path); }

 private:
  static base::Error taken(const std::string& path);

  // The system's own number for the file: a descriptor or a HANDLE.
  FileSink(std::string path, std::intptr_t file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  std::intptr_t file_ = -1;  // -1: closed
};

}  // namespace ajar::platform
