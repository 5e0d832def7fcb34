#pragma once

#include <cstddef>
#include <iosfwd>

#include "report/tables.h"

namespace ajar::render {

struct TablesOptions {
  bool details = false;      // what is known of each handle, below it
  std::size_t top = 20;      // processes in a list of them, groups of handles; 0: all
  bool full_stacks = false;  // every frame, also the system's outermost
  bool colour = false;       // by terminal escape sequences
  std::size_t width = 0;     // columns that a line may take; 0: any number (a file, a pipe)
};

// For people, in UTF-8. How much is told of each handle is up to who made the report.
void tables_text(const report::HandleTables& tables, const TablesOptions& options, std::ostream& out);

// The list of all processes.
void counts_text(const report::ProcessCounts& counts, const TablesOptions& options, std::ostream& out);

// What came and went.
void changes_text(const report::TableChanges& changes, const TablesOptions& options, std::ostream& out);

// The same as JSON, one object with a newline after it, in the shapes that docs/json.md describes.
void tables_json(const report::HandleTables& tables, std::ostream& out);
void counts_json(const report::ProcessCounts& counts, std::ostream& out);
void changes_json(const report::TableChanges& changes, std::ostream& out);

}  // namespace ajar::render
