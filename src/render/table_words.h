#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "render/tables.h"
#include "report/tables.h"

// Parts of sentences that the texts about handle tables share.
namespace ajar::render {

// "1,003 of 1,024 handles (98 %)"; without a limit "1,003 handles, no limit".
std::string open_words(std::uint64_t open, std::optional<std::uint64_t> limit);

// "98 %"; "over 100 %" where a limit was lowered below what was open already. Empty without a limit.
std::string share_words(std::uint64_t used, std::optional<std::uint64_t> most);

// Of `most`, 0 to 1 and above; 0 where there is none.
double share_of(std::uint64_t used, std::optional<std::uint64_t> most);

// The text in the colour of a warning (grave: red), where colours are wanted.
std::string warned(std::string_view text, bool grave, const TablesOptions& options);

// Whether that much of a limit is worth a warning, and the text in the colour that it then has.
bool is_near(double share);
std::string warned_by(double share, std::string_view text, const TablesOptions& options);

// "gateway (pid 812)"
std::string called(const std::string& name, std::int64_t pid);

// The lines of the stack that opened a handle.
void origin_stack(const report::Origin& origin, const TablesOptions& options, std::ostream& out);

// "10.0.0.4:443 -> 10.0.0.9:51544", safe for a terminal and not longer than `width`, 0: any length.
std::string name_words(std::string_view name, std::size_t width);

// "close wait, deleted"
std::string sign_list(const report::TableHandle& handle);

// The limit and how far it is used up: "inotify instances of user www: 120 of 128 (94 %)".
std::string limit_words(const report::Limit& limit);

}  // namespace ajar::render
