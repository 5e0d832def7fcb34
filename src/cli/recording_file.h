#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "analyze/tables/tables_at.h"
#include "base/result.h"
#include "cli/command.h"
#include "cli/damage_words.h"
#include "platform/mapped_file.h"
#include "recording/reader.h"
#include "report/report.h"

namespace ajar::cli {

// A recording that is read, or another tool's file, of which one is made in memory. Moves with what it holds.
class RecordingFile {
 public:
  // Errors begin with the path. What still grows is read up to the last block that is whole now, and lacks no
  // end. What is made of another tool's file gets the names that the files of its modules give: those beside
  // it and in `symbol_folders`.
  static base::Result<RecordingFile> open(const std::string& path,
                                          recording::File file = recording::File::whole,
                                          std::vector<std::string> symbol_folders = {});

  // Whether the operand is meant as a recording: a file that begins as one does, or is of a kind that can be
  // read as one, or a name that ends in ".ajar". A program of that name in the working directory is none.
  static bool is_meant(const std::string& operand);

  [[nodiscard]] recording::Reader& reader() { return *reader_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  // Whether it was made of another tool's file.
  [[nodiscard]] bool is_imported() const { return !imported_.empty(); }

  // Whether it was opened as one that somebody goes on with.
  [[nodiscard]] bool grows() const { return kind_ == recording::File::growing; }

  // Whether it may: a log of counts, or of a system's events, has none and never will.
  [[nodiscard]] bool tells_of_handles() const;

  // Of a recording that breaks off before all functions have names: looks for those in the files that are
  // here, and in `symbol_folders`. To be called before stacks are shown.
  void name_stacks();

  // What one has to know of a recording that is not whole, one sentence each. What is damaged shows as it is
  // read: ask afterwards.
  [[nodiscard]] std::vector<std::string> warnings() const;
  // … and where its stacks are shown: call name_stacks() before.
  [[nodiscard]] std::vector<std::string> warnings_on_stacks() const;
  [[nodiscard]] report::Extent extent() const;

  // Begins with the path, and ends with the warnings: what is missing may be the cause. Of a log of counts,
  // or of a system's events, it says that there is nothing else in it, and who shows it.
  [[nodiscard]] Failure failure(const std::string& why) const;

 private:
  RecordingFile(std::string path, recording::File kind, platform::MappedFile file,
                std::vector<std::byte> imported, std::unique_ptr<recording::Reader> reader,
                std::vector<std::string> symbol_folders)
      : path_(std::move(path)),
        kind_(kind),
        file_(std::move(file)),
        imported_(std::move(imported)),
        reader_(std::move(reader)),
        symbol_folders_(std::move(symbol_folders)) {}

  [[nodiscard]] RecordingEnd end() const;
  [[nodiscard]] std::vector<std::string> warnings_with(const RecordingEnd& end) const;
  [[nodiscard]] bool lacks_its_end() const { return kind_ == recording::File::whole && !reader_->ended(); }

  std::string path_;
  recording::File kind_;
  platform::MappedFile file_;
  std::vector<std::byte> imported_;  // what was made of another tool's file
  std::unique_ptr<recording::Reader> reader_;
  std::vector<std::string> symbol_folders_;
  bool has_names_of_now_ = false;
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
