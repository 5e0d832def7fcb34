#pragma once

#include <memory>
#include <string>

#include "analyze/tables/tables_at.h"
#include "base/result.h"
#include "platform/mapped_file.h"
#include "recording/reader.h"

namespace ajar::cli {

// A recording that is read. Moves with what it holds.
class RecordingFile {
 public:
  // Errors begin with the path.
  static base::Result<RecordingFile> open(const std::string& path);

  // Whether the operand is meant as a recording: a file that begins as one does, or a name that ends in
  // ".ajar". A program of that name in the working directory is none.
  static bool is_meant(const std::string& operand);

  [[nodiscard]] recording::Reader& reader() { return *reader_; }

 private:
  RecordingFile(platform::MappedFile file, std::unique_ptr<recording::Reader> reader)
      : file_(std::move(file)), reader_(std::move(reader)) {}

  platform::MappedFile file_;
  std::unique_ptr<recording::Reader> reader_;
};

// A recording, and which of its snapshots.
struct MomentOperand {
  std::string path;
  analyze::Moment moment;
  bool is_given = false;  // the moment; else it is the last one
};

// "FILE", "FILE@2" (the second snapshot), "FILE@-1" (the last), "FILE@90s" (the last one begun by then). What
// stands behind an '@' and is none of these belongs to the name.
MomentOperand parse_moment(const std::string& operand);

}  // namespace ajar::cli
